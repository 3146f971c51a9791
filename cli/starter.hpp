// The project that `stampede new` writes: the files of cli/starter, as texts in the program.
#pragma once

#include <string_view>
#include <vector>

namespace stampede::cli {

struct StarterFile {
  /// From the project's folder, with the protocol's name for the moment: `one_leader.cpp`.
  std::string_view path;
  std::string_view text;
};

/// The protocol is called one_leader everywhere, in each way to write it.
const std::vector<StarterFile>& starter_files();

}  // namespace stampede::cli
