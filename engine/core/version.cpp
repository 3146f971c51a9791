#include "engine/core/version.hpp"

namespace stampede::engine {

/// In a file of its own, which the build writes (cmake/commit.cmake): another commit compiles
/// nothing else.
extern const char* const commit_of_build;

namespace {

std::string compiler() {
#if defined(__clang__)
  const std::string name = "clang";
  const int numbers[] = {__clang_major__, __clang_minor__, __clang_patchlevel__};
#else
  const std::string name = "g++";
  const int numbers[] = {__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__};
#endif
  return name + " " + std::to_string(numbers[0]) + "." + std::to_string(numbers[1]) + "." +
         std::to_string(numbers[2]);
}

}  // namespace

// Compiled into this file only: another version recompiles nothing else.
std::string_view version() { return STAMPEDE_VERSION; }

const Build& build() {
  static const Build built = {std::string(version()), commit_of_build, compiler()};
  return built;
}

std::string build_text(const Build& build) {
  return build.version + " (" + build.commit + ", " + build.compiler + ")";
}

}  // namespace stampede::engine
