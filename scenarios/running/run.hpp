// One run of a scenario: world, simulation or script, checks, verdict.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkers/limits.hpp"
#include "engine/simulate/simulation.hpp"
#include "engine/world/verdict.hpp"
#include "scenarios/reading/scenario.hpp"
#include "scenarios/running/play.hpp"

namespace stampede::scenarios {

using engine::Verdict;

/// Many enough for any script, few enough for a long run not to feel it.
inline constexpr std::uint64_t watched_usually = 4'096;

struct RunSettings {
  /// Sees all events; may be nullptr.
  engine::WorldObserver* observer = nullptr;
  bool stop_on_first = false;
  /// What it may use: memory is that of the whole program, and `stop` is asked all along.
  checkers::Limits limits{};
  /// While it runs, the system refuses this process more memory than that: set where there is
  /// nothing else that would take some.
  bool caps_memory = false;
  /// At most so many decisions, whatever the scenario says.
  std::uint64_t decisions_max = UINT64_MAX;
  /// As in engine::WorldSettings.
  std::uint64_t watched_steps = watched_usually;
  /// Of runs in virtual time.
  std::optional<engine::SimulationSettings::Redraw> redraw{};
};

struct FoundViolation {
  engine::Violation violation;
  /// 1-based position in the script; 0 = timed run or end of run.
  std::uint64_t script_step = 0;
  /// The nodes' names.
  std::vector<std::string> nodes;
};

/// What came of a fault that a scenario names.
struct FaultHits {
  std::string name{};
  std::string kind{};
  std::uint64_t count = 0;
};
STAMPEDE_VALUE(FaultHits, name, kind, count);

struct RunResult {
  Verdict verdict = Verdict::ok;
  std::uint64_t seed = 0;
  bool scripted = false;
  std::vector<FoundViolation> violations;
  /// Why it is undecided.
  std::vector<std::string> undecided;
  /// Why it judged nothing, whatever else came of it.
  std::vector<std::string> vacuous;
  std::uint64_t decisions = 0;
  std::uint64_t operations = 0;
  std::uint64_t completed_operations = 0;
  engine::Time virtual_time{};
  std::uint64_t digest = 0;
  std::vector<std::uint64_t> block_digests;
  std::vector<ScriptRemark> skipped;
  std::vector<ScriptRemark> failed_expectations;
  std::vector<engine::World::ProbeCount> probes;
  std::vector<FaultHits> faults;
  engine::EndReason end = engine::EndReason::finished;
  struct Node {
    std::string name;
    std::string role;
  };
  std::vector<Node> nodes;
  engine::History history;

  [[nodiscard]] engine::NodeNames node_names() const {
    std::vector<std::string> names;
    for (const Node& node : nodes) names.push_back(node.name);
    return engine::NodeNames(std::move(names));
  }
};

/// Builds the world of a scenario for its seed, monitors of its checks included.
std::unique_ptr<engine::World> build_world(const Scenario& scenario,
                                           std::uint64_t watched_steps = watched_usually);

/// Runs the scenario: by its script if it has one, else in virtual time.
RunResult run(const Scenario& scenario, const RunSettings& settings);

/// How many decisions a run may make that does this one again: what ended it early, as time or
/// memory may, need not end it again.
std::uint64_t decisions_to_repeat(const RunResult& done);

/// What a run with this script does not use of its file, for the reader.
std::vector<std::string> unused_by_script(const Scenario& scenario);

/// True if the result is what the scenario expects of a single run.
bool as_expected(const Scenario& scenario, const RunResult& result);

/// What a result is to whoever wrote down what to expect. `undecided`: it may still be so.
enum class Outcome { as_expected, unexpected, undecided };
Outcome outcome_of(const Scenario& scenario, const RunResult& result);

/// The decisions, first and last, within which the digests of two runs differ first; nothing if
/// they were the same run.
std::optional<std::pair<std::uint64_t, std::uint64_t>> difference_of(const RunResult& one,
                                                                     const RunResult& other);

}  // namespace stampede::scenarios
