// Steps of a run in words, in the terms of its protocol: the names of its messages and timers, and
// of the members of its nodes. Nothing here knows a protocol.
#pragma once

#include <string>
#include <vector>

#include "engine/core/difference.hpp"
#include "engine/core/names.hpp"
#include "explain/rehearsal.hpp"

namespace stampede::explain {

/// `r0`, `r0 and r1`, `r0, r1 and r2`.
std::string and_list(const std::vector<std::string>& names);

/// The process of a node as a tree, nodes by name.
engine::Document state_of(const engine::LocalState& local, const engine::NodeNames& names);

/// What a message or a timer says: `{view_number: 1, op_number: 2}`, its first plain members; empty
/// if it has none.
std::string content_words(const engine::Payload& payload, const engine::NodeNames& names);

/// What a step made of its node and of the outside: `view_number 0 -> 1; it sent Commit to r1`.
/// Empty if it did nothing.
std::string outcome_words(const Rehearsed& step, const engine::NodeNames& names);

/// What the other step would have done that this one did not, from the same state: `would have
/// ignored it`. Empty if nothing that has a name.
std::string otherwise_words(const Rehearsed& did, const Rehearsed& other,
                            const engine::NodeNames& names);

/// Members of the message that the node has under the same name with another value: `although its
/// own view_number was 2`; empty if there are none.
std::string although_words(const engine::Payload& message, const engine::LocalState& local,
                           const engine::NodeNames& names);

}  // namespace stampede::explain
