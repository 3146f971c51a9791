// Histories judged while they grow, for exploration: what there is to know about the history so far
// is a value of its own, and equal knowledge makes equal worlds.
//
// A client of these monitors has one operation under way; if it begins another in the very step in
// which one ends, the end comes first.
#pragma once

#include "engine/world/property.hpp"

namespace stampede::checkers {

/// `linearizability`: the knowledge is the set of configurations (service state, results of
/// operations that took effect and have not responded) that the history allows. Operations take
/// effect no earlier than somebody's response needs them to, so equal futures are equal sets.
engine::Property online_linearizability(const engine::ServiceType& service);

/// `linearizability`, keeping the history itself: per client its completed operations and, for
/// each, how many operations of every other client were complete when it began. No two histories
/// that differ in this are one; for counts that are compared with other tools.
engine::Property raw_linearizability(const engine::ServiceType& service);

/// `sequential-consistency`: one order of all operations, each client's in its own order, explains
/// all results; real time does not count.
engine::Property online_sequential_consistency(const engine::ServiceType& service);

}  // namespace stampede::checkers
