// The tree of sources as text, for tests of how the house is kept.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stampede::house {

inline const std::filesystem::path root = STAMPEDE_SOURCE_DIR;

/// The folders of the product.
inline const std::vector<std::string> product = {"engine", "models",    "checkers", "faults",
                                                 "traces", "scenarios", "cli"};

struct Source {
  std::string path;  // relative to the root
  std::string text;
  std::size_t lines = 0;
};

/// All C++ sources of these top-level folders, by path. At least one must be there.
std::vector<Source> sources(const std::vector<std::string>& folders);

}  // namespace stampede::house
