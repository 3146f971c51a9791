#include "engine/process/layer.hpp"

namespace stampede::engine {

void* Layer::locate_instance_in(void* root, const InstancePath& instance) const {
  return locate(parent->locate_in(root, instance), instance.keys[keys.size() - 1]);
}

const void* Layer::find_instance_in(const void* root, const InstancePath& instance) const {
  const void* owner = parent->find_in(root, instance);
  const std::uint32_t key = instance.keys[keys.size() - 1];
  if (owner == nullptr || (is_map() && !has_instance(owner, key))) return nullptr;
  return locate(const_cast<void*>(owner), key);
}

std::string Layer::members() const {
  if (parent == nullptr) return {};
  const std::string before = parent->members();
  const bool in_map = keys.size() > parent->keys.size();
  return before + (before.empty() ? "" : ".") + member_name + (in_map ? "[]" : "");
}

std::string Layer::description() const {
  std::string type = "'" + std::string(value_type->name) + "'";
  if (parent == nullptr) return type;
  const Layer* root = parent;
  while (root->parent != nullptr) root = root->parent;
  return type + " (" + members() + " of '" + std::string(root->value_type->name) + "')";
}

std::uint32_t Source::word(const KeyType& wanted) const {
  if (!part_.is_map() || part_.keys.back() != &wanted) {
    throw AssertionFailed("key() of " + part_.description() +
                          ": it is in no map with keys of this type");
  }
  return instance_.keys[part_.keys.size() - 1];
}

}  // namespace stampede::engine
