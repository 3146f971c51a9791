// Options that are an order of the replicas.
#pragma once

#include <optional>

#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// The options of the cluster with each order (`OptionInfo::Kind::order`; not those of parts) as
/// the model reads it: a list of all replicas. The file says `listed`, which is the default, a list
/// of names, or `latency`: the order in which an update takes the least time from all clients and
/// back, and of such orders the first one in which the last replica is nearest to them. Replicas of
/// one zone stay together.
/// REQUIRES: the model, sizes and service of the scenario are read. InputError where the order is
/// none, or there is nothing to go by.
engine::Document with_orders(engine::Document options, const engine::Document* network,
                             const Scenario& scenario);

}  // namespace stampede::scenarios
