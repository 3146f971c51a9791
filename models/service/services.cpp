#include "models/service/services.hpp"

#include <array>

#include "models/service/counter.hpp"
#include "models/service/kv.hpp"
#include "models/service/list.hpp"
#include "models/service/lock.hpp"
#include "models/service/register.hpp"

namespace stampede::models::service {
namespace {

struct NamedService {
  std::string_view name;
  const engine::ServiceType& (*type)();
};

constexpr std::array<NamedService, 5> services{{
    {"counter", &engine::service_type<Counter>},
    {"kv", &engine::service_type<Kv>},
    {"list", &engine::service_type<List>},
    {"lock", &engine::service_type<Lock>},
    {"register", &engine::service_type<Register>},
}};

}  // namespace

const engine::ServiceType* find_service(std::string_view name) {
  for (const NamedService& service : services) {
    if (service.name == name) return &service.type();
  }
  return nullptr;
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  names.reserve(services.size());
  for (const NamedService& service : services) names.emplace_back(service.name);
  return names;
}

}  // namespace stampede::models::service
