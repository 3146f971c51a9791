// Jepsen's independent keys: operations whose value is `[key value]`.
#pragma once

#include "histories/import/operation_mapping.hpp"

namespace stampede::histories {

/// `[key old new]`, as some write a compare-and-set.
bool is_keyed_cas(const engine::Document& value);

/// `[key nil]`: what a read asks for.
bool asks_of_key(const ForeignEvent& invocation);

/// Whether the value can begin with a key.
bool names_key(const ForeignEvent& event);
/// Leaves what stands behind the key.
void forget_key(ForeignEvent& event);

/// Whether there are reads, and each asks of a key.
bool reads_name_keys(const std::vector<ForeignEvent>& events);

}  // namespace stampede::histories
