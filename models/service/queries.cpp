#include "models/service/queries.hpp"

namespace stampede::models::service {

// What an operation does to the first state tells its kind: reads are reads in every state.
bool is_query(const engine::ServiceType& service, const Operation& operation) {
  if (service.shape == nullptr) return false;
  using Kind = engine::Shape::Kind;
  const Result result = service.apply(service.initial, operation).second;
  const Kind kind = service.shape(operation, result).kind;
  return kind == Kind::read || kind == Kind::read_list || kind == Kind::read_lock;
}

}  // namespace stampede::models::service
