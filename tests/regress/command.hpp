// A command as a user gives it to a shell, run to its end: for what only shows from outside.
#pragma once

#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "program.hpp"

namespace stampede::tests {

/// Status: that of the shell, 128 and the signal where one ended the command.
inline Ended ended(const std::string& command) {
  std::FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended result;
  std::array<char, 4096> piece{};
  while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), pipe))
    result.out.append(piece.data(), read);
  result.status = WEXITSTATUS(::pclose(pipe));
  return result;
}

inline Ended stampede_ended(const std::string& arguments) {
  return ended(std::string(STAMPEDE_BINARY) + " " + arguments);
}

/// The path of a file in the folder of temporary files.
inline std::string temporary_file(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / ("stampede-regress-" + name);
  std::ofstream(path) << text;
  return path.string();
}

}  // namespace stampede::tests
