// The build of this house: what reports, traces and summaries say they were made by.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/value.hpp"

namespace stampede::engine {

/// `0.2.0`.
std::string_view version();

struct Build {
  std::string version{};
  /// Of the sources as they were built: `7be638a4f0c1`, with a `+` behind it where they had been
  /// changed; `unknown` outside git.
  std::string commit{};
  /// `g++ 12.2.0`.
  std::string compiler{};
};
STAMPEDE_VALUE(Build, version, commit, compiler);

/// This one.
const Build& build();
/// `0.2.0 (7be638a4f0c1, g++ 12.2.0)`.
std::string build_text(const Build& build);

}  // namespace stampede::engine
