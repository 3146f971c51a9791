#include "engine/process/named_type.hpp"

#include <deque>
#include <map>

namespace stampede::engine {
namespace {

struct Registry {
  std::deque<NamedType> types;
  std::map<std::pair<std::string, std::uint32_t>, const NamedType*> by_name;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

std::string NamedType::name_of(const InstancePath& instance, const NodeNames* names) const {
  std::string text;
  std::size_t level = 0;
  for (const char letter : name) {
    if (letter == ']') {
      const NodeId node{static_cast<std::uint32_t>(instance.keys[level])};
      const bool named = keys[level]->is_node && names != nullptr && names->has(node);
      text += named ? names->of(node) : keys[level]->write(instance.keys[level]);
      ++level;
    }
    text += letter;
  }
  return text;
}

std::optional<InstancePath> NamedType::instance_of(const std::vector<std::string>& texts,
                                                   const NodeNames* names) const {
  if (texts.size() != keys.size()) return std::nullopt;
  InstancePath instance;
  for (std::size_t level = 0; level < keys.size(); ++level) {
    std::optional<std::uint32_t> key;
    if (keys[level]->is_node && names != nullptr) {
      if (const auto node = names->find(texts[level])) key = node->value;
    }
    if (!key) key = keys[level]->read(texts[level]);
    if (!key) return std::nullopt;
    instance.keys[level] = *key;
  }
  return instance;
}

WrittenName split_name(std::string_view written) {
  WrittenName name;
  while (!written.empty()) {
    const std::size_t open = written.find('[');
    const std::size_t close =
        open == std::string_view::npos ? std::string_view::npos : written.find(']', open);
    if (close == std::string_view::npos) break;
    name.type += std::string(written.substr(0, open)) + "[]";
    if (close > open + 1) name.keys.emplace_back(written.substr(open + 1, close - open - 1));
    written.remove_prefix(close + 1);
  }
  name.type += written;
  return name;
}

const NamedType& named_type(const PayloadType& payload, std::string_view path,
                            const std::vector<const KeyType*>& keys) {
  Registry& all = registry();
  const std::string name = std::string(path) + std::string(payload.name);
  const auto [place, fresh] = all.by_name.try_emplace({name, payload.key}, nullptr);
  if (fresh) {
    const auto index = static_cast<std::uint32_t>(all.types.size());
    all.types.push_back({&payload, name, hash_bytes(name), index, keys});
    place->second = &all.types.back();
  }
  if (place->second->keys != keys)
    throw AssertionFailed("'" + name + "' has keys of other types in another process");
  return *place->second;
}

const NamedType* find_named_type(std::string_view name) {
  const auto& by_name = registry().by_name;
  const auto place = by_name.lower_bound({std::string(name), 0});
  return place != by_name.end() && place->first.first == name ? place->second : nullptr;
}

std::size_t named_type_count() { return registry().types.size(); }

}  // namespace stampede::engine
