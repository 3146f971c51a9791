#include "engine/process/context.hpp"

#include <algorithm>
#include <cstddef>

namespace stampede::engine {

void Context::undeclared(const PayloadType& type, bool timer) const {
  const std::string name(type.name);
  throw AssertionFailed(
      timer
          ? layer_.description() + " arms '" + name + "' without declaring it: add it to 'Timers'"
          : layer_.description() + " sends '" + name +
                "' without declaring it: add it to 'Sends' (to 'Messages' if it handles it, too)");
}

void Context::unlisted(const PayloadType& indication) const {
  throw AssertionFailed(layer_.description() + " does not list '" + std::string(indication.name) +
                        "' in Indicates" +
                        (layer_.parent == nullptr ? ", and is nobody's part" : ""));
}

const void* Context::part_options(const PayloadType& wanted) const {
  const Layer* root = &layer_;
  while (root->parent != nullptr) root = root->parent;
  const Payload& given = *frame_.environment.options;
  if (layer_.options != &wanted || !given || root->options != &given.type()) {
    throw AssertionFailed("the options of this run hold no '" + std::string(wanted.name) +
                          "' for " + layer_.description());
  }
  return static_cast<const std::byte*>(given.content()) + layer_.options_offset;
}

std::uint32_t Context::instance_word(const KeyType& wanted, std::size_t outward) const {
  const std::size_t depth = layer_.keys.size();
  if (outward >= depth || layer_.keys[depth - 1 - outward] != &wanted) {
    throw AssertionFailed("instance() in " + layer_.description() +
                          ": it is in no map with keys of this type");
  }
  return instance_.keys[depth - 1 - outward];
}

void Context::hold_send(NodeId to, const NamedType& type, Payload&& payload) {
  frame_.effects.rare().held = true;
  frame_.local.held.push_back(
      {HeldOutput::Kind::send, {}, {&type, std::move(payload), to, instance_}, {}});
}

std::uint32_t Context::add_timer(const NamedType& type, Payload timer) {
  std::vector<TimerSlot>& slots = frame_.local.timers;
  const std::vector<TimerChange>& changes = frame_.effects.timers;
  // A slot is free for another value once nothing is queued for it, and no change of this step
  // speaks of it.
  auto place = std::find_if(slots.begin(), slots.end(), [&](const TimerSlot& slot) {
    const auto position = static_cast<std::uint32_t>(&slot - slots.data());
    return !slot.armed && slot.ticket == 0 &&
           std::none_of(changes.begin(), changes.end(),
                        [&](const TimerChange& change) { return change.slot == position; });
  });
  if (place == slots.end()) place = slots.insert(slots.end(), TimerSlot{});
  place->type = &type;
  place->value = std::move(timer);
  place->instance = instance_;
  return static_cast<std::uint32_t>(place - slots.begin());
}

void Context::arm_slot(std::uint32_t slot, Duration after) {
  frame_.local.timers[slot].armed = true;
  frame_.effects.timers.push_back({slot, true, after});
}

void Context::spread_last(Between after) {
  ASSERT(Duration{} <= after.least && after.least <= after.most);
  if (after.least == after.most) return;
  Effects& effects = frame_.effects.rare();
  effects.spreads.push_back(
      {static_cast<std::uint32_t>(effects.timers.size() - 1), after.most - after.least});
}

void Context::disarm_slot(std::uint32_t slot) {
  if (!frame_.local.timers[slot].armed) return;
  frame_.local.timers[slot].armed = false;
  frame_.effects.timers.push_back({slot, false, {}});
}

std::uint32_t choose(const Environment& environment, Effects& effects, std::string_view label,
                     std::uint32_t arity) {
  ASSERT(arity >= 1);
  ASSERT(environment.choices != nullptr);
  const auto ordinal = static_cast<std::uint32_t>(effects.choices.size() + 1);
  const std::uint32_t taken = environment.choices->choose(label, arity, ordinal);
  // What was answered is recorded, whether it is an answer or not: the step can be done again.
  effects.rare().choices.push_back({std::string(label), arity, taken});
  ASSERT(taken < arity);
  return taken;
}

std::uint64_t Context::unique() {
  const LocalState& local = frame_.local;
  const NodeId instance = frame_.environment.instance;
  ASSERT(instance.value < (1U << 12) && local.incarnation < (1U << 20));
  ++frame_.local.unique_counter;
  return (static_cast<std::uint64_t>(instance.value) << 52) |
         (static_cast<std::uint64_t>(local.incarnation) << 32) | local.unique_counter;
}

void Context::invoke(OperationId id, Operation operation) {
  frame_.effects.rare().invocations.emplace_back(id, std::move(operation));
}

void Context::respond(OperationId id, Result result) {
  Response response{id, std::move(result)};
  if (frame_.local.held.empty()) {
    frame_.effects.rare().responses.push_back(std::move(response));
  } else {
    frame_.effects.rare().held = true;
    frame_.local.held.push_back({HeldOutput::Kind::response, {}, {}, std::move(response)});
  }
}

// The address alone would not do: the first member of a value is where the value is.
Context Context::inside_address(const void* part, const PayloadType& type) {
  for (const auto& child : layer_.parts) {
    if (child->value_type != &type) continue;
    InstancePath instance = instance_;
    if (child->is_map()) {
      std::uint32_t& key = instance.keys[child->keys.size() - 1];
      if (!child->find_key(value_, part, key)) continue;
      return Context(frame_, *child, child->locate(value_, key), instance);
    }
    void* located = child->locate(value_, 0);
    if (located == part) return Context(frame_, *child, located, instance);
  }
  throw AssertionFailed("inside() was given a '" + std::string(type.name) +
                        "' that is not one of the Parts of " + layer_.description());
}

DiskContext Context::disk() { return DiskContext(frame_); }

std::uint32_t DiskContext::issue(DiskOperation operation) {
  operation.request = frame_.local.disk.next_request++;
  const std::uint32_t request = operation.request;
  frame_.effects.rare().disk_requests.push_back(operation.file);
  frame_.local.disk.outstanding.push_back(std::move(operation));
  return request;
}

std::uint32_t DiskContext::append(std::string file, std::string bytes) {
  return issue({0, DiskOperationKind::append, std::move(file), 0, 0, std::move(bytes)});
}
std::uint32_t DiskContext::write(std::string file, std::uint64_t offset, std::string bytes) {
  return issue({0, DiskOperationKind::write, std::move(file), offset, 0, std::move(bytes)});
}
std::uint32_t DiskContext::read(std::string file, std::uint64_t offset, std::uint64_t length) {
  return issue({0, DiskOperationKind::read, std::move(file), offset, length, {}});
}
std::uint32_t DiskContext::sync(std::string file) {
  return issue({0, DiskOperationKind::sync, std::move(file), 0, 0, {}});
}

}  // namespace stampede::engine
