#include "scenarios/running/run.hpp"

#include <algorithm>
#include <new>

#include "checkers/monitors/agreement.hpp"
#include "checkers/monitors/answered.hpp"
#include "checkers/monitors/watch.hpp"
#include "engine/core/memory.hpp"
#include "engine/process/step_in_progress.hpp"
#include "scenarios/reading/checks.hpp"
#include "scenarios/running/judged_nothing.hpp"
#include "scenarios/running/judging.hpp"
#include "scenarios/running/run_in_progress.hpp"
#include "scenarios/running/timed.hpp"

namespace stampede::scenarios {
namespace {

/// Wall clocks off by up to the bound, both ways; rates likewise.
void set_clocks(const Scenario& scenario, engine::World& world) {
  if (scenario.clock_offset.nanoseconds == 0 && scenario.clock_drift_ppm == 0) return;
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    engine::ClockRate clock;
    const std::uint64_t offset =
        engine::draw(scenario.seed, engine::Domain::clock, engine::mix(i, 1));
    const std::uint64_t drift =
        engine::draw(scenario.seed, engine::Domain::clock, engine::mix(i, 2));
    clock.wall_offset =
        engine::uniform(offset, engine::Duration{} - scenario.clock_offset, scenario.clock_offset);
    clock.drift_ppm =
        static_cast<std::int32_t>(engine::below(drift, 2ULL * scenario.clock_drift_ppm + 1)) -
        static_cast<std::int32_t>(scenario.clock_drift_ppm);
    world.set_clock(NodeId{i}, clock);
  }
}

using Watched = std::optional<checkers::IncrementalLinearizability>;

/// What remains of its memory for the judges of the history.
checkers::Limits limits_of_judges(const checkers::Limits& limits) {
  checkers::Limits left = limits;
  left.max_memory_bytes -= std::min(left.max_memory_bytes, engine::memory_in_use());
  return left;
}

/// Tells of the world what the run came to. `judged` is what was found in its history.
void collect(const Scenario& scenario, engine::World& world, const ScriptResult* script,
             const HistoryVerdicts& judged, RunResult& result) {
  result.undecided.insert(result.undecided.end(), judged.undecided.begin(), judged.undecided.end());
  for (const auto& monitor : world.monitors()) {
    for (const auto& why :
         {checkers::not_seen(*monitor, world), checkers::still_open(*monitor, world)}) {
      if (why) result.undecided.push_back(monitor->property() + ": " + *why);
    }
  }
  for (const engine::Violation& violation : judged.violations) world.report(violation);
  for (const engine::Violation& reported : world.violations()) {
    // What was seen during the run is explained only now.
    const auto explained = std::find_if(
        judged.violations.begin(), judged.violations.end(),
        [&](const engine::Violation& one) { return one.property == reported.property; });
    const engine::Violation& violation =
        explained == judged.violations.end() ? reported : *explained;
    // Exceptions always count: there is nothing to judge behind them.
    if (violation.property != "no-exception" && !scenario.is_checked(violation.property)) continue;
    FoundViolation found{violation, 0, {}};
    for (const NodeId node : violation.nodes) found.nodes.push_back(world.name(node));
    if (script != nullptr && violation.step != 0) {
      for (std::size_t i = 0; i < script->steps.size(); ++i) {
        if (script->steps[i].first <= violation.step && violation.step <= script->steps[i].second)
          found.script_step = i + 1;
      }
    }
    result.violations.push_back(std::move(found));
  }
  // Simultaneous ones in listing order, else by step; what is judged at the end comes last.
  const auto listing = [&](const FoundViolation& found) {
    return std::find(scenario.checks.begin(), scenario.checks.end(), found.violation.property) -
           scenario.checks.begin();
  };
  std::stable_sort(
      result.violations.begin(), result.violations.end(),
      [&](const FoundViolation& a, const FoundViolation& b) {
        const std::uint64_t left = a.violation.step == 0 ? UINT64_MAX : a.violation.step;
        const std::uint64_t right = b.violation.step == 0 ? UINT64_MAX : b.violation.step;
        return left != right ? left < right : listing(a) < listing(b);
      });
  result.decisions = world.step();
  result.operations = world.history().operations().size();
  result.completed_operations = world.history().completed();
  result.virtual_time = world.now();
  result.digest = world.digest();
  result.block_digests = world.block_digests();
  result.probes = world.probes();
  for (std::uint32_t i = 0; i < world.node_count(); ++i)
    result.nodes.push_back({world.name(NodeId{i}), world.role(NodeId{i})});
  result.vacuous = judged_nothing(scenario, world, result.skipped.size());
  result.history = world.release_history();
  result.verdict = !result.violations.empty()  ? Verdict::violated
                   : !result.undecided.empty() ? Verdict::undecided
                   : !result.vacuous.empty()   ? Verdict::vacuous
                                               : Verdict::ok;
}

}  // namespace

std::unique_ptr<engine::World> build_world(const Scenario& scenario, std::uint64_t watched_steps) {
  engine::WorldSettings settings;
  settings.seed = scenario.seed;
  settings.watched_steps = watched_steps;
  settings.saves_in_step = scenario.saves == Saves::in_step;
  auto world =
      std::make_unique<engine::World>(scenario.model->assembled(scenario.cluster), settings);
  for (const engine::Property& property : properties_of(scenario)) {
    // One run says nothing about what must be reached in some.
    if (property.sometimes) continue;
    world->add_monitor(property.make());
  }
  set_clocks(scenario, *world);
  return world;
}

namespace {

/// What ends the run early: its memory, which is looked at now and then, or whoever waits for it.
std::function<std::string()> stop_of(const checkers::Limits& limits) {
  return [&limits, asked = std::uint64_t{0}]() mutable -> std::string {
    if (asked++ % 16 == 0 && engine::memory_in_use() > limits.max_memory_bytes)
      return "max_memory_bytes = " + std::to_string(limits.max_memory_bytes);
    return limits.stop ? limits.stop() : std::string();
  };
}

/// Where a run stood when a limit ended it.
std::string limit_text(const std::string& limit, const engine::World& world) {
  return limit + ": ended after " + std::to_string(world.step()) + " decisions, at " +
         engine::to_string(world.now()) + " of virtual time";
}

/// InputError where the step that broke the world took an answer of the script that its choice does
/// not have: that is no mistake of the protocol.
void refuse_wrong_answer(const Script& script, const ScriptResult& played,
                         const engine::World& world) {
  const auto& taken = world.last_effects().choices;
  const auto wrong = std::find_if(taken.begin(), taken.end(), [](const engine::Choice& choice) {
    return choice.taken >= choice.arity;
  });
  if (!world.broken() || wrong == taken.end()) return;
  const auto step = std::find_if(played.steps.begin(), played.steps.end(),
                                 [&](const auto& made) { return made.second == world.step(); });
  throw engine::InputError(
      script.at(static_cast<std::size_t>(step - played.steps.begin())).place,
      "choice '" + wrong->label + "' has no answer " + std::to_string(wrong->taken),
      wrong->arity == 1 ? "its only answer is 0"
                        : "its answers are 0 to " + std::to_string(wrong->arity - 1));
}

void run_script(const Scenario& scenario, const RunSettings& settings, engine::World& world,
                RunResult& result) {
  result.scripted = true;
  std::optional<RunInProgress> in_progress(world);
  world.start();
  const ScriptResult script =
      play(scenario.script, world, settings.stop_on_first, stop_of(settings.limits));
  in_progress.reset();
  // A recorded schedule may be played under another scenario.
  if (!scenario.recorded_schedule) refuse_wrong_answer(scenario.script, script, world);
  result.skipped = script.skipped;
  result.failed_expectations = script.failed_expectations;
  if (!script.told.empty()) {
    result.end = engine::EndReason::told;
    result.undecided.push_back(limit_text(script.told, world));
  }
  const HistoryVerdicts judged =
      judge_history(scenario, world.history(), "", limits_of_judges(settings.limits));
  collect(scenario, world, &script, judged, result);
}

void run_in_time(const Scenario& scenario, const RunSettings& settings, engine::World& world,
                 RunResult& result) {
  Watched watched;
  // A run that goes on after a violation learns as much from the check at the end, which costs
  // less.
  if (settings.stop_on_first && scenario.is_checked("linearizability")) {
    // More than this is left to the check at the end, which chooses its method.
    constexpr std::size_t configurations_max = 32;
    watched.emplace(*scenario.cluster.service, configurations_max);
    world.add_monitor(checkers::watch_linearizability(*watched));
  }
  faults::Nemesis nemesis = nemesis_of(scenario);
  engine::SimulationSettings timed = simulation_settings(scenario, settings.stop_on_first);
  timed.stop = stop_of(settings.limits);
  timed.decisions_max = std::min(timed.decisions_max, settings.decisions_max);
  timed.redraw = settings.redraw;
  engine::Simulation simulation(world, timed, &nemesis);
  std::optional<RunInProgress> in_progress(world);
  result.end = simulation.run();
  in_progress.reset();
  if (result.end == engine::EndReason::decision_limit) {
    result.undecided.push_back("the limit of " + std::to_string(scenario.decisions_max) +
                               " decisions was reached");
  } else if (result.end == engine::EndReason::queue_limit) {
    result.undecided.emplace_back("too many events were pending");
  } else if (result.end == engine::EndReason::told) {
    result.undecided.push_back(limit_text(simulation.told(), world));
  }
  for (const faults::Nemesis::Hits& hits : nemesis.hits())
    result.faults.push_back({hits.name, hits.kind, hits.count});
  const bool all_along = watched && watched->verdict() == Verdict::ok;
  const HistoryVerdicts judged =
      judge_history(scenario, world.history(), all_along ? "linearizability" : "",
                    limits_of_judges(settings.limits));
  collect(scenario, world, nullptr, judged, result);
}

}  // namespace

RunResult run(const Scenario& scenario, const RunSettings& settings) {
  RunResult result;
  result.seed = scenario.seed;
  const std::unique_ptr<engine::World> world = build_world(scenario, settings.watched_steps);
  world->set_observer(settings.observer);
  try {
    std::optional<engine::MemoryCap> cap;
    if (settings.caps_memory) cap.emplace(settings.limits.max_memory_bytes);
    if (scenario.script.empty()) {
      run_in_time(scenario, settings, *world, result);
    } else {
      run_script(scenario, settings, *world, result);
    }
  } catch (const engine::StepOutOfMemory& failed) {
    // Not an end of the protocol's: of this step nothing is known.
    result.undecided.push_back(
        limit_text(std::string("out of memory in ") + failed.what(), *world));
    result.end = engine::EndReason::told;
    collect(scenario, *world, nullptr, {}, result);
  } catch (const std::bad_alloc&) {
    result.undecided.push_back(limit_text("out of memory", *world));
    result.end = engine::EndReason::told;
    collect(scenario, *world, nullptr, {}, result);
  }
  return result;
}

std::uint64_t decisions_to_repeat(const RunResult& done) {
  return done.end == engine::EndReason::told ? done.decisions : UINT64_MAX;
}

std::vector<std::string> unused_by_script(const Scenario& scenario) {
  std::vector<std::string> unused = {"workload", "latencies"};
  if (!scenario.faults.empty()) unused.emplace_back("faults");
  if (scenario.liveness) unused.emplace_back("liveness");
  return unused;
}

bool as_expected(const Scenario& scenario, const RunResult& result) {
  if (!result.failed_expectations.empty()) return false;
  if (scenario.expect_run.ok()) return scenario.expect_run.allows(result.verdict);
  if (result.scripted && !result.skipped.empty()) return false;
  return std::any_of(result.violations.begin(), result.violations.end(),
                     [&](const FoundViolation& found) {
                       return found.violation.property == scenario.expect_run.violation;
                     });
}

Outcome outcome_of(const Scenario& scenario, const RunResult& result) {
  if (as_expected(scenario, result)) return Outcome::as_expected;
  // A violation that was expected does not come of judging nothing: that is not as expected.
  const bool open = result.verdict == Verdict::undecided ||
                    (result.verdict == Verdict::vacuous && scenario.expect_run.ok());
  return open && result.failed_expectations.empty() ? Outcome::undecided : Outcome::unexpected;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> difference_of(const RunResult& one,
                                                                     const RunResult& other) {
  if (one.digest == other.digest && one.decisions == other.decisions) return std::nullopt;
  const auto& left = one.block_digests;
  const auto& right = other.block_digests;
  const auto differ = std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first;
  const auto block = static_cast<std::uint64_t>(differ - left.begin());
  return std::pair{block * 1024 + 1, (block + 1) * 1024};
}

}  // namespace stampede::scenarios
