// All checks by name: the generic ones of checkers, and those of the model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/world/model.hpp"

namespace stampede::scenarios {

struct CheckInfo {
  std::string name;
  std::string about;
};

/// A group whose nodes show a log, so that the generic checks of logs apply to it.
struct JudgedGroup {
  /// Among the groups of the membership.
  std::uint32_t position = 0;
  /// Empty for the main group.
  std::string name;
  /// Clients turn to it.
  bool answers_clients = true;
  /// What the check is called for this group: `agreement`, `agreement@masters`.
  [[nodiscard]] std::string check(const std::string& generic) const {
    return name.empty() ? generic : generic + "@" + name;
  }
};
std::vector<JudgedGroup> groups_with_logs(const engine::Model& model);

/// Names that judge whole runs outside of monitors: linearizability, convergence, liveness,
/// no-exception.
std::vector<CheckInfo> run_checks();

/// Judges of histories that can tell something of this service, and are asked where a scenario says
/// so: another check says more, or the model promises less.
std::vector<CheckInfo> optional_checks(const engine::Model& model,
                                       const engine::ServiceType& service);

/// The checks that apply to a model and its options, in the order in which simultaneous violations
/// are listed.
std::vector<CheckInfo> applicable_checks(const engine::Model& model,
                                         const engine::ClusterSpec& cluster);

/// The monitors of the wanted checks, in listing order.
std::vector<engine::Property> properties_of(const engine::Model& model,
                                            const engine::ClusterSpec& cluster,
                                            const std::vector<std::string>& wanted);

}  // namespace stampede::scenarios
