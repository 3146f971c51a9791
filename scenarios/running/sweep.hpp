// A scenario under many seeds, and what they gave together: a value that is written, read and
// merged.
//
// 1. Merging is commutative and associative, and an empty summary changes nothing: however a range
//    of seeds is split and swept, its parts merge to the summary of the whole.
// 2. No seed is in two summaries that are merged.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/simulate/sweep.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

/// How often a property is violated in a sweep.
struct ViolatedIn {
  std::uint64_t seeds = 0;
  std::uint64_t first_seed = 0;
};
STAMPEDE_VALUE(ViolatedIn, seeds, first_seed);

/// A seed whose run gave no result.
struct LostSeed {
  std::uint64_t seed = 0;
  /// `Segmentation fault in step 17, r1: on Prepare from r0`.
  std::string how{};
};
STAMPEDE_VALUE(LostSeed, seed, how);

struct SweepSummary {
  /// More seeds than this are counted, and not listed.
  static constexpr std::size_t listed_max = 100;
  static constexpr std::size_t lost_max = 10;

  std::uint64_t seeds = 0;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  std::uint64_t failing_count = 0;
  std::uint64_t undecided_count = 0;
  std::uint64_t vacuous_count = 0;
  /// The first of them, ascending.
  std::vector<std::uint64_t> failing{};
  std::vector<std::uint64_t> undecided{};
  /// The first whose worker died, or did not come back, ascending.
  std::vector<LostSeed> lost{};
  std::vector<std::uint64_t> vacuous{};
  /// By property; `expectation` for one of a script, `crashed` for a worker that died.
  std::map<std::string, ViolatedIn> violated{};
  /// By probe, seeds that reached it.
  std::map<std::string, std::uint64_t> probes{};
  /// Hits by the kind of a fault, and by its name, also of those that never hit.
  std::map<std::string, std::uint64_t> hits_by_kind{};
  std::map<std::string, std::uint64_t> hits_by_name{};
  /// A worker died: its seed would take with it whoever runs it.
  bool crashed = false;
  /// There were to be more seeds.
  bool interrupted = false;
};
STAMPEDE_VALUE(SweepSummary, seeds, decisions, operations, failing_count, undecided_count,
               vacuous_count, failing, undecided, vacuous, lost, violated, probes, hits_by_kind,
               hits_by_name, crashed, interrupted);

/// Adds `other` to `summary`.
void merge(SweepSummary& summary, const SweepSummary& other);

/// Reads what engine::to_json wrote of a summary; InputError, at a place in `file`, for anything
/// else.
SweepSummary read_summary(std::string_view json, const std::string& file);
/// InputError unless the seeds that the summary lists ascend; `document` is where it was read.
void check_ascending(const engine::Document& document, const SweepSummary& summary);

struct Coverage;
struct Load;

struct SweepSettings {
  /// Which seeds, and who works on them.
  engine::SweepSettings workers{};
  /// For all workers together; each has its share.
  std::uint64_t max_memory_bytes = checkers::Limits{}.max_memory_bytes;
  /// Ends after so many failing seeds; 0 = never.
  std::uint64_t failing_max = 0;
  /// Told after every seed; may be empty.
  std::function<void(const SweepSummary&)> seen{};
  /// Told what each seed reached. Nobody looks, which is some times faster, if it is empty.
  std::function<void(const Coverage&)> covered{};
  /// The same, what each seed cost.
  std::function<void(const Load&)> measured{};
  /// Asked again and again whether to end early; may be empty.
  std::function<bool()> interrupted{};
};

/// Runs the scenario under every seed, in worker processes. The order of the seeds decides what the
/// summary says, not who was first. InputError, with the seed, if one makes the scenario wrong.
SweepSummary sweep(const ScenarioFile& file, const SweepSettings& settings);

/// The lowest failing seed of each property, ascending: those of the summary that are worth a look,
/// and that can be run again in a process that has to live.
std::vector<std::uint64_t> telling_seeds(const SweepSummary& summary);

/// The lowest seed of what is expected of a sweep; else the lowest that fails, if any does.
std::optional<std::uint64_t> seed_to_show(const Scenario& scenario, const SweepSummary& summary);

/// What a sweep comes to, by what its scenario expects of it. It is vacuous when no seed judged
/// anything: one that did makes it `ok`, and how many did not is told beside.
struct SweepJudgement {
  Verdict verdict = Verdict::ok;
  bool as_expected = false;
  Outcome outcome = Outcome::unexpected;
  /// Probes that had to be reached, and were not.
  std::vector<std::string> unreached;
};
SweepJudgement judge(const Scenario& scenario, const SweepSummary& summary);

}  // namespace stampede::scenarios
