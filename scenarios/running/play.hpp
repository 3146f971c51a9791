// A script played on a world: what could not be done, and what does not hold.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/world/world.hpp"
#include "scenarios/reading/script.hpp"

namespace stampede::scenarios {

/// A script item that could not be done, or an expectation that does not hold.
struct ScriptRemark {
  /// 1-based position in the script.
  std::uint64_t script_step = 0;
  std::string text;
};

struct ScriptResult {
  std::vector<ScriptRemark> skipped;
  std::vector<ScriptRemark> failed_expectations;
  /// First and last decision of each item, by position - 1; 0, 0 if it made none.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> steps;
  /// What `stop` said, if it ended the script.
  std::string told;
};

/// Plays the script on a started world. Stops when the world is broken, and when `stop`, asked all
/// along, says anything but the empty text; it may be empty.
ScriptResult play(const Script& script, engine::World& world, bool stop_on_first,
                  const std::function<std::string()>& stop = {});

}  // namespace stampede::scenarios
