// Generic safety properties over observations: they know logs, commit lengths and acknowledgements,
// and no protocol.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/world/property.hpp"

namespace stampede::checkers {

/// `agreement`: at most one operation is ever committed at a position (I-AGREE).
engine::Property agreement();
/// `durability`: an acknowledged operation is in the log of some replica (I-ACK); while more of
/// them are down than the group survives, those with a disk count as if they had it until they are
/// back. Undecided where a run ends before they are, and nobody else has it.
engine::Property durability();
/// Why the run so far does not tell whether `durability` holds, if that is what `monitor` judges
/// and if so.
std::optional<std::string> not_seen(const engine::Monitor& monitor, const engine::WorldView& world);
/// `acknowledged-on-majority`: an acknowledged operation is in the logs of as many members as the
/// group acknowledges with, those that are down or recovering counted as if they had it (I-MAJ).
engine::Property acknowledged_on_majority();
using OperationTest = std::function<bool(const engine::Operation&)>;
/// One of these two that says nothing of operations that a protocol answers from no log.
engine::Property exempting(const OperationTest& exempt, engine::Property property);
/// `at-most-once`: no replica executes an operation twice, and no operation has two positions
/// (I-EXEC).
engine::Property at_most_once();

}  // namespace stampede::checkers
