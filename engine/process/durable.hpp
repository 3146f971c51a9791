// What of a process survives a crash: the durable members of the process and of its parts, saved
// together as one cell.
//
// 1. Where one member is durable, the cell is that member's value.
// 2. Where several are, or one in a map of parts, the cell is a SavedParts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/renaming.hpp"
#include "engine/process/process_type.hpp"

namespace stampede::engine {

/// The durable member of one part: which, by its members on the way from the root and the keys of
/// its instance, and what it held.
struct SavedPart {
  std::string part;
  std::vector<std::uint32_t> keys{};
  Payload cell{};
};
STAMPEDE_VALUE(SavedPart, part, keys, cell);

/// In order.
struct SavedParts {
  std::vector<SavedPart> parts{};
};
STAMPEDE_VALUE(SavedParts, parts);

/// The cell as the process would save it now. REQUIRES: something in it is durable.
Payload save_durable(const ProcessType& type, void* process);
/// Gives a boot value what was saved.
void restore_durable(const ProcessType& type, void* process, const Payload& cell);
/// The cell with all nodes renamed, those that are keys of maps of parts included.
Payload rename_cell(const ProcessType& type, const Payload& cell, const Renaming& renaming,
                    const std::function<Payload(const Payload&, const Renaming&)>& rename_payload);

}  // namespace stampede::engine
