#include "models/service/services.hpp"

#include <array>

#include "models/service/counter.hpp"
#include "models/service/file.hpp"
#include "models/service/kv.hpp"
#include "models/service/list.hpp"
#include "models/service/lock.hpp"
#include "models/service/mutex.hpp"
#include "models/service/queue.hpp"
#include "models/service/register.hpp"
#include "models/service/set.hpp"
#include "models/service/stack.hpp"
#include "models/service/table.hpp"
#include "models/service/transactions.hpp"

namespace stampede::models::service {
namespace {

struct NamedService {
  std::string_view name;
  const engine::ServiceType& (*type)();
};

/// The register under the name that foreign histories use.
const engine::ServiceType& cas_register() {
  static const engine::ServiceType type = [] {
    engine::ServiceType renamed = engine::service_type<Register>();
    renamed.name = "cas-register";
    return renamed;
  }();
  return type;
}

/// A mutex whose releases name their owners: how such histories are read makes the difference.
const engine::ServiceType& owner_mutex() {
  static const engine::ServiceType type = [] {
    engine::ServiceType renamed = engine::service_type<Mutex>();
    renamed.name = "owner-mutex";
    return renamed;
  }();
  return type;
}

constexpr std::array<NamedService, 14> services{{
    {"cas-register", &cas_register},
    {"counter", &engine::service_type<Counter>},
    {"file", &engine::service_type<File>},
    {"kv", &engine::service_type<Kv>},
    {"list", &engine::service_type<List>},
    {"lock", &engine::service_type<Lock>},
    {"mutex", &engine::service_type<Mutex>},
    {"owner-mutex", &owner_mutex},
    {"queue", &engine::service_type<Queue>},
    {"register", &engine::service_type<Register>},
    {"set", &engine::service_type<Set>},
    {"stack", &engine::service_type<Stack>},
    {"table", &engine::service_type<Table>},
    {"transactions", &engine::service_type<Transactions>},
}};

}  // namespace

const engine::ServiceType* find_service(std::string_view name) {
  for (const NamedService& service : services) {
    if (service.name == name) return &service.type();
  }
  return nullptr;
}

std::string name_of(const engine::ServiceType& type) {
  for (const NamedService& service : services) {
    if (&service.type() == &type) return std::string(service.name);
  }
  return std::string(type.name);
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  names.reserve(services.size());
  for (const NamedService& service : services) names.emplace_back(service.name);
  return names;
}

}  // namespace stampede::models::service
