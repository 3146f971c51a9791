// A sweep as a file: which seeds of which scenario were run, by which build, and what they gave.
// Parts of a range that were swept apart, perhaps on several machines, are merged to what one sweep
// of the whole would have said.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/version.hpp"
#include "scenarios/running/coverage.hpp"
#include "scenarios/running/sweep.hpp"

namespace stampede::scenarios {

struct SeedRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
STAMPEDE_VALUE(SeedRange, first, last);
/// Ascending, with a gap between any two.
using SeedRanges = std::vector<SeedRange>;
/// `1..500, 700..900`.
std::string ranges_text(const SeedRanges& ranges);

struct Swept {
  std::string scenario_file{};
  std::string scenario_text{};
  std::vector<std::string> overrides{};
  engine::Build build{};
  /// What was to be run, and what was: less only if the sweep was interrupted.
  SeedRanges asked{};
  SeedRanges ran{};
  SweepSummary summary{};
  /// Where it was asked for.
  std::optional<Coverage> coverage{};
  using Inlined = engine::Inlined<&Swept::summary>;
};
STAMPEDE_VALUE(Swept, scenario_file, scenario_text, overrides, build, asked, ran, summary,
               coverage);

/// What this build has just swept: so many of these seeds, from the first on.
Swept swept(const ScenarioFile& file, const engine::SweepSettings& asked, SweepSummary summary);

/// Reads what engine::to_json wrote of one; InputError, at a place in `file`, for anything else.
Swept read_swept(std::string_view json, const std::string& file);

/// Adds the part that was read from `file`. InputError if it is of another scenario or by another
/// build, or if some seed is in both.
void merge(Swept& swept, const Swept& part, const std::string& file);

}  // namespace stampede::scenarios
