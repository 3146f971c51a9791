// The tree of sources and documents as text, for tests of how the house is kept.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stampede::house {

inline const std::filesystem::path root = STAMPEDE_SOURCE_DIR;

/// The folders of the product.
inline const std::vector<std::string> product = {"engine", "models", "checkers",  "histories",
                                                 "faults", "traces", "scenarios", "explain",
                                                 "viewer", "cli"};

struct Source {
  std::string path;  // relative to the root
  std::string text;
  std::size_t lines = 0;
};

/// All C++ sources of these top-level folders, by path. At least one must be there.
std::vector<Source> sources(const std::vector<std::string>& folders);

/// All Markdown files of the tree, by path; not those of builds.
std::vector<Source> documents();

/// C++ with spaces for comments and for string and character literals: what is really done. Every
/// line keeps its number.
std::string code_only(const std::string& text);

}  // namespace stampede::house
