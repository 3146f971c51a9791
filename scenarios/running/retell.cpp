#include "scenarios/running/retell.hpp"

#include <algorithm>

namespace stampede::scenarios {
namespace {

using engine::Candidate;
using engine::Decision;
using engine::DecisionKind;
using engine::Document;
using engine::PathStep;
using engine::World;

/// The fields of a process value that a decision changed: `view_number 0 -> 1, status normal ->
/// view_change`.
std::string changes(const std::string& before, const std::string& after) {
  constexpr std::size_t long_value = 24;
  if (before == after) return {};
  const Document old = engine::parse_json(before, "state");
  const Document now = engine::parse_json(after, "state");
  std::string text;
  for (const Document::Entry& entry : now.entries) {
    const Document* was = old.find(entry.key);
    const std::string left = was == nullptr ? "" : was->to_text();
    const std::string right = entry.value.to_text();
    if (left == right) continue;
    text += (text.empty() ? "" : ", ") + entry.key;
    const auto elements = [](const Document& value) {
      return value.is_sequence() ? value.items.size() : value.entries.size();
    };
    if (left.size() <= long_value && right.size() <= long_value) {
      text.append(" ").append(left).append(" -> ").append(right);
    } else if (was != nullptr && elements(*was) != elements(entry.value)) {
      text += " of " + std::to_string(elements(*was)) + " -> of " +
              std::to_string(elements(entry.value));
    }
  }
  return text;
}

class Retelling {
 public:
  Retelling(const Scenario& scenario, const engine::StateSpace& space,
            std::vector<std::unique_ptr<engine::Monitor>> monitors)
      : space_(space),
        world_(scenario.model->assemble(scenario.cluster), {scenario.seed, true, false, 512}) {
    for (auto& monitor : monitors) world_.add_monitor(std::move(monitor));
    world_.start();
  }

  Counterexample tell(const engine::FoundInSearch& found, std::size_t cycle_from) {
    Counterexample told;
    for (const PathStep& step : found.begun) perform(decision_of(step), told);
    for (std::size_t i = 0; i < found.path.size(); ++i) {
      if (i == cycle_from) told.cycle_from = told.script.size();
      told.length = i + 1;
      const PathStep& step = found.path[i];
      // A network that keeps what it delivers is one that copies it before.
      if (step.kind == Candidate::deliver && is_needed_again(found.path, i) &&
          space_.settings().network == engine::NetworkKind::set) {
        perform({DecisionKind::duplicate, {}, name_of(step.message)}, told);
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
    return told;
  }

 private:
  [[nodiscard]] static bool is_needed_again(const std::vector<PathStep>& path, std::size_t at) {
    return std::any_of(
        path.begin() + static_cast<std::ptrdiff_t>(at) + 1, path.end(), [&](const PathStep& step) {
          return step.kind <= Candidate::duplicate && step.message == path[at].message;
        });
  }

  /// The oldest message in flight with this content.
  [[nodiscard]] engine::MessageName name_of(std::uint32_t id) const {
    const engine::PackedMessage& wanted = space_.message(id);
    for (const engine::MessageSlot slot : world_.in_flight()) {
      const engine::InFlight& message = world_.message(slot);
      if (message.type == wanted.type && message.from == wanted.from && message.to == wanted.to &&
          message.instance == wanted.instance && message.payload == wanted.payload)
        return {message.type->name, message.from, message.to, message.nth, message.copy};
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
    if (step.kind <= Candidate::duplicate) {
      decision.kind = step.kind == Candidate::deliver ? DecisionKind::deliver
                      : step.kind == Candidate::drop  ? DecisionKind::drop
                                                      : DecisionKind::duplicate;
      decision.message = name_of(step.message);
      decision.node = decision.message.to;
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
        decision.name = stimulus.file;
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
    decision.name = wanted.type->name;
    for (const engine::TimerSlot& slot : world_.local(decision.node).timers) {
      if (slot.armed && slot.type == wanted.type && slot.instance == wanted.instance &&
          slot.value == wanted.value)
        decision.nth = slot.nth;
    }
  }

  [[nodiscard]] std::string message_text(const engine::MessageName& name) const {
    std::string text = name.type + " " + world_.name(name.from) + "->" + world_.name(name.to);
    engine::MessageName oldest = name;
    oldest.nth = 0;
    oldest.copy = 0;
    const auto slot = world_.find_message(oldest);
    if (slot && world_.message(*slot).nth == name.nth && world_.message(*slot).copy == name.copy)
      return text;
    text += " nth " + std::to_string(name.nth);
    if (name.copy != 0) text += " copy " + std::to_string(name.copy);
    return text;
  }

  [[nodiscard]] std::string item_text(const Decision& decision) const {
    const auto node = [&] { return world_.name(decision.node); };
    switch (decision.kind) {
      case DecisionKind::deliver:
        return "deliver: " + message_text(decision.message);
      case DecisionKind::drop:
        return "drop: " + message_text(decision.message);
      case DecisionKind::duplicate:
        return "duplicate: " + message_text(decision.message);
      case DecisionKind::fire: {
        std::string text = "fire: " + decision.name + " " + node();
        const auto earliest = world_.find_timer(decision.node, decision.name, 0);
        if (earliest && world_.local(decision.node).timers[*earliest].nth != decision.nth)
          text += " nth " + std::to_string(decision.nth);
        return text;
      }
      case DecisionKind::begin: {
        std::string text = "invoke: { client: " + node() +
                           ", operation: " + decision.operation.operation.to_json();
        if (decision.operation.to) text += ", to: " + world_.name(*decision.operation.to);
        return text + " }";
      }
      case DecisionKind::crash:
        if (decision.outcome == engine::disk_loses) return "crash: " + node();
        return "crash: { node: " + node() + ", disk: { kept: \"" +
               std::to_string(decision.outcome.kept) +
               "\", torn: " + (decision.outcome.torn ? "true" : "false") +
               ", save_kept: " + (decision.outcome.save_kept ? "true" : "false") + " } }";
      case DecisionKind::restart:
        return "restart: " + node();
      case DecisionKind::clock:
        return "clock: { node: " + node() + ", advance: " + to_string(decision.advance) +
               ", monotonic: true }";
      default:
        return "complete: { node: " + node() + ", file: " + engine::json_quote(decision.name) +
               " }";
    }
  }

  [[nodiscard]] std::string state_of(NodeId node) const {
    engine::JsonWriter state;
    world_.process(node).type().write(state, world_.process(node).get());
    return std::string(state.str());
  }

  void perform(Decision decision, Counterexample& told) {
    if (decision.node == no_node) decision.node = decision.message.to;
    std::string text = item_text(decision);
    if (space_.settings().budgets.clock_moves != 0) {
      // Clocks move by decisions alone, as in the search.
      decision.at = world_.now();
      text += "\n    at: " + to_string(world_.now() - engine::Time{});
    }
    if (!decision.choices.empty()) {
      std::string choices;
      for (const std::uint32_t choice : decision.choices)
        choices += (choices.empty() ? "" : ", ") + std::to_string(choice);
      text += "\n    choices: [" + choices + "]";
    }
    const std::string before = state_of(decision.node);
    const bool done = world_.apply(decision);
    if (!done) throw engine::AssertionFailed("not enabled in the value world: " + text);
    const bool steps = decision.kind != DecisionKind::drop &&
                       decision.kind != DecisionKind::duplicate && !world_.broken();
    const std::string changed = steps ? changes(before, state_of(decision.node)) : "";
    told.schedule.push_back(std::move(decision));
    told.decisions.push_back(told.length);
    told.script.push_back(std::move(text));
    told.changes.push_back(
        changed.empty() ? "" : world_.name(told.schedule.back().node) + ": " + changed);
  }

  const engine::StateSpace& space_;
  World world_;
};

}  // namespace

Counterexample retell(const Scenario& scenario, const engine::StateSpace& space,
                      const engine::FoundInSearch& found, std::size_t cycle_from,
                      std::vector<std::unique_ptr<engine::Monitor>> monitors) {
  return Retelling(scenario, space, std::move(monitors)).tell(found, cycle_from);
}

std::string script_scenario(const ScenarioFile& file, const Scenario& scenario,
                            const Counterexample& counterexample) {
  constexpr std::size_t column = 56;
  std::string text = "# Found by explore in " + file.path() + ": " +
                     std::to_string(counterexample.length) + " decisions.\n";
  text += "about: " + engine::json_quote(counterexample.violation.message) + "\n";
  text += "cluster: " + file.section("cluster") + "\n";
  if (!scenario.checks.empty()) {
    std::string checks;
    for (const std::string& check : scenario.checks) checks += (checks.empty() ? "" : ", ") + check;
    text += "checks: [" + checks + "]\n";
  }
  text += "script:\n";
  for (std::size_t i = 0; i < counterexample.script.size(); ++i) {
    const std::string& item = counterexample.script[i];
    const std::string& change = counterexample.changes[i];
    const std::size_t end = item.find('\n');
    std::string line = "  - " + item.substr(0, end);
    if (!change.empty()) {
      line.resize(std::max(line.size() + 2, column), ' ');
      line += "# " + change;
    }
    text += line + "\n";
    if (end != std::string::npos) text += item.substr(end + 1) + "\n";
  }
  return text + "expect: { violation: " + counterexample.violation.property + " }\n";
}

}  // namespace stampede::scenarios
