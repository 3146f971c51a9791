// All checks by name: the generic ones of checkers, and those of the model.
#pragma once

#include <string>
#include <vector>

#include "engine/world/model.hpp"

namespace stampede::scenarios {

struct CheckInfo {
  std::string name;
  std::string about;
};

/// Names that judge whole runs outside of monitors: linearizability, convergence, liveness,
/// no-exception.
std::vector<CheckInfo> run_checks();

/// Names that are judged where they are asked for: of no use as defaults, because another check
/// implies them.
std::vector<CheckInfo> optional_checks(const engine::Model& model);

/// The checks that apply to a model and its options, in the order in which simultaneous violations
/// are listed.
std::vector<CheckInfo> applicable_checks(const engine::Model& model,
                                         const engine::ClusterSpec& cluster);

/// The monitors of the wanted checks, in listing order.
std::vector<engine::Property> properties_of(const engine::Model& model,
                                            const engine::ClusterSpec& cluster,
                                            const std::vector<std::string>& wanted);

}  // namespace stampede::scenarios
