// Documents whose code is the code of the files they name, and whose commands print what they show.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace stampede::docs {

using Lines = std::vector<std::string>;

/// Ends in a slash.
inline const std::string root = std::string(STAMPEDE_SOURCE_DIR) + "/";

Lines read_lines(const std::string& path);

/// What the command prints in this folder, stderr included.
Lines output_of(const std::string& folder, const std::string& command);

/// Checks that each block of C++, YAML or CMake names a file and has lines of it as they stand
/// there. How many blocks there are.
std::size_t check_excerpts(const std::string& document);

/// What to do to see what a console block shows: the command after `prompt`, by `program`.
struct Console {
  /// What follows the backquotes.
  std::string kind;
  std::string prompt;
  std::string folder;
  std::string program;
};

/// Checks that the commands of the console blocks print what is shown below them, times aside and
/// of sweeps also the numbers, which any change of a model moves. With STAMPEDE_REWRITE=1 in the
/// environment the document is written anew. How many commands there are.
std::size_t check_commands(const std::string& document, const std::vector<Console>& consoles);

}  // namespace stampede::docs
