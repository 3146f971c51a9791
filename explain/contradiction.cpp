#include "explain/contradiction.hpp"

#include <algorithm>
#include <functional>

namespace stampede::explain {
namespace {

using engine::Monitor;
using engine::World;

/// So many steps before the violation are asked about one by one.
constexpr std::uint64_t steps_asked_max = 20'000;

Monitor* monitor_of(const World& world, const std::string& property) {
  for (const auto& monitor : world.monitors()) {
    if (monitor->property() == property) return monitor.get();
  }
  return nullptr;
}

bool broke(const World& world, const std::string& property) {
  return std::any_of(world.violations().begin(), world.violations().end(),
                     [&](const engine::Violation& one) { return one.property == property; });
}

/// A world in which one node is as it is in another one.
class WithNodeOf final : public engine::WorldView {
 public:
  WithNodeOf(const World& world, NodeId node, const World& other)
      : world_(world), node_(node), other_(other) {}
  [[nodiscard]] const engine::Membership& membership() const override {
    return world_.membership();
  }
  [[nodiscard]] const engine::Group& group(NodeId node) const override {
    return world_.group(node);
  }
  [[nodiscard]] const std::vector<engine::Facet>& facets(NodeId node) const override {
    return world_.facets(node);
  }
  [[nodiscard]] const engine::Observation& shown(NodeId node, std::size_t facet) const override {
    return at(node).shown(node, facet);
  }
  [[nodiscard]] const engine::Observation& observation(NodeId node,
                                                       const engine::Group& group) const override {
    const std::string& name = group.name();
    return at(node).observation(node, at(node).membership().at(name));
  }
  using WorldView::observation;
  [[nodiscard]] bool up(NodeId node) const override { return at(node).up(node); }
  [[nodiscard]] bool correct(NodeId node) const override { return world_.correct(node); }
  [[nodiscard]] const engine::LocalState& local(NodeId node) const override {
    return at(node).local(node);
  }
  [[nodiscard]] bool keeps_timer(const engine::NamedType&) const override { return true; }
  [[nodiscard]] const engine::Payload& options(NodeId node) const override {
    return world_.options(node);
  }
  [[nodiscard]] std::string name(NodeId node) const override { return world_.name(node); }
  [[nodiscard]] std::size_t node_count() const override { return world_.node_count(); }

 private:
  [[nodiscard]] const World& at(NodeId node) const { return node == node_ ? other_ : world_; }

  const World& world_;
  NodeId node_;
  const World& other_;
};

/// One violation of a monitor, asked again and again under other circumstances.
class Inquest {
 public:
  Inquest(Tape& tape, const engine::Violation& violation)
      : tape_(tape),
        property_(violation.property),
        step_(violation.step),
        decision_(tape.step(violation.step).decision),
        before_(tape.copy_at(violation.step - 1)) {}

  /// What it was that the monitor remembered: by bisection, a step behind which its memory makes
  /// the violation one, and before which it does not. 0 = always or never.
  std::uint64_t by_memory() {
    std::uint64_t harmless = tape_.boots();
    std::uint64_t harmful = step_ - 1;
    if (breaks_with_memory_of(harmless) || !breaks_with_memory_of(harmful)) return 0;
    while (harmful - harmless > 1) {
      const std::uint64_t middle = harmless + (harmful - harmless) / 2;
      (breaks_with_memory_of(middle) ? harmful : harmless) = middle;
    }
    return harmful;
  }

  /// The last step of another node before which that node would not have mattered.
  std::uint64_t by_other_node() {
    const std::unique_ptr<World> behind = tape_.copy_at(step_);
    const NodeId own = tape_.step(step_).node;
    const Monitor& monitor = *monitor_of(*behind, property_);
    return last_difference([&](const Step& step) { return step.node != own; },
                           [&](const World& world, NodeId node) {
                             return judged(monitor, WithNodeOf(*behind, node, world), own);
                           });
  }

  /// The last step of the same node before which the violation's step would have been right there.
  std::uint64_t by_own_past() {
    const NodeId own = tape_.step(step_).node;
    return last_difference([&](const Step& step) { return step.node == own; },
                           [&](const World& world, NodeId) {
                             World again(*before_);
                             again.local(own) = world.local(own);
                             return !again.apply(decision_) || broke(again, property_);
                           });
  }

 private:
  bool breaks_with_memory_of(std::uint64_t number) {
    const engine::Payload memory = monitor_of(tape_.world_at(number), property_)->state();
    World again(*before_);
    monitor_of(again, property_)->restore(memory);
    return again.apply(decision_) && broke(again, property_);
  }

  static bool judged(const Monitor& monitor, const engine::WorldView& world, NodeId node) {
    std::vector<engine::Violation> reported;
    engine::Judge judge{world, reported, monitor.property(), &monitor.group_in(world.membership())};
    const engine::Observation& shown = world.observation(node);
    const engine::ObservationChanged change{node, 0, shown, shown, engine::observed_anything};
    monitor.clone()->observed(change, judge);
    return !reported.empty();
  }

  /// The last step among these at which `breaks`, asked of the world and the node, becomes true.
  std::uint64_t last_difference(const std::function<bool(const Step&)>& among,
                                const std::function<bool(const World&, NodeId)>& breaks) {
    std::uint64_t last = 0;
    std::vector<char> broken(tape_.names().size(), 2);
    const std::uint64_t first = std::max(tape_.boots(), step_ - std::min(step_, steps_asked_max));
    for (std::uint64_t number = first; number < step_; ++number) {
      const Step& step = tape_.step(number);
      if (number == first) {
        const World& world = tape_.world_at(number);
        for (std::uint32_t i = 0; i < broken.size(); ++i) broken[i] = breaks(world, NodeId{i});
        continue;
      }
      if (step.node == no_node || !among(step)) continue;
      const char now = breaks(tape_.world_at(number), step.node);
      if (now != 0 && broken[step.node.value] == 0) last = number;
      broken[step.node.value] = now;
    }
    return last;
  }

  Tape& tape_;
  std::string property_;
  std::uint64_t step_;
  engine::Decision decision_;
  std::unique_ptr<World> before_;
};

/// Operations that a text names, in its order.
std::vector<const engine::HistoryOperation*> named_operations(const Tape& tape,
                                                              const std::string& text) {
  std::vector<const engine::HistoryOperation*> named;
  for (const engine::HistoryOperation& one : tape.result().history.operations()) {
    const std::string name = engine::to_string(one.id);
    const std::size_t at = text.find(name);
    if (at == std::string::npos) continue;
    const char behind = at + name.size() < text.size() ? text[at + name.size()] : ' ';
    if (std::isdigit(static_cast<unsigned char>(behind)) == 0) named.push_back(&one);
  }
  return named;
}

std::uint64_t last_step_of(const engine::HistoryOperation& operation) {
  return operation.is_open() ? operation.invoked_step : operation.responded_step;
}

std::uint64_t earlier_of(Tape& tape, const engine::Violation& violation) {
  const std::uint64_t later = shows_at(tape, violation);
  if (violation.step > tape.boots() &&
      monitor_of(tape.world_at(tape.boots()), violation.property) != nullptr) {
    Inquest inquest(tape, violation);
    const Monitor& monitor = *monitor_of(tape.world_at(tape.boots()), violation.property);
    const bool looks_around = (monitor.hooks() & Monitor::hook_observed) != 0;
    std::uint64_t found = 0;
    if (monitor.remembers()) found = inquest.by_memory();
    if (found == 0 && !monitor.remembers() && looks_around) found = inquest.by_other_node();
    if (found == 0) found = inquest.by_own_past();
    if (found != 0) return found;
  }
  std::uint64_t earlier = 0;
  for (const engine::HistoryOperation* one : named_operations(tape, violation.message)) {
    if (last_step_of(*one) < later) earlier = std::max(earlier, last_step_of(*one));
  }
  return earlier;
}

}  // namespace

std::uint64_t shows_at(const Tape& tape, const engine::Violation& violation) {
  if (violation.step != 0) return violation.step;
  std::uint64_t last = 0;
  for (const engine::HistoryOperation* one : named_operations(tape, violation.message))
    last = std::max(last, last_step_of(*one));
  for (std::uint64_t number = tape.size(); last == 0 && number > 0; --number) {
    const NodeId node = tape.step(number).node;
    const bool named =
        std::find(violation.nodes.begin(), violation.nodes.end(), node) != violation.nodes.end();
    if (named || (violation.nodes.empty() && node != no_node)) last = number;
  }
  return std::max<std::uint64_t>(last, 1);
}

Contradiction contradiction_of(Tape& tape, const HappenedBefore& before,
                               const engine::Violation& violation) {
  Contradiction found;
  found.later = shows_at(tape, violation);
  found.earlier = earlier_of(tape, violation);
  if (found.earlier == 0) return found;
  // What a client was told came from whoever told it.
  const std::uint64_t cause = tape.step(found.earlier).cause;
  const bool told =
      tape.step(found.earlier).kind == engine::EventKind::deliver &&
      tape.world_at(found.earlier - 1).boot(tape.step(found.earlier).node).type().begin != nullptr;
  found.known = before.leads_to(told ? cause : found.earlier, found.later);
  const Steps both = common(before.past({found.earlier}), before.past({found.later}));
  for (const std::uint64_t step : both) {
    if (step > tape.boots() && step != found.earlier) found.last_common_cause = step;
  }
  return found;
}

}  // namespace stampede::explain
