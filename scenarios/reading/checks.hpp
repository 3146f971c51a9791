// All checks by name: the generic ones of checkers, and those of the model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/world/model.hpp"

namespace stampede::scenarios {

struct Scenario;

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
  engine::LogClaim log = engine::LogClaim::everywhere;
  /// Clients turn to it.
  bool answers_clients = true;
  /// What the check is called for this group: `agreement`, `agreement@masters`.
  [[nodiscard]] std::string check(const std::string& generic) const {
    return name.empty() ? generic : generic + "@" + name;
  }
};
std::vector<JudgedGroup> groups_with_logs(const engine::Model& model,
                                          const engine::ClusterSpec& cluster);

/// Of each group with a log: while all is quiet (`liveness: { quiet: .. }`) its leader stays.
inline constexpr const char* stable_leader = "stable-leader";

/// Of the main group and all others: no collection of a node outgrows its bound (`bounds: { .. }`).
inline constexpr const char* memory_bound = "memory-bound";
/// The collections that a file may bound: the logs that nodes show, and what the model names.
std::vector<std::string> bounded_collections(const engine::Model& model,
                                             const engine::ClusterSpec& cluster);

/// Names that are judged where they are asked for: another check implies them, the model does not
/// promise them, or the file has to say for how long or how much.
std::vector<CheckInfo> optional_checks(const engine::Model& model,
                                       const engine::ClusterSpec& cluster);

/// The checks of what a model promises under its options, in the order in which simultaneous
/// violations are listed.
std::vector<CheckInfo> applicable_checks(const engine::Model& model,
                                         const engine::ClusterSpec& cluster);
/// Those of a scenario, whose clients may give up.
std::vector<CheckInfo> applicable_checks(const Scenario& scenario);
/// No operation stays pending for ever: the model promises that, or clients give up.
bool operations_end(const Scenario& scenario);

/// The monitors of the wanted checks, in listing order.
std::vector<engine::Property> properties_of(const engine::Model& model,
                                            const engine::ClusterSpec& cluster,
                                            const std::vector<std::string>& wanted);
/// The monitors of a scenario, its bounds among them.
std::vector<engine::Property> properties_of(const Scenario& scenario);

}  // namespace stampede::scenarios
