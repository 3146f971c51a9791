#include "models/service/foretold.hpp"

#include "models/service/file.hpp"

// The file is the only service that needs it so far.
namespace stampede::models::service {

bool has_foretold(const engine::ServiceType& service) {
  return service.state == &engine::payload_type<File>();
}

bool is_foretold(const Operation& operation) {
  const auto* call = operation.get<FileOperation>();
  return call != nullptr && std::holds_alternative<file::Write>(call->call);
}

Operation with(const Operation& operation, const Foretold& foretold) {
  ASSERT(is_foretold(operation));
  FileOperation call = operation.as<FileOperation>();
  std::get<file::Write>(call.call).foretold = foretold;
  return Operation::of(std::move(call));
}

}  // namespace stampede::models::service
