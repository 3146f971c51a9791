// One sweep as it is stored: what was covered, and what it came to. Failing runs are stored beside
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/version.hpp"

namespace stampede::traces {

struct SweepRecord {
  /// Given by the store, ascending from 1.
  std::int64_t id = 0;
  std::string scenario_name;
  std::string scenario_file;
  std::string scenario_text;
  /// What the command line changed, each `PATH=VALUE`.
  std::vector<std::string> overrides;
  /// What was asked for.
  std::uint64_t first_seed = 0;
  std::uint64_t last_seed = 0;
  /// How many were run, from the first on.
  std::uint64_t seeds = 0;
  /// `ok`, `violated` or `undecided`.
  std::string verdict;
  std::uint64_t failing = 0;
  std::uint64_t undecided = 0;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  /// JSON: all that is known of it.
  std::string summary;
  engine::Build build;
};

}  // namespace stampede::traces
