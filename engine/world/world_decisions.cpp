// The decisions of a world: what each one needs to be enabled, and what it does.
#include <algorithm>

#include "engine/core/random.hpp"
#include "engine/world/causes.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {
namespace {

Decision decision_at(DecisionKind kind, NodeId node) {
  Decision decision{kind};
  decision.node = node;
  return decision;
}

}  // namespace

bool World::deliver(MessageSlot slot) {
  if (broken_ || slot >= messages_.size()) return false;
  const InFlight* message = &messages_.data()[slot];
  if (message->sequence == 0) return false;
  const NodeId to = message->to;
  const LocalState& receiver = node_at(to).local;
  if (!receiver.up || receiver.paused) return false;
  Input input;
  input.kind = Input::Kind::message;
  input.type = message->type;
  input.payload = &message->payload;
  input.from = identity(message->from);
  input.instance = message->instance;
  if (!take_step(DecisionKind::deliver, to, input, message->name_key, message->payload.hash()))
    return false;
  // What the step sent may have moved the table.
  if (observer_ != nullptr) emit_delivery(slot);
  free_slot(slot);
  return true;
}

bool World::drop(MessageSlot slot, std::string_view cause) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return false;
  const InFlight& message = messages_[slot];
  begin_unhandled(DecisionKind::drop, message.name_key, 0);
  end_decision();
  if (observer_ != nullptr) {
    Decision decision{DecisionKind::drop};
    decision.message = name_of(message);
    decision.text = cause;
    JsonWriter detail;
    detail.begin_object();
    detail.key("cause").text(cause);
    detail.end_object();
    emit_decision(EventKind::drop, std::move(decision), detail.str(), causes_->of_message(slot));
  }
  free_slot(slot);
  return true;
}

bool World::corrupt(MessageSlot slot) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return false;
  const InFlight& message = messages_[slot];
  begin_unhandled(DecisionKind::corrupt, message.name_key, 0);
  end_decision();
  if (observer_ != nullptr) {
    Decision decision{DecisionKind::corrupt};
    decision.message = name_of(message);
    emit_decision(EventKind::corrupt, std::move(decision), {}, causes_->of_message(slot));
  }
  free_slot(slot);
  return true;
}

std::optional<MessageSlot> World::duplicate(MessageSlot slot) {
  if (broken_ || slot >= messages_.size() || messages_[slot].sequence == 0) return std::nullopt;
  InFlight copy = messages_[slot];
  MessageName copied = name_of(copy);
  copy.copy = ++copy.copies;
  copy.name_key = copy.hash_of_name();
  for (InFlight& other : messages_) {
    if (other.sequence != 0 && other.type == copy.type && other.from == copy.from &&
        other.to == copy.to && other.nth == copy.nth) {
      other.copies = copy.copies;
    }
  }
  begin_unhandled(DecisionKind::duplicate, copy.name_key, 0);
  end_decision();
  const MessageSlot place = new_slot();
  if (observer_ != nullptr) {
    // The event is about the copy that was made.
    Decision decision{DecisionKind::duplicate};
    decision.message = std::move(copied);
    emit_decision(EventKind::duplicate, std::move(decision), {}, causes_->of_message(slot),
                  copy.copy);
    causes_->note_copy(step_, place);
  }
  copy.sequence = messages_[place].sequence;
  messages_[place] = std::move(copy);
  return place;
}

namespace {
constexpr std::uint64_t node_name(NodeId node) { return mix(hash_seed, node.value); }

/// Name of an input that has none of its own: starts, completions, crashes.
std::uint64_t occurrence_name(NodeId node, const LocalState& local, Input::Kind kind) {
  return mix(mix(node_name(node), static_cast<std::uint64_t>(kind)), local.incarnation);
}
}  // namespace

// Named as the arming is, so that nothing else in a run can shift it. Only the deadline knows of
// it: a recorded schedule, which says when a timer fires, needs no seed.
void World::draw_durations(NodeId node) {
  Node& at = node_at(node);
  const std::vector<TimerChange>& changes = effects_.timers;
  for (const Spread& spread : effects_.spreads) {
    const TimerChange& change = changes[spread.change];
    const bool is_last =
        std::none_of(changes.begin() + spread.change + 1, changes.end(),
                     [&](const TimerChange& later) { return later.slot == change.slot; });
    if (!is_last) continue;
    TimerSlot& slot = at.local.timers[change.slot];
    const std::uint64_t name = mix(node_name(node), slot.type->name_hash) + slot.nth;
    const Duration more = uniform(draw(settings_.seed, Domain::timer, name), {}, spread.at_most);
    slot.deadline = now_ + at.clock.true_duration(change.after + more);
  }
}

bool World::fire(NodeId node, std::uint32_t timer) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || timer >= at.local.timers.size() ||
      !at.local.timers[timer].armed) {
    return false;
  }
  const TimerSlot fired = at.local.timers[timer];
  const std::uint64_t name = mix(node_name(node), fired.type->name_hash) + fired.nth;
  Input input;
  input.kind = Input::Kind::timer;
  input.slot = timer;
  take_step(DecisionKind::fire, node, input, name, fired.value.hash());
  if (observer_ != nullptr) {
    Decision decision{DecisionKind::fire};
    decision.timer = name_of(fired, node);
    emit_step(EventKind::fire, std::move(decision), fired.value.to_json(&names_),
              causes_->of_timer(node, timer));
  }
  return true;
}

bool World::complete_save(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || at.local.held.empty()) return false;
  Input input;
  input.kind = Input::Kind::save_completed;
  take_step(DecisionKind::complete, node, input, occurrence_name(node, at.local, input.kind),
            at.local.held.front().cell.hash());
  if (observer_ != nullptr) {
    Decision decision = decision_at(DecisionKind::complete, node);
    decision.name = "durable";
    emit_step(EventKind::complete, std::move(decision), at.local.cell.to_json(&names_),
              causes_->of_save(node));
  }
  return true;
}

bool World::complete_disk(NodeId node, const std::string& file) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused || !at.local.disk.busy(file)) return false;
  Input input;
  input.kind = Input::Kind::disk_completed;
  input.file = &file;
  const std::uint64_t request = at.local.disk.oldest(file).request;
  take_step(DecisionKind::complete, node, input,
            mix(occurrence_name(node, at.local, input.kind), request), hash_bytes(file));
  if (observer_ != nullptr) {
    Decision decision = decision_at(DecisionKind::complete, node);
    decision.name = file;
    emit_step(EventKind::complete, std::move(decision), {}, causes_->of_disk(node, file));
  }
  return true;
}

bool World::begin(NodeId client, const BeginOperation& operation) {
  Node& at = nodes_[client.value];
  if (broken_ || !at.local.up || at.local.paused || at.boot.type().begin == nullptr) return false;
  if (find_operation(operation.id) != nullptr) return false;
  Input input;
  input.kind = Input::Kind::begin;
  input.begin = &operation;
  take_step(DecisionKind::begin, client, input, mix(node_name(client), operation.id.number),
            operation.operation.hash());
  if (observer_ != nullptr) {
    Decision decision = decision_at(DecisionKind::begin, client);
    decision.operation = operation;
    emit_step(EventKind::begin, std::move(decision), operation.operation.to_json(&names_));
  }
  return true;
}

bool World::crash(NodeId node, const DiskOutcome& outcome) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up) return false;
  Input input;
  input.kind = Input::Kind::crash;
  input.outcome = &outcome;
  ++unhandled_;
  take_step(DecisionKind::crash, node, input, occurrence_name(node, at.local, input.kind),
            hash_of(outcome));
  if (observer_ != nullptr) {
    Decision decision = decision_at(DecisionKind::crash, node);
    decision.outcome = outcome;
    causes_->note_crash(step_, node);
    emit_step(EventKind::crash, std::move(decision), to_json(outcome));
  }
  return true;
}

bool World::restart(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || at.local.up) return false;
  Input input;
  input.kind = at.local.incarnation == 0 ? Input::Kind::start : Input::Kind::recover;
  ++unhandled_;
  take_step(DecisionKind::restart, node, input, occurrence_name(node, at.local, input.kind),
            at.local.cell.hash());
  if (observer_ != nullptr) {
    emit_step(EventKind::restart, decision_at(DecisionKind::restart, node), {},
              causes_->of_crash(node));
  }
  return true;
}

bool World::pause(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || at.local.paused) return false;
  begin_unhandled(DecisionKind::pause, node_name(node), 0);
  at.local.paused = true;
  end_decision();
  if (observer_ != nullptr) {
    causes_->note_pause(step_, node);
    emit_decision(EventKind::pause, decision_at(DecisionKind::pause, node), {});
  }
  return true;
}

bool World::resume(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || !at.local.up || !at.local.paused) return false;
  begin_unhandled(DecisionKind::resume, node_name(node), 0);
  at.local.paused = false;
  end_decision();
  if (observer_ != nullptr)
    emit_decision(EventKind::resume, decision_at(DecisionKind::resume, node), {},
                  causes_->of_pause(node));
  return true;
}

bool World::wipe(NodeId node) {
  Node& at = nodes_[node.value];
  if (broken_ || at.local.up) return false;
  begin_unhandled(DecisionKind::wipe, node_name(node), 0);
  at.local.cell = Payload();
  at.local.cell_state = CellState::wiped;
  at.local.disk = Disk{};
  effects_.clear();
  tell_observation(node);
  end_decision();
  if (observer_ != nullptr)
    emit_decision(EventKind::wipe, decision_at(DecisionKind::wipe, node), {});
  return true;
}

bool World::begin_fault(const std::string& name, const std::string& description) {
  if (broken_) return false;
  begin_unhandled(DecisionKind::begin_fault, hash_bytes(name), hash_bytes(description));
  end_decision();
  if (observer_ != nullptr) {
    Decision decision{DecisionKind::begin_fault};
    decision.name = name;
    decision.text = description;
    causes_->note_fault(step_, name);
    emit_decision(EventKind::begin_fault, std::move(decision), json_quote(description));
  }
  return true;
}

bool World::end_fault(const std::string& name) {
  if (broken_) return false;
  begin_unhandled(DecisionKind::end_fault, hash_bytes(name), 0);
  end_decision();
  if (observer_ != nullptr) {
    Decision decision{DecisionKind::end_fault};
    decision.name = name;
    emit_decision(EventKind::end_fault, std::move(decision), {}, causes_->of_fault(name));
  }
  return true;
}

bool World::move_clock(NodeId node, Duration advance, bool monotonic) {
  Node& at = nodes_[node.value];
  if (broken_) return false;
  Input input;
  input.kind = Input::Kind::clock;
  input.clock_advance = advance;
  input.monotonic = monotonic;
  ++unhandled_;
  take_step(DecisionKind::clock, node, input, occurrence_name(node, at.local, input.kind),
            (static_cast<std::uint64_t>(advance.nanoseconds) << 1) | (monotonic ? 1U : 0U));
  if (observer_ != nullptr) {
    Decision decision = decision_at(DecisionKind::clock, node);
    decision.advance = advance;
    decision.monotonic = monotonic;
    JsonWriter detail;
    detail.begin_object();
    detail.key("advance").text(to_string(advance));
    detail.key("monotonic").boolean(monotonic);
    detail.end_object();
    emit_decision(EventKind::clock, std::move(decision), detail.str());
  }
  return true;
}

bool World::apply(const Decision& decision) {
  const Time before = now_;
  now_ = std::max(now_, decision.at ? *decision.at : now_ + milliseconds(1));
  keyed_choices_.scripted = decision.choices;
  const auto with_message = [&](auto&& act) {
    const auto slot = find_message(decision.message);
    return slot && act(*slot);
  };
  bool done = false;
  switch (decision.kind) {
    case DecisionKind::deliver:
      done = with_message([&](MessageSlot slot) { return deliver(slot); });
      break;
    case DecisionKind::drop:
      done = with_message([&](MessageSlot slot) {
        return drop(slot, decision.text.empty() ? "script" : decision.text);
      });
      break;
    case DecisionKind::duplicate:
      done = with_message([&](MessageSlot slot) { return duplicate(slot).has_value(); });
      break;
    case DecisionKind::corrupt:
      done = with_message([&](MessageSlot slot) { return corrupt(slot); });
      break;
    case DecisionKind::fire: {
      const std::vector<std::uint32_t> timers = find_timers(decision.timer);
      done = !timers.empty() && fire(decision.timer.node, timers.front());
      break;
    }
    case DecisionKind::complete:
      done = decision.name == "durable" ? complete_save(decision.node)
                                        : complete_disk(decision.node, decision.name);
      break;
    case DecisionKind::begin:
      done = begin(decision.node, decision.operation);
      break;
    case DecisionKind::crash:
      done = crash(decision.node, decision.outcome);
      break;
    case DecisionKind::restart:
      done = restart(decision.node);
      break;
    case DecisionKind::pause:
      done = pause(decision.node);
      break;
    case DecisionKind::resume:
      done = resume(decision.node);
      break;
    case DecisionKind::begin_fault:
      done = begin_fault(decision.name, decision.text);
      break;
    case DecisionKind::end_fault:
      done = end_fault(decision.name);
      break;
    case DecisionKind::clock:
      done = move_clock(decision.node, decision.advance, decision.monotonic);
      break;
    case DecisionKind::wipe:
      done = wipe(decision.node);
      break;
  }
  keyed_choices_.scripted.clear();
  if (!done) now_ = before;
  return done;
}

}  // namespace stampede::engine
