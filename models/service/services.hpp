// The explicit list of all services, by the names that scenarios and the command line use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

/// The service called `name`, or nullptr. Static lifetime.
const engine::ServiceType* find_service(std::string_view name);

/// The name under which a service is found; the type's own name if it is none of the list.
std::string name_of(const engine::ServiceType& type);

/// All names, in alphabetical order.
std::vector<std::string> service_names();

}  // namespace stampede::models::service
