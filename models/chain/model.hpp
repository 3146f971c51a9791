#pragma once

#include "engine/world/model.hpp"
#include "models/chain/options.hpp"

namespace stampede::models::chain {

/// All links have what is acknowledged. Of links that keep their history any can go on alone, and
/// of those that do not, where all members are links.
inline constexpr engine::GroupRules chain_rules{
    engine::GroupKind::servers, engine::Tolerance::all_but_one, [](std::size_t members) {
      return engine::QuorumSystem{members, 1};
    }};

/// What chains with these options promise, and ask for that. InputError where a chain would be
/// longer than the nodes.
engine::Claims chain_claims(const Options& options, std::size_t replicas);

/// Chain replication, with masters that agree on the chain.
const engine::Model& model();

}  // namespace stampede::models::chain
