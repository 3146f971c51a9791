#include "scenarios/running/retell.hpp"

#include <algorithm>

#include "scenarios/reading/check_reader.hpp"
#include "scenarios/running/told_script.hpp"

namespace stampede::scenarios {
namespace {

using engine::Candidate;
using engine::Decision;
using engine::DecisionKind;
using engine::PathStep;
using engine::World;

class Retelling {
 public:
  Retelling(const Scenario& scenario, const engine::StateSpace& space,
            std::vector<std::unique_ptr<engine::Monitor>> monitors)
      : space_(space),
        world_(scenario.model->assembled(scenario.cluster),
               {scenario.seed, scenario.explore.saves == Saves::in_step, false, 512, UINT64_MAX}),
        teller_(world_) {
    for (auto& monitor : monitors) world_.add_monitor(std::move(monitor));
    world_.start();
  }

  void tell(const engine::FoundInSearch& found, std::size_t cycle_from, Counterexample& told) {
    for (const PathStep& step : found.begun) perform(decision_of(step), told);
    for (std::size_t i = 0; i < found.path.size(); ++i) {
      if (i == cycle_from) told.cycle_from = told.script.size();
      told.length = i + 1;
      const PathStep& step = found.path[i];
      // A network that keeps what it delivers is one that copies it before.
      if (step.kind == Candidate::deliver && is_needed_again(found.path, i) &&
          space_.settings().network == engine::NetworkKind::set) {
        Decision copies{DecisionKind::duplicate};
        copies.message = message_of(step.message);
        perform(std::move(copies), told);
      }
      perform(decision_of(step), told);
      if (!world_.broken()) begin_next(step, told);
    }
    if (cycle_from == found.path.size()) told.cycle_from = told.script.size();
    const auto known = [&] {
      return std::any_of(
          world_.violations().begin(), world_.violations().end(),
          [&](const engine::Violation& one) { return one.property == found.violation.property; });
    };
    // What must hold in the end is judged there.
    if (!known()) world_.finish(true);
    const auto& violations = world_.violations();
    const auto confirmed = std::find_if(
        violations.begin(), violations.end(),
        [&](const engine::Violation& one) { return one.property == found.violation.property; });
    ASSERT(confirmed != violations.end());
    told.violation = *confirmed;
  }

  /// The last node to step, in so many decisions of the path, that is in another state than the
  /// search kept.
  [[nodiscard]] std::optional<NotRetold::Parting> parting(const std::vector<PathStep>& path,
                                                          std::size_t length) const {
    std::vector<bool> seen(world_.node_count());
    for (std::size_t i = length; i-- > 0;) {
      if (path[i].transition == engine::PairMap::none) continue;
      const engine::Transition& transition = space_.transitions().transition(path[i].transition);
      if (seen[transition.node.value]) continue;
      seen[transition.node.value] = true;
      // Of timers a search leaves out those that have no budget.
      NotRetold::Parting found{transition.node, space_.transitions().local(transition.after),
                               space_.transitions().local(transition.after)};
      found.left.process = world_.process(transition.node);
      if (!(found.left.process == found.kept.process)) return found;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] static bool is_needed_again(const std::vector<PathStep>& path, std::size_t at) {
    return std::any_of(path.begin() + static_cast<std::ptrdiff_t>(at) + 1, path.end(),
                       [&](const PathStep& step) {
                         return is_about_message(step.kind) && step.message == path[at].message;
                       });
  }

  /// The oldest message in flight with this content.
  [[nodiscard]] engine::MessageName message_of(std::uint32_t id) const {
    const engine::PackedMessage& wanted = space_.message(id);
    for (const engine::MessageSlot slot : world_.in_flight()) {
      const engine::InFlight& message = world_.message(slot);
      if (message.type == wanted.type && message.from == wanted.from && message.to == wanted.to &&
          message.instance == wanted.instance && message.payload == wanted.payload)
        return engine::name_of(message);
    }
    throw engine::AssertionFailed("a schedule of the search delivers a " + wanted.type->name +
                                  " that is not in flight in the value world");
  }

  /// What the client begins in the step in which it is answered.
  void begin_next(const PathStep& step, Counterexample& told) {
    if (step.transition == engine::PairMap::none) return;
    const engine::Transition& transition = space_.transitions().transition(step.transition);
    if (transition.begun == engine::PairMap::none) return;
    Decision decision;
    decision.kind = DecisionKind::begin;
    decision.node = transition.node;
    decision.operation = space_.transitions().operation(transition.begun);
    const auto& choices = transition.effects.choices;
    for (std::size_t i = transition.choices_before_begun; i < choices.size(); ++i)
      decision.choices.push_back(choices[i].taken);
    perform(std::move(decision), told);
  }

  [[nodiscard]] Decision decision_of(const PathStep& step) const {
    Decision decision;
    if (is_about_message(step.kind)) {
      decision.kind = step.kind == Candidate::deliver ? DecisionKind::deliver
                      : step.kind == Candidate::drop  ? DecisionKind::drop
                                                      : DecisionKind::duplicate;
      decision.message = message_of(step.message);
    }
    if (step.transition == engine::PairMap::none) return decision;
    const engine::Transition& transition = space_.transitions().transition(step.transition);
    decision.node = transition.node;
    const auto& choices = transition.effects.choices;
    const bool goes_on = transition.begun != engine::PairMap::none;
    for (std::size_t i = 0; i < (goes_on ? transition.choices_before_begun : choices.size()); ++i)
      decision.choices.push_back(choices[i].taken);
    const engine::Stimulus& stimulus = transition.stimulus;
    switch (step.kind) {
      case Candidate::fire:
        name_timer(space_.transitions().local(transition.before).timers.at(stimulus.subject),
                   decision);
        break;
      case Candidate::begin:
        decision.kind = DecisionKind::begin;
        decision.operation = space_.transitions().operation(stimulus.subject);
        break;
      case Candidate::crash:
        decision.kind = DecisionKind::crash;
        decision.outcome = stimulus.outcome;
        break;
      case Candidate::restart:
        decision.kind = DecisionKind::restart;
        break;
      case Candidate::complete:
        decision.kind = DecisionKind::complete;
        decision.name =
            stimulus.kind == engine::Input::Kind::save_completed ? "durable" : stimulus.file;
        break;
      case Candidate::clock:
        decision.kind = DecisionKind::clock;
        decision.advance = space_.settings().transitions.clock_step;
        decision.monotonic = true;
        break;
      default:
        break;
    }
    return decision;
  }

  void name_timer(const engine::TimerSlot& wanted, Decision& decision) const {
    decision.kind = DecisionKind::fire;
    for (const engine::TimerSlot& slot : world_.local(decision.node).timers) {
      if (slot.armed && slot.type == wanted.type && slot.instance == wanted.instance &&
          slot.value == wanted.value)
        decision.timer = engine::name_of(slot, decision.node);
    }
  }

  void perform(Decision decision, Counterexample& told) {
    // Clocks move by decisions alone, as in the search.
    if (space_.settings().budgets.clock_moves != 0) decision.at = world_.now();
    teller_.perform(decision);
    told.schedule.push_back(std::move(decision));
    told.decisions.push_back(told.length);
    told.script.push_back(teller_.told().items.back());
    told.changes.push_back(teller_.told().changes.back());
  }

  const engine::StateSpace& space_;
  World world_;
  ScriptTeller teller_;
};

}  // namespace

Counterexample retell(const Scenario& scenario, const engine::StateSpace& space,
                      const engine::FoundInSearch& found, std::size_t cycle_from,
                      std::vector<std::unique_ptr<engine::Monitor>> monitors) {
  Retelling retelling(scenario, space, std::move(monitors));
  Counterexample told;
  try {
    retelling.tell(found, cycle_from, told);
  } catch (const engine::AssertionFailed& failed) {
    const std::uint64_t done = told.decisions.empty() ? 0 : told.decisions.back();
    throw NotRetold(failed.what(), retelling.parting(found.path, done));
  }
  return told;
}

std::string script_scenario(const ScenarioFile& file, const Scenario& scenario,
                            const Counterexample& counterexample) {
  ScriptFile told;
  told.origin = "Found by explore in " + file.path() + ": " +
                std::to_string(counterexample.length) + " decisions.";
  told.about = counterexample.violation.message;
  told.sections.emplace_back("cluster", file.section("cluster"));
  std::string checks;
  for (const std::string& check : scenario.checks)
    checks += (checks.empty() ? "" : ", ") + check_text(scenario, check);
  if (!checks.empty()) told.sections.emplace_back("checks", "[" + checks + "]");
  if (scenario.explore.saves == Saves::decisions) told.sections.emplace_back("saves", "decisions");
  told.script = {counterexample.script, counterexample.changes};
  told.violation = counterexample.violation.property;
  return to_yaml(told);
}

}  // namespace stampede::scenarios
