// The tracing half of World: nothing here runs unless somebody observes.
#include "engine/world/causes.hpp"
#include "engine/world/decision_text.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

Event World::event_of(EventKind kind, NodeId node) const {
  Event event;
  event.kind = kind;
  event.step = step_;
  event.time = now_;
  event.node = node;
  return event;
}

void World::emit_decision(EventKind kind, Decision decision, std::string_view detail,
                          std::uint64_t cause, std::uint32_t copy) {
  decision.at = now_;
  Event event = event_of(kind, place_of(decision));
  event.detail = detail;
  event.digest = digest_;
  event.cause = cause;
  if (event.node != no_node) {
    const LocalState& at = local(event.node);
    event.incarnation = at.incarnation;
    // After an exception the state means nothing.
    if (at.up && !broken_) event.state = at.process.type().hash(at.process.get());
  }
  event.decision = &decision;
  std::string type;
  if (is_about_message(decision.kind)) {
    const MessageName& message = decision.message;
    type = type_text(message.type, message.instance, names_);
    event.peer = message.from;
    event.nth = message.nth;
    event.copy = copy != 0 ? copy : message.copy;
  } else if (decision.kind == DecisionKind::fire) {
    type = type_text(decision.timer.type, decision.timer.instance, names_);
    event.nth = decision.timer.nth;
  } else {
    type = decision.name;
    event.nth = decision.operation.id.number;
  }
  event.type = type;
  observer_->event(event);
  emit_noticed();
}

void World::emit_delivery(MessageSlot slot) {
  const InFlight& handled = messages_[slot];
  Decision decision{DecisionKind::deliver};
  decision.message = name_of(handled);
  emit_step(effects_.ignored ? EventKind::ignore : EventKind::deliver, std::move(decision),
            handled.payload.to_json(&names_), causes_->of_message(slot));
}

void World::emit_noticed() {
  for (const NoticedEvent& noticed : noticed_) {
    Event event = event_of(noticed.kind, noticed.node);
    event.type = noticed.type;
    event.detail = noticed.detail;
    observer_->event(event);
  }
  noticed_.clear();
}

void World::emit_step(EventKind kind, Decision decision, std::string_view detail,
                      std::uint64_t cause) {
  for (const Choice& choice : effects_.choices) decision.choices.push_back(choice.taken);
  const NodeId node = place_of(decision);
  emit_decision(kind, std::move(decision), detail, cause);
  emit_effects(node);
  causes_->note(step_, node, effects_, just_sent());
}

std::span<const MessageSlot> World::just_sent() const {
  // What a broken step would have sent was not let out.
  const std::size_t sends = effects_.exception ? 0 : effects_.sends.size();
  return std::span(new_messages).last(sends);
}

void World::emit_observation(NodeId node, const Facet& facet, const Observation& now) {
  JsonWriter detail;
  detail.begin_object();
  detail.key("operational").boolean(now.operational);
  detail.key("leading").boolean(now.leading);
  detail.key("recovering").boolean(now.recovering);
  detail.key("epoch").unsigned_integer(now.epoch);
  detail.key("log").unsigned_integer(now.log.size());
  detail.key("committed").unsigned_integer(now.committed);
  detail.key("executed").unsigned_integer(now.executed);
  if (now.log.base() != 0) detail.key("base").unsigned_integer(now.log.base());
  if (!now.configuration.empty()) {
    detail.key("configuration");
    write(detail, now.configuration);
  }
  if (facet.group != &group(node)) detail.key("group").text(facet.group->name());
  detail.end_object();
  noticed_.push_back({EventKind::observe, node, {}, detail.take()});
}

void World::emit_invocations(NodeId node) {
  for (const auto& [id, operation] : effects_.invocations)
    emit_operation(EventKind::invoke, node, id, "operation", operation);
}

void World::emit_operation(EventKind kind, NodeId node, OperationId id, std::string_view key,
                           const Payload& content) {
  JsonWriter detail(&names_);
  detail.begin_object();
  detail.key("id");
  write(detail, id);
  detail.key(key);
  write(detail, content);
  detail.end_object();
  Event event = event_of(kind, node);
  event.nth = id.number;
  event.detail = detail.str();
  if (kind == EventKind::respond) {
    if (const HistoryOperation* answered = find_operation(id)) event.cause = answered->invoked_step;
  }
  observer_->event(event);
}

void World::emit_effects(NodeId node) {
  const bool answered_first = effects_.answers_first();
  if (!answered_first) emit_invocations(node);
  for (const MessageSlot slot : just_sent()) {
    const InFlight& sent = messages_[slot];
    const std::string type = sent.type->name_of(sent.instance, &names_);
    const std::string body = sent.payload.to_json(&names_);
    Event event = event_of(EventKind::send, node);
    event.peer = sent.to;
    event.type = type;
    event.nth = sent.nth;
    event.detail = body;
    observer_->event(event);
  }
  for (const Response& response : effects_.responses)
    emit_operation(EventKind::respond, node, response.id, "result", response.result);
  if (answered_first) emit_invocations(node);
  for (const char* probe : effects_.probes) {
    Event event = event_of(EventKind::probe, node);
    event.type = probe;
    observer_->event(event);
  }
  for (const std::string& note : effects_.notes) {
    const std::string text = json_quote(note);
    Event event = event_of(EventKind::note, node);
    event.detail = text;
    observer_->event(event);
  }
  // After an exception the state means nothing.
  if (local(node).up && !effects_.exception && observer_->wants_state(step_, node)) {
    const std::string state = state_json(node);
    Event event = event_of(EventKind::state, node);
    event.detail = state;
    observer_->event(event);
  }
}

std::string World::state_json(NodeId node) const {
  JsonWriter state(&names_);
  const ProcessValue& process = local(node).process;
  process.type().write(state, process.get());
  return state.take();
}

}  // namespace stampede::engine
