// Who among the monitors of a world hears what, and in which order one local step is told to them.
// World and the packed world of engine/explore both tell their steps through here, so a property
// means the same in either.
//
// The order: what happened to the node (delivered, crashed, restarted), its invocations, its new
// observation, its sends, its responses, the finished step. Observations come before sends and
// responses: what a step acknowledges or promises is judged against what it did. A client that is
// answered and begins its next operation in the same step was answered first: such invocations come
// behind the responses. A step that threw is told to nobody: the local state after it means
// nothing. Steps of faulty nodes are told to nobody: only correct ones are judged.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/process/local_step.hpp"
#include "engine/process/reconfigure.hpp"
#include "engine/world/property.hpp"

namespace stampede::engine {

/// One local step, to be told.
struct ToldStep {
  NodeId node{};
  Input::Kind kind = Input::Kind::start;
  /// The message that was delivered; kind message only.
  const MessageSeen* delivered = nullptr;
  /// The process before the step, for those who compare; nullptr after boots, where there is
  /// nothing to compare with.
  const ProcessValue* before = nullptr;
  const Effects& effects;
};

/// A world while it tells one step.
template <class S>
concept Stage = requires(S& stage, std::uint32_t position, NodeId node) {
  /// The monitor at this position, about to be fed, and its judge, until that of another is asked
  /// for.
  { stage.monitor(position) } -> std::same_as<Monitor&>;
  { stage.judge(position) } -> std::same_as<Judge&>;
  /// Brings the world's observations of `node` up to date. True if one differs.
  { stage.renew_observations(node) } -> std::same_as<bool>;
  /// What of it changed by that, by the place of the facet: a set of ObservedField.
  { stage.changed(node, std::size_t{}) } -> std::same_as<unsigned>;
  /// The node's facets, what it shows, and its state: as the view has them, of a node that is
  /// there.
  { stage.facets(node) } -> std::same_as<const std::vector<Facet>&>;
  { stage.shown(node, std::size_t{}) } -> std::same_as<const Observation&>;
  { stage.local(node) } -> std::same_as<const LocalState&>;
  /// What it showed before, where something changed.
  { stage.observation_before(node, std::size_t{}) } -> std::same_as<const Observation&>;
  /// The node is no adversary's.
  { stage.correct(node) } -> std::same_as<bool>;
  { stage.view() } -> std::same_as<const WorldView&>;
};

/// Who listens to messages, by their type; monitors by position, ascending.
class MessageListeners {
 public:
  /// `types`: those it wants to hear of; nothing = all. REQUIRES: its position is above those of
  /// all seated before.
  void seat(std::uint32_t position, const std::vector<const PayloadType*>& types) {
    if (types.empty()) {
      for (std::vector<std::uint32_t>& list : lists_) list.push_back(position);
    }
    empty_ = false;
    for (const PayloadType* type : types) {
      if (list_of_.size() <= type->key) list_of_.resize(type->key + 1);
      std::uint32_t& list = list_of_[type->key];
      if (list == 0) {
        list = static_cast<std::uint32_t>(lists_.size());
        lists_.emplace_back(lists_.front());
      }
      lists_[list].push_back(position);
    }
  }
  [[nodiscard]] bool empty() const { return empty_; }
  [[nodiscard]] const std::vector<std::uint32_t>& of(const NamedType& message) const {
    const std::uint32_t key = message.payload->key;
    return lists_.data()[key < list_of_.size() ? list_of_.data()[key] : 0];
  }

 private:
  /// The first list is that of types which nobody names.
  std::vector<std::vector<std::uint32_t>> lists_{1};
  /// By PayloadType::key.
  std::vector<std::uint32_t> list_of_;
  bool empty_ = true;
};

class Audience {
 public:
  Audience() = default;
  explicit Audience(const std::vector<std::unique_ptr<Monitor>>& monitors) {
    for (std::uint32_t position = 0; position < monitors.size(); ++position) {
      const unsigned hooks = monitors[position]->hooks();
      const auto seat = [&](Monitor::Hook hook, std::vector<std::uint32_t>& listeners) {
        if ((hooks & hook) != 0) listeners.push_back(position);
      };
      const auto seat_by_message = [&](Monitor::Hook hook, MessageListeners& listeners) {
        if ((hooks & hook) != 0) listeners.seat(position, monitors[position]->hears());
      };
      seat_by_message(Monitor::hook_sent, sent_);
      seat_by_message(Monitor::hook_delivered, delivered_);
      if ((hooks & Monitor::hook_observed) != 0)
        observed_.push_back({position, monitors[position]->watches(), monitors[position]->group()});
      if ((hooks & Monitor::hook_stepped) != 0)
        stepped_.push_back({position, monitors[position]->steps_of()});
      if ((hooks & Monitor::hook_client) != 0)
        client_.push_back({position, monitors[position]->group()});
      seat(Monitor::hook_crash, crash_);
      if ((hooks & Monitor::hook_before) != 0) wants_before_ = true;
    }
  }

  /// Somebody compares processes before and after a step: ToldStep::before is wanted.
  [[nodiscard]] bool wants_before() const { return wants_before_; }

  template <Stage S>
  void tell(const ToldStep& step, S& stage) const {
    if (step.effects.has_rare && step.effects.exception) return;
    const NodeId node = step.node;
    if (!stage.correct(node)) {
      // Faults look for who leads, whoever that is.
      stage.renew_observations(node);
      return;
    }
    switch (step.kind) {
      case Input::Kind::message:
        if (delivered_.empty()) break;
        feed(delivered_.of(*step.delivered->type), stage,
             [&](Monitor& monitor, Judge& judge) { monitor.delivered(*step.delivered, judge); });
        break;
      case Input::Kind::crash:
        feed(crash_, stage,
             [&](Monitor& monitor, Judge& judge) { monitor.crashed({node}, judge); });
        break;
      case Input::Kind::recover:
        feed(crash_, stage,
             [&](Monitor& monitor, Judge& judge) { monitor.restarted({node}, judge); });
        break;
      default:
        break;
    }
    const bool rare = step.effects.has_rare;
    const bool answered_first = rare && step.effects.answers_first();
    const bool invokes = rare && !step.effects.invocations.empty();
    if (invokes && !answered_first) tell_invocations(step, stage);
    const bool moved = step.kind == Input::Kind::crash || step.kind == Input::Kind::recover ||
                       step.kind == Input::Kind::start;
    tell_observation(node, stage, moved);
    if (!sent_.empty()) {
      for (const Send& send : step.effects.sends) {
        const MessageSeen seen{node, send.to, send.type, &send.payload};
        feed(sent_.of(*send.type), stage,
             [&](Monitor& monitor, Judge& judge) { monitor.sent(seen, judge); });
      }
    }
    if (rare) tell_responses(step, stage);
    if (invokes && answered_first) tell_invocations(step, stage);
    if (stepped_.empty() || step.kind == Input::Kind::crash) return;
    const LocalState& local = stage.local(node);
    const Stepped stepped{node, step.before, local.process, local.timers, step.effects};
    for (const StepListener& listener : stepped_) {
      if (listener.process != local.process.type().key && listener.process != Monitor::any_process)
        continue;
      stage.monitor(listener.position).stepped(stepped, stage.judge(listener.position));
    }
  }

  /// What `node` shows may have changed, or it went down or came up.
  template <Stage S>
  void tell_observation(NodeId node, S& stage, bool up_changed = false) const {
    const bool changed = stage.renew_observations(node);
    if ((changed || up_changed) && !observed_.empty()) tell_changes(node, stage, up_changed);
  }

 private:
  template <Stage S>
  void tell_changes(NodeId node, S& stage, bool up_changed) const {
    const unsigned up = up_changed ? observed_up : 0U;
    const std::vector<Facet>& facets = stage.facets(node);
    std::size_t i = 0;
    for (const Facet& facet : facets) {
      const std::size_t place = i++;
      const unsigned fields = stage.changed(node, place);
      if (fields == 0 && !up_changed) continue;
      const Observation& after = stage.shown(node, place);
      const Observation& before = fields == 0 ? after : stage.observation_before(node, place);
      tell_change({node, facet.position, before, after, fields | up}, stage);
    }
    if (facets.empty()) {
      const WorldView& view = stage.view();
      const std::uint32_t group = view.membership().position(view.group(node));
      tell_change({node, group, nothing_shown, nothing_shown, up}, stage);
    }
  }

  template <Stage S>
  void tell_change(const ObservationChanged& change, S& stage) const {
    // Ends in a local: what monitors do could change a member, as far as a compiler knows.
    const Watcher* const end = observed_.data() + observed_.size();
    for (const Watcher* one = observed_.data(); one != end; ++one) {
      const Watcher& watcher = *one;
      if ((watcher.fields & change.fields) == 0) continue;
      if (watcher.group != change.group && watcher.group != Monitor::any_group) continue;
      stage.monitor(watcher.position).observed(change, stage.judge(watcher.position));
    }
  }
  template <Stage S>
  void tell_invocations(const ToldStep& step, S& stage) const {
    for (const auto& [id, operation] : step.effects.invocations) {
      if (operation.template get<Reconfigure>() != nullptr) continue;
      const Invoked invoked{step.node, id, operation};
      feed_client(step.node, stage,
                  [&](Monitor& monitor, Judge& judge) { monitor.invoked(invoked, judge); });
    }
  }
  template <Stage S>
  void tell_responses(const ToldStep& step, S& stage) const {
    for (const Response& response : step.effects.responses) {
      if (response.result.template get<Reconfigured>() != nullptr) continue;
      const Responded responded{step.node, response.id, response.result};
      feed_client(step.node, stage,
                  [&](Monitor& monitor, Judge& judge) { monitor.responded(responded, judge); });
    }
  }
  /// Who judges one group hears of the clients that turn to it.
  template <Stage S, class Feed>
  void feed_client(NodeId client, S& stage, Feed&& feed) const {
    const WorldView& view = stage.view();
    const std::uint32_t group = view.membership().position(view.group(client));
    for (const ClientListener& listener : client_) {
      if (listener.group != group && listener.group != Monitor::any_group) continue;
      feed(stage.monitor(listener.position), stage.judge(listener.position));
    }
  }
  template <Stage S, class Feed>
  static void feed(const std::vector<std::uint32_t>& listeners, S& stage, Feed&& feed) {
    for (const std::uint32_t position : listeners)
      feed(stage.monitor(position), stage.judge(position));
  }

  struct Watcher {
    std::uint32_t position;
    /// A set of ObservedField.
    unsigned fields;
    /// The group it hears of, or Monitor::any_group.
    std::uint32_t group;
  };
  struct ClientListener {
    std::uint32_t position;
    std::uint32_t group;
  };
  struct StepListener {
    std::uint32_t position;
    /// Whose steps it hears of, or Monitor::any_process.
    std::uint32_t process;
  };
  MessageListeners sent_, delivered_;
  std::vector<std::uint32_t> crash_;
  std::vector<StepListener> stepped_;
  std::vector<ClientListener> client_;
  std::vector<Watcher> observed_;
  bool wants_before_ = false;
};

}  // namespace stampede::engine
