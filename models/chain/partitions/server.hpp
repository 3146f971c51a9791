// models/chain/partitions/server.hpp: a node with a place, or none, in each of several chains. The
// heads make ranges go from chain to chain.
//
// 1. The head of a chain learns a table that gives away a range which its chain holds. It releases
//    the range: that is an update. What it ordered before belongs to the range, and from then on it
//    refuses what is asked about it; the tail refuses as soon as it has executed that.
// 2. When the release is stable, no link of this epoch or a later one holds the range any more, and
//    one of an earlier epoch may not answer (models/chain/fence.cpp). A link that has not heard
//    that it is stable asks the tail: a shard has no keys, so the release is about every query
//    (models/chain/reads.cpp). The head hands over what the history up to there came to.
// 3. The head of the other chain takes the range over: that is an update as well. When it is stable
//    it says so, and the first chain forgets the range.
// 4. Whoever is head by then goes on where the other one was: all of it is in the histories. What
//    is said twice changes nothing, for each table gives a range to a chain once.
#pragma once

#include <map>

#include "models/chain/partitions/options.hpp"
#include "models/chain/partitions/shard.hpp"

namespace stampede::models::chain::partitions {

struct Server {
  using Messages = engine::Messages<Ask, Look, NewTable, Handover, Adopted>;
  using Timers = engine::Timers<HandoverTimeout>;
  using Options = partitions::Options;

  /// The newest one that it has heard of.
  Table table{};
  std::map<ChainNumber, Replica> chain{};

  using Parts = engine::Parts<&Server::chain>;

  void start(Context& context);
  void recover(Context& context);
  void on(const Ask& ask, NodeId from, Context& context);
  void on(const Look& look, NodeId from, Context& context);
  void on(const NewTable& message, NodeId from, Context& context);
  void on(const Handover& handover, NodeId from, Context& context);
  void on(const Adopted& adopted, NodeId from, Context& context);
  void on(const HandoverTimeout& timeout, Context& context);

  // ----- steps of the head of this chain, and of nobody else -----
  /// Releases what the table gives to another chain.
  void release(ChainNumber number, Context& context);
  void hand_over(ChainNumber number, Context& context);
  void append(ChainNumber number, Operation operation, Context& context);
};
STAMPEDE_VALUE(Server, table, chain);
static_assert(engine::Process<Server>);

}  // namespace stampede::models::chain::partitions
