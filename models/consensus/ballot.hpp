// models/consensus/ballot.hpp: the numbers that order proposals.
#pragma once

#include "engine/process/process.hpp"

namespace stampede::models::consensus {

/// (round, proposer), ordered in this way: no two proposers ever use the same.
struct Ballot {
  std::uint64_t round = 0;
  NodeId proposer{};
};
STAMPEDE_VALUE(Ballot, round, proposer);

}  // namespace stampede::models::consensus
