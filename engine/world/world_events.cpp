// The tracing half of World: nothing here runs unless somebody observes.
#include "engine/world/world.hpp"

namespace stampede::engine {

void World::emit(EventKind kind, NodeId node, NodeId peer, std::string_view type, std::uint32_t nth,
                 std::uint32_t copy, std::string_view detail) {
  Event event;
  event.kind = kind;
  event.step = step_;
  event.time = now_;
  event.node = node;
  event.peer = peer;
  event.type = type;
  event.nth = nth;
  event.copy = copy;
  event.detail = detail;
  if (kind <= EventKind::clock) event.digest = digest_;
  observer_->event(event);
}

void World::emit_decision(EventKind kind, NodeId node, NodeId peer, std::string_view type,
                          std::uint32_t nth, std::uint32_t copy, std::string_view detail) {
  emit(kind, node, peer, type, nth, copy, detail);
  for (const DeferredEvent& event : deferred_) {
    emit(event.kind, event.node, no_node, event.type, 0, 0, event.detail);
  }
  deferred_.clear();
}

void World::defer(EventKind kind, NodeId node, std::string_view type, std::string detail) {
  if (in_decision_) {
    deferred_.push_back({kind, node, std::string(type), std::move(detail)});
  } else {
    emit(kind, node, no_node, type, 0, 0, detail);
  }
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
  defer(EventKind::observe, node, {}, detail.take());
}

void World::emit_invocations(NodeId node) {
  for (const auto& [id, operation] : effects_.invocations) {
    JsonWriter detail;
    detail.begin_object();
    detail.key("id");
    write(detail, id);
    detail.key("operation");
    write(detail, operation);
    detail.end_object();
    emit(EventKind::invoke, node, no_node, {}, id.number, 0, detail.str());
  }
}

void World::emit_effects(NodeId node) {
  const bool answered_first = effects_.answers_first();
  if (!answered_first) emit_invocations(node);
  // What a broken step would have sent was not let out.
  const std::size_t sends = effects_.exception ? 0 : effects_.sends.size();
  for (std::size_t i = new_messages.size() - sends; i < new_messages.size(); ++i) {
    const InFlight& sent = messages_[new_messages[i]];
    emit(EventKind::send, node, sent.to, sent.type->name, sent.nth, 0, sent.payload.to_json());
  }
  for (const Response& response : effects_.responses) {
    JsonWriter detail;
    detail.begin_object();
    detail.key("id");
    write(detail, response.id);
    detail.key("result");
    write(detail, response.result);
    detail.end_object();
    emit(EventKind::respond, node, no_node, {}, response.id.number, 0, detail.str());
  }
  if (answered_first) emit_invocations(node);
  for (const char* probe : effects_.probes) emit(EventKind::probe, node, no_node, probe, 0, 0, {});
  for (const std::string& note : effects_.notes)
    emit(EventKind::note, node, no_node, {}, 0, 0, json_quote(note));
  if (observe_states_ && local(node).up) {
    JsonWriter detail;
    local(node).process.type().write(detail, local(node).process.get());
    emit(EventKind::state, node, no_node, {}, 0, 0, detail.str());
  }
}

std::string message_text(const World& world, const InFlight& message) {
  std::string text = message.type->name + " " + world.name(message.from) + "->" +
                     world.name(message.to) + " nth " + std::to_string(message.nth);
  if (message.copy != 0) text += " copy " + std::to_string(message.copy);
  return text;
}

}  // namespace stampede::engine
