// Properties: what must hold in every run, in one definition for simulation and exploration.
//
// A monitor is a described value that is fed with what happens and may report a violation; it is
// part of an explored state. The other kinds are monitors without memory:
//   node_property<P>    one process value and its timers     after each of its steps
//   step_property<P>    before, after, effects of one step
//   world_property      observations of all nodes            whenever one changed
//   sometimes           must be reached by some schedule of a search
//   eventually          must hold when a run has come to rest
// Monitors are fed with what correct nodes do.
// Monitor states are plain STAMPEDE_VALUEs; hooks are the member functions they happen to have (see
// MonitorOf).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/process/process.hpp"
#include "engine/world/history.hpp"

namespace stampede::engine {

struct Violation {
  std::string property{};
  /// 1-based number of the decision at which it broke; 0 = judged at the end of the run.
  std::uint64_t step = 0;
  std::string message{};
  std::vector<NodeId> nodes{};
};
STAMPEDE_VALUE(Violation, property, step, message, nodes);

/// Of who shows nothing.
inline const Observation nothing_shown{};

/// What monitors may look at besides what they are fed.
class WorldView {
 public:
  virtual ~WorldView() = default;
  [[nodiscard]] virtual const Membership& membership() const = 0;
  /// The nodes of the protocol's main group.
  [[nodiscard]] const std::vector<NodeId>& members() const { return membership().main().members(); }
  /// The group that the node's process belongs to.
  [[nodiscard]] virtual const Group& group(NodeId node) const = 0;
  /// What the node shows: of which groups, and each by its place among these.
  [[nodiscard]] virtual const std::vector<Facet>& facets(NodeId node) const = 0;
  [[nodiscard]] virtual const Observation& shown(NodeId node, std::size_t facet) const = 0;
  /// What the node shows first: that of its process's group, where the process shows something.
  [[nodiscard]] const Observation& observation(NodeId node) const {
    return facets(node).empty() ? nothing_shown : shown(node, 0);
  }
  /// What the node shows of this group.
  [[nodiscard]] virtual const Observation& observation(NodeId node, const Group& group) const;
  /// The part with which the node shows this group, a position among those of the membership, if
  /// that is a P. REQUIRES: the node is up.
  template <class P>
  [[nodiscard]] const P* showing(NodeId node, std::uint32_t group) const {
    for (const Facet& facet : facets(node)) {
      if (facet.position != group) continue;
      if (facet.layer->value_type != &payload_type<P>()) return nullptr;
      return static_cast<const P*>(facet.layer->find_in(process(node).get(), facet.instance));
    }
    return nullptr;
  }
  /// Digest of the group's service state at the node; nothing where there is none. O(state).
  [[nodiscard]] std::optional<std::uint64_t> state_digest(NodeId node, const Group& group) const;
  [[nodiscard]] virtual bool up(NodeId node) const = 0;
  [[nodiscard]] virtual const LocalState& local(NodeId node) const = 0;
  /// False for a node that is the adversary's: nothing is promised of it, and only correct nodes
  /// are judged. Monitors hear nothing of what others do; who looks at all nodes asks this.
  [[nodiscard]] virtual bool correct(NodeId node) const {
    static_cast<void>(node);
    return true;
  }
  /// The process value; of a node that is down: what it was, for its type only.
  [[nodiscard]] const ProcessValue& process(NodeId node) const { return local(node).process; }
  /// False for the timers that a search leaves out because they have no budget: whether they are
  /// armed is not known.
  [[nodiscard]] virtual bool keeps_timer(const NamedType& type) const = 0;
  /// What context.options<Options>() gives this node.
  [[nodiscard]] virtual const Payload& options(NodeId node) const = 0;
  [[nodiscard]] virtual std::string name(NodeId node) const = 0;
  [[nodiscard]] virtual std::size_t node_count() const = 0;
};

/// Handed to hooks: a look at the world and a place to report. Whoever tells the monitor knows the
/// step.
struct Judge {
  const WorldView& world;
  std::vector<Violation>& reported;
  std::string_view property;
  /// The group that is judged; nullptr = the main one.
  const Group* judged_group = nullptr;

  [[nodiscard]] const Group& group() const {
    return judged_group == nullptr ? world.membership().main() : *judged_group;
  }
  void violated(std::string message, std::vector<NodeId> nodes = {}) {
    reported.push_back({std::string(property), 0, std::move(message), std::move(nodes)});
  }
};

/// One node as facts about it look at it: besides its process value, who it is, what it was told,
/// and its timers.
class NodeView {
 public:
  NodeView(const WorldView& world, NodeId node, const std::vector<TimerSlot>& timers)
      : world_(world), timers_(timers), node_(node) {}

  [[nodiscard]] NodeId self() const { return node_; }
  [[nodiscard]] std::string name() const { return world_.name(node_); }
  /// The nodes of the protocol's main role.
  [[nodiscard]] const std::vector<NodeId>& members() const { return world_.members(); }
  template <class Options>
  [[nodiscard]] const Options& options() const {
    return world_.options(node_).as<Options>();
  }
  /// `timer` is armed, in whichever part of the process.
  template <class T>
  [[nodiscard]] bool armed(const T& timer) const {
    for (const TimerSlot& slot : timers_) {
      if (!slot.armed || slot.type->payload != &payload_type<T>()) continue;
      if constexpr (std::is_empty_v<T>) return true;
      if (slot.value.template as<T>() == timer) return true;
    }
    return false;
  }
  /// `timer` is not armed. False, too, where nobody knows: in a search without a budget for it.
  template <class T>
  [[nodiscard]] bool lacks(const T& timer) const {
    return !armed(timer) && known(payload_type<T>());
  }

 private:
  [[nodiscard]] bool known(const PayloadType& timer) const {
    for (const NamedType* type : world_.process(node_).type().timer_types) {
      if (type->payload == &timer && !world_.keeps_timer(*type)) return false;
    }
    return true;
  }

  const WorldView& world_;
  const std::vector<TimerSlot>& timers_;
  NodeId node_{};
};

// ----- what monitors are fed with -----

/// A message as it leaves its sender, or as it reaches its receiver.
struct MessageSeen {
  NodeId from{};
  NodeId to{};
  const NamedType* type = nullptr;
  const Payload* payload = nullptr;
};
/// What a node shows of a group changed, or the node went down or came up.
struct ObservationChanged {
  NodeId node{};
  /// Its position among the groups of the membership.
  std::uint32_t group = 0;
  const Observation& before;
  const Observation& after;
  /// A set of ObservedField.
  unsigned fields = changed_fields(before, after);

  /// The log after begins with the whole log before.
  [[nodiscard]] bool log_extended() const { return (fields & observed_log_other) == 0; }

  /// 0 if nothing changed.
  // Inlined by force: the world asks after every step.
  [[nodiscard, gnu::always_inline]] static unsigned changed_fields(const Observation& before,
                                                                   const Observation& after) {
    unsigned fields = 0;
    if (before.operational != after.operational || before.leading != after.leading ||
        before.recovering != after.recovering)
      fields |= observed_roles;
    if (before.epoch != after.epoch) fields |= observed_epoch;
    if (!after.log.ends_as(before.log)) {
      const std::size_t length = before.log.size();
      const bool longer = after.log.size() > length && after.log.agrees(before.log, length);
      fields |= longer ? observed_log_longer : observed_log_other;
    }
    if (before.log.base() != after.log.base()) fields |= observed_log_base;
    if (before.committed != after.committed) fields |= observed_committed;
    if (before.executed != after.executed) fields |= observed_executed;
    if (!(before.configuration == after.configuration)) fields |= observed_configuration;
    return fields;
  }
};
/// A node finished a local step; crashes are told as Crashed.
struct Stepped {
  NodeId node{};
  /// nullptr unless a monitor has asked for it, and after boots: a restart is not a step from what
  /// was there before.
  const ProcessValue* before = nullptr;
  const ProcessValue& after;
  /// The node's timers after the step, armed and not.
  const std::vector<TimerSlot>& timers;
  const Effects& effects;
};
struct Invoked {
  NodeId node{};
  OperationId id{};
  const Operation& operation;
};
struct Responded {
  NodeId node{};
  OperationId id{};
  const Result& result;
};
struct Crashed {
  NodeId node{};
};
struct Restarted {
  NodeId node{};
};
/// The run has come to its end (simulation only).
struct Finished {
  const History& history;
  /// Liveness was asked for and reached: all is quiet.
  bool at_rest = false;
};

/// The two roles of MessageSeen, told apart by type.
struct MessageSent : MessageSeen {};
struct MessageDelivered : MessageSeen {};

class Monitor {
 public:
  enum Hook : unsigned {
    hook_sent = 1,
    hook_delivered = 2,
    hook_observed = 4,
    hook_stepped = 8,
    hook_before = 16,  // with hook_stepped: wants the state before
    hook_client = 32,
    hook_crash = 64,
    hook_finish = 128,
  };
  static constexpr std::uint32_t any_group = UINT32_MAX;
  static constexpr std::uint32_t any_process = UINT32_MAX;

  explicit Monitor(std::string property) : property_(std::move(property)) {}
  virtual ~Monitor() = default;
  [[nodiscard]] virtual std::unique_ptr<Monitor> clone() const = 0;
  [[nodiscard]] const std::string& property() const { return property_; }
  /// Position of the group that it judges: it is fed with observations of this one only.
  [[nodiscard]] std::uint32_t group() const { return group_; }
  /// The same as a group; the main one for who judges all.
  [[nodiscard]] const Group& group_in(const Membership& membership) const {
    return group_ == any_group ? membership.main() : membership.groups()[group_];
  }
  /// From here on it judges this group, under this name.
  void judge_group(std::uint32_t group, std::string property) {
    group_ = group;
    property_ = std::move(property);
  }
  [[nodiscard]] virtual unsigned hooks() const = 0;
  /// Changes of observations that matter to this monitor, a set of ObservedField: it is not fed
  /// with others.
  [[nodiscard]] virtual unsigned watches() const { return observed_anything; }
  /// Messages that matter to this monitor, sent or delivered: it is not fed with others. Nothing =
  /// all.
  [[nodiscard]] virtual std::vector<const PayloadType*> hears() const { return {}; }
  /// PayloadType::key of the processes whose steps matter to this monitor: it is not fed with those
  /// of others.
  [[nodiscard]] virtual std::uint32_t steps_of() const { return any_process; }
  /// False if it judges each step, or each world, by itself: its state is always the same.
  [[nodiscard]] virtual bool remembers() const { return true; }
  /// What it says depends on the step it is told and on nothing else: it remembers nothing and
  /// looks at no other node.
  [[nodiscard]] virtual bool judges_steps_alone() const { return false; }
  /// State, for exploration and the conformance test.
  [[nodiscard]] virtual Payload state() const = 0;
  virtual void restore(const Payload& state) = 0;

  virtual void sent(const MessageSeen&, Judge&) {}
  virtual void delivered(const MessageSeen&, Judge&) {}
  virtual void observed(const ObservationChanged&, Judge&) {}
  virtual void stepped(const Stepped&, Judge&) {}
  virtual void invoked(const Invoked&, Judge&) {}
  virtual void responded(const Responded&, Judge&) {}
  virtual void crashed(const Crashed&, Judge&) {}
  virtual void restarted(const Restarted&, Judge&) {}
  virtual void finished(const Finished&, Judge&) {}

 protected:
  Monitor(const Monitor&) = default;
  Monitor& operator=(const Monitor&) = delete;

 private:
  std::string property_;
  std::uint32_t group_ = any_group;
};

/// A monitor over the described state S, whose member functions `on(const X&, Judge&)` are its
/// hooks, X being any of the types above. `static constexpr unsigned watches` limits the changes of
/// observations it is fed with, `using Hears = Messages<...>` the messages.
template <class S>
class MonitorOf final : public Monitor {
 public:
  MonitorOf(std::string property, S initial)
      : Monitor(std::move(property)), state_(std::move(initial)) {}

  std::unique_ptr<Monitor> clone() const override { return std::make_unique<MonitorOf>(*this); }
  unsigned hooks() const override {
    unsigned hooks = 0;
    if constexpr (takes<MessageSent>) hooks |= hook_sent;
    if constexpr (takes<MessageDelivered>) hooks |= hook_delivered;
    if constexpr (takes<ObservationChanged>) hooks |= hook_observed;
    if constexpr (takes<Stepped>) hooks |= hook_stepped;
    if constexpr (requires { S::wants_before; }) hooks |= hook_before;
    if constexpr (takes<Invoked> || takes<Responded>) hooks |= hook_client;
    if constexpr (takes<Crashed> || takes<Restarted>) hooks |= hook_crash;
    if constexpr (takes<Finished>) hooks |= hook_finish;
    return hooks;
  }
  unsigned watches() const override {
    if constexpr (requires { S::watches; }) return S::watches;
    return observed_anything;
  }
  std::vector<const PayloadType*> hears() const override {
    if constexpr (requires { typename S::Hears; }) return listed(typename S::Hears{});
    return {};
  }
  Payload state() const override { return Payload::of(state_); }
  void restore(const Payload& state) override { state_ = state.as<S>(); }

  void sent(const MessageSeen& seen, Judge& judge) override {
    if constexpr (takes<MessageSent>) state_.on(MessageSent{seen}, judge);
  }
  void delivered(const MessageSeen& seen, Judge& judge) override {
    if constexpr (takes<MessageDelivered>) state_.on(MessageDelivered{seen}, judge);
  }
  void observed(const ObservationChanged& change, Judge& judge) override { feed(change, judge); }
  void stepped(const Stepped& step, Judge& judge) override { feed(step, judge); }
  void invoked(const Invoked& invoked, Judge& judge) override { feed(invoked, judge); }
  void responded(const Responded& responded, Judge& judge) override { feed(responded, judge); }
  void crashed(const Crashed& crashed, Judge& judge) override { feed(crashed, judge); }
  void restarted(const Restarted& restarted, Judge& judge) override { feed(restarted, judge); }
  void finished(const Finished& finished, Judge& judge) override { feed(finished, judge); }

 private:
  template <class... M>
  static std::vector<const PayloadType*> listed(Messages<M...>) {
    return {&payload_type<M>()...};
  }
  template <class X>
  static constexpr bool takes = requires(S& state, const X& x, Judge& judge) {
    state.on(x, judge);
  };
  template <class X>
  void feed(const X& x, Judge& judge) {
    if constexpr (takes<X>) state_.on(x, judge);
  }

  S state_;
};

/// Makes the monitors of one property for a world of the given size.
struct Property {
  std::string name;
  std::string about;
  std::function<std::unique_ptr<Monitor>()> make;
  /// What its monitor reports is no violation but that it was reached; searches only.
  bool sometimes = false;
  /// Of what must hold in the end: what is missing yet. A run with a bound is not at rest before
  /// nothing is.
  std::optional<std::string> (*missing)(const WorldView&) = nullptr;
};

/// The property of one group alone: what it says of all that is shown, it says of what that group's
/// nodes show. `name` is what it is called then.
inline Property for_group(Property property, std::uint32_t group, const std::string& name) {
  property.name = name;
  property.make = [make = std::move(property.make), group, name] {
    std::unique_ptr<Monitor> monitor = make();
    monitor->judge_group(group, name);
    return monitor;
  };
  return property;
}

template <class S>
Property monitor_property(std::string name, std::string about, S initial) {
  return {name, std::move(about),
          [name, initial] { return std::make_unique<MonitorOf<S>>(name, initial); }};
}

namespace detail {

/// No state of its own: hooks in a captureless function.
struct NoState {};
STAMPEDE_VALUE(NoState);

template <class Function, unsigned Hooks>
class StatelessMonitor : public Monitor {
 public:
  StatelessMonitor(std::string property, Function function)
      : Monitor(std::move(property)), function_(std::move(function)) {}
  unsigned hooks() const override { return Hooks; }
  [[nodiscard]] bool remembers() const override { return false; }
  Payload state() const override { return Payload::of(NoState{}); }
  void restore(const Payload&) override {}

 protected:
  Function function_;
};

template <class P, class Check>
class NodeMonitor final : public StatelessMonitor<Check, Monitor::hook_stepped> {
 public:
  using StatelessMonitor<Check, Monitor::hook_stepped>::StatelessMonitor;
  std::unique_ptr<Monitor> clone() const override { return std::make_unique<NodeMonitor>(*this); }
  std::uint32_t steps_of() const override { return payload_type<P>().key; }
  bool judges_steps_alone() const override { return true; }
  // Who takes a step is up.
  void stepped(const Stepped& step, Judge& judge) override {
    const P& process = *static_cast<const P*>(step.after.get());
    if (auto broken = broken_at(process, NodeView(judge.world, step.node, step.timers)))
      judge.violated(std::move(*broken), {step.node});
  }

 private:
  std::optional<std::string> broken_at(const P& process, const NodeView& node) const {
    if constexpr (std::is_invocable_v<Check, const P&>) {
      return this->function_(process);
    } else {
      return this->function_(process, node);
    }
  }
};

template <class P>
class StepMonitor final
    : public StatelessMonitor<std::optional<std::string> (*)(const P&, const P&, const Effects&),
                              Monitor::hook_stepped | Monitor::hook_before> {
 public:
  using StatelessMonitor<std::optional<std::string> (*)(const P&, const P&, const Effects&),
                         Monitor::hook_stepped | Monitor::hook_before>::StatelessMonitor;
  std::unique_ptr<Monitor> clone() const override { return std::make_unique<StepMonitor>(*this); }
  std::uint32_t steps_of() const override { return payload_type<P>().key; }
  bool judges_steps_alone() const override { return true; }
  void stepped(const Stepped& step, Judge& judge) override {
    if (step.before == nullptr || !judge.world.up(step.node)) return;
    const P& before = *static_cast<const P*>(step.before->get());
    const P& after = *static_cast<const P*>(step.after.get());
    if (auto broken = this->function_(before, after, step.effects))
      judge.violated(std::move(*broken), {step.node});
  }
};

class WorldMonitor final : public StatelessMonitor<std::optional<std::string> (*)(const WorldView&),
                                                   Monitor::hook_observed> {
 public:
  using StatelessMonitor::StatelessMonitor;
  std::unique_ptr<Monitor> clone() const override { return std::make_unique<WorldMonitor>(*this); }
  void observed(const ObservationChanged& change, Judge& judge) override {
    if (auto broken = function_(judge.world)) judge.violated(std::move(*broken), {change.node});
  }
};

class SometimesMonitor final
    : public StatelessMonitor<bool (*)(const WorldView&), Monitor::hook_observed> {
 public:
  using StatelessMonitor::StatelessMonitor;
  std::unique_ptr<Monitor> clone() const override {
    return std::make_unique<SometimesMonitor>(*this);
  }
  void observed(const ObservationChanged&, Judge& judge) override {
    if (function_(judge.world)) judge.violated("reached");
  }
};

class EventuallyMonitor final
    : public StatelessMonitor<std::optional<std::string> (*)(const WorldView&),
                              Monitor::hook_finish> {
 public:
  using StatelessMonitor::StatelessMonitor;
  std::unique_ptr<Monitor> clone() const override {
    return std::make_unique<EventuallyMonitor>(*this);
  }
  void finished(const Finished& finished, Judge& judge) override {
    if (!finished.at_rest) return;
    if (auto missing = function_(judge.world)) judge.violated(std::move(*missing));
  }
};

}  // namespace detail

/// Must hold of each process value of type P after each of its steps; the function returns what is
/// wrong, if anything.
template <class P>
Property node_property(std::string name, std::string about,
                       std::optional<std::string> (*check)(const P&)) {
  return {name, std::move(about), [name, check] {
            return std::make_unique<detail::NodeMonitor<P, decltype(check)>>(name, check);
          }};
}

/// The same of the process value and what else is the node's own: its timers, who it is.
template <class P>
Property node_property(std::string name, std::string about,
                       std::optional<std::string> (*check)(const P&, const NodeView&)) {
  return {name, std::move(about), [name, check] {
            return std::make_unique<detail::NodeMonitor<P, decltype(check)>>(name, check);
          }};
}

/// The same of the part that a process keeps as the member `part`.
template <auto part, auto check>
Property part_property(std::string name, std::string about) {
  using Owner = typename detail::MemberPointer<std::remove_const_t<decltype(part)>>::owner;
  return node_property<Owner>(
      std::move(name), std::move(about),
      +[](const Owner& owner, const NodeView& node) { return check(owner.*part, node); });
}

/// Must hold of each single step of a process of type P.
template <class P>
Property step_property(std::string name, std::string about,
                       std::optional<std::string> (*check)(const P& before, const P& after,
                                                           const Effects&)) {
  return {name, std::move(about),
          [name, check] { return std::make_unique<detail::StepMonitor<P>>(name, check); }};
}

/// Must hold of all observations together.
inline Property world_property(const std::string& name, std::string about,
                               std::optional<std::string> (*check)(const WorldView&)) {
  return {name, std::move(about),
          [name, check] { return std::make_unique<detail::WorldMonitor>(name, check); }};
}

/// Must be reached by some schedule of a search: that a protocol is safe because it does nothing
/// would show. Runs and sweeps have probes for this.
inline Property sometimes(const std::string& name, std::string about,
                          bool (*reached)(const WorldView&)) {
  return {name, std::move(about),
          [name, reached] { return std::make_unique<detail::SometimesMonitor>(name, reached); },
          true};
}

/// Must hold once a run has come to rest after the liveness rule.
inline Property eventually(const std::string& name, std::string about,
                           std::optional<std::string> (*missing)(const WorldView&)) {
  return {name, std::move(about),
          [name, missing] { return std::make_unique<detail::EventuallyMonitor>(name, missing); },
          false, missing};
}

}  // namespace stampede::engine
