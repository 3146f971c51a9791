// models/chain/partitions/messages.hpp: what is said about ranges of keys, besides what each chain
// says (models/chain/messages.hpp).
#pragma once

#include <vector>

#include "models/chain/messages.hpp"

namespace stampede::models::chain::partitions {

using ChainNumber = std::uint32_t;
/// Keys are hashed to ranges, numbered from 0.
using RangeNumber = std::uint32_t;

/// The range of what the operation is about; of a service without keys all is in the first one.
[[nodiscard]] RangeNumber range_of(const engine::ServiceType& service, const Operation& operation,
                                   std::size_t ranges);

/// Which chain each range belongs to: where a range goes next, while it is on its way.
struct Table {
  Epoch epoch = 0;
  /// By range.
  std::vector<ChainNumber> owners{};

  /// The next table takes the place of this one. False if it is another's successor.
  bool apply(const Table& next);
};
STAMPEDE_VALUE(Table, epoch, owners);

// ----- clients and servers -----
/// An update, for the head of the chain.
struct Ask {
  ChainNumber chain = 0;
  RangeNumber range = 0;
  Request request{};
};
STAMPEDE_VALUE(Ask, chain, range, request);

/// An operation that changes nothing, for who answers queries of the chain.
struct Look {
  ChainNumber chain = 0;
  RangeNumber range = 0;
  Query query{};
};
STAMPEDE_VALUE(Look, chain, range, query);

// ----- between chains -----
/// Answers Handover (shard.hpp): under this table the range has been taken over, for good.
struct Adopted {
  ChainNumber from = 0;
  RangeNumber range = 0;
  Epoch epoch = 0;
};
STAMPEDE_VALUE(Adopted, from, range, epoch);

// ----- with masters -----
struct NewTable {
  Table table{};
};
STAMPEDE_VALUE(NewTable, table);

/// A client was told that a chain does not have the range, or gets no answer.
struct AskTable {};
STAMPEDE_VALUE(AskTable);

// ----- timers -----
/// A client that was refused asks again.
struct RefusedTimeout {};
STAMPEDE_VALUE(RefusedTimeout);
/// A head sends again what the other chain has not taken over.
struct HandoverTimeout {};
STAMPEDE_VALUE(HandoverTimeout);
/// A master looks whether a range should move.
struct BalanceTimeout {};
STAMPEDE_VALUE(BalanceTimeout);

}  // namespace stampede::models::chain::partitions
