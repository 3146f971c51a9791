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

const NamedType& named_type(const PayloadType& payload, std::string_view path, bool keyed) {
  Registry& all = registry();
  const std::string name = std::string(path) + std::string(payload.name);
  const auto [place, fresh] = all.by_name.try_emplace({name, payload.key}, nullptr);
  if (fresh) {
    const auto index = static_cast<std::uint32_t>(all.types.size());
    all.types.push_back({&payload, name, hash_bytes(name), index, keyed});
    place->second = &all.types.back();
  }
  return *place->second;
}

std::size_t named_type_count() { return registry().types.size(); }

}  // namespace stampede::engine
