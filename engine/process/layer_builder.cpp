#include "engine/process/layer_builder.hpp"

namespace stampede::engine::detail {
namespace {

void require_free(const std::vector<const NamedType*>& taken, const NamedType& named,
                  const Layer& layer, const char* what) {
  for (const NamedType* other : taken) {
    if (other->name != named.name) continue;
    throw AssertionFailed("two " + std::string(what) + " of one process are called '" + named.name +
                          "'; the second is declared by " + layer.description());
  }
}

}  // namespace

Layer& add_layer(Layer& owner, const PayloadType& value, const std::string& name, bool inlined,
                 const KeyType* key) {
  auto added = std::make_unique<Layer>();
  added->parent = &owner;
  added->value_type = &value;
  added->member_name = name;
  added->path = inlined ? owner.path : owner.path + name + (key == nullptr ? "." : "[].");
  added->keys = owner.keys;
  if (key != nullptr) added->keys.push_back(key);
  if (added->keys.size() > InstancePath::depth_max) {
    throw AssertionFailed(added->description() + " is in more than " +
                          std::to_string(InstancePath::depth_max) + " maps of parts");
  }
  return *owner.parts.emplace_back(std::move(added));
}

const NamedType& declare_message(ProcessType& type, Layer& layer, const PayloadType& message) {
  const NamedType& named = named_type(message, layer.path, layer.keys);
  require_free(type.message_types, named, layer, "messages");
  type.message_types.push_back(&named);
  put(layer.messages, message.key, &named);
  return named;
}

const NamedType& declare_timer(ProcessType& type, Layer& layer, const PayloadType& timer) {
  const NamedType& named = named_type(timer, layer.path, layer.keys);
  require_free(type.timer_types, named, layer, "timers");
  type.timer_types.push_back(&named);
  put(layer.timers, timer.key, &named);
  return named;
}

void fail_without_options(const Layer& part) {
  throw AssertionFailed(part.description() + " takes options, and the Options of '" +
                        std::string(part.parent->value_type->name) +
                        "' have none of their type under its name");
}

void fail_unlisted(const Layer& part, const PayloadType& indication) {
  throw AssertionFailed(part.description() + " indicates '" + std::string(indication.name) +
                        "', which '" + std::string(part.parent->value_type->name) +
                        "' does not list in Indications");
}

}  // namespace stampede::engine::detail
