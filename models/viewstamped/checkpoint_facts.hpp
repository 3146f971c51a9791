// models/viewstamped/checkpoint_facts.hpp: what must hold where checkpoints are taken (VRR 5.1).
#pragma once

#include <optional>
#include <string>

#include "engine/world/property.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

/// An option of these is set: checkpoints are taken, or would be taken wrongly.
bool concerns_checkpoints(const Options& options);

/// Checkpoints of one op-number are of one log and one state, whoever took them.
engine::Property one_state_per_checkpoint();

namespace facts {
/// What the log has forgotten is in a checkpoint of this replica, and that is of what it executed.
std::optional<std::string> stands_on_nothing(const Core& core, const engine::NodeView& node);
}  // namespace facts

}  // namespace stampede::models::viewstamped
