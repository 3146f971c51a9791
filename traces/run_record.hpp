// One run as it is stored: what is needed to do it again, and what came out of it. Events are
// stored beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/names.hpp"
#include "engine/core/time.hpp"
#include "engine/core/version.hpp"

namespace stampede::traces {

struct StoredViolation {
  std::string property;
  /// 1-based decision number; 0 = at the end of the run.
  std::uint64_t step = 0;
  /// 1-based position in the script; 0 = not a scripted run.
  std::uint64_t script_step = 0;
  std::string message;
  /// The names of the nodes concerned, `r0, r2`.
  std::string nodes;
  /// What failures of one cause have in common; empty = not taken.
  std::string fingerprint{};
};

struct StoredNode {
  /// Its NodeId.
  std::uint32_t id = 0;
  std::string name;
  /// `replica`, `client`, ...
  std::string role;
};

struct RunRecord {
  /// Given by the store, ascending from 1.
  std::int64_t id = 0;
  /// The run that this one was made from, as shrinking does; 0 = none.
  std::int64_t parent = 0;
  std::string scenario_name;
  std::string scenario_file;
  /// The file's whole text: a stored run does not need the file any more.
  std::string scenario_text;
  /// What the command line changed, each `PATH=VALUE`.
  std::vector<std::string> overrides;
  std::uint64_t seed = 0;
  /// `timed` or `script`.
  std::string mode;
  /// What ran it.
  engine::Build build;
  /// `ok`, `violated`, `undecided` or `vacuous`.
  std::string verdict;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  engine::Time virtual_time{};
  std::uint64_t digest = 0;
  /// One per 1,024 decisions.
  std::vector<std::uint64_t> block_digests;
  /// The complete schedule, if it drives the run alone; else empty.
  std::string schedule;
  /// It ended at its first violation.
  bool stop_on_first = false;
  /// What is suppressed and forced, for a timed run made small; else empty.
  std::string edits;
  std::vector<StoredViolation> violations;
  std::vector<StoredNode> nodes;
  /// `none`, `schedule` or `events`.
  std::string recorded;
  /// How many events are stored; counted by the writer.
  std::uint64_t event_count = 0;

  [[nodiscard]] engine::NodeNames node_names() const {
    std::vector<std::string> names;
    for (const StoredNode& node : nodes) names.push_back(node.name);
    return engine::NodeNames(std::move(names));
  }
};

/// A run in a list of runs.
struct RunSummary {
  std::int64_t id = 0;
  std::string scenario_name;
  std::uint64_t seed = 0;
  std::string mode;
  std::string verdict;
  /// The violated properties, first violated first.
  std::vector<std::string> violated;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  engine::Time virtual_time{};
  std::uint64_t digest = 0;
  std::uint64_t event_count = 0;
};

}  // namespace stampede::traces
