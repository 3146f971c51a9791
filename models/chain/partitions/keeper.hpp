// models/chain/partitions/keeper.hpp: one of those who say which chain has which range, and who is
// in each chain. They agree on each of these by itself: one that leads here need not lead there.
//
// There is one table for each epoch, and it differs from the one before in one range. A table says
// where a range is to be; that it is there is a matter of the chains (server.hpp).
#pragma once

#include <map>
#include <optional>

#include "models/chain/master.hpp"
#include "models/chain/partitions/options.hpp"

namespace stampede::models::chain::partitions {

struct Keeper {
  using Messages = engine::Messages<AskTable>;
  using Sends = engine::Messages<NewTable>;
  using Timers = engine::Timers<AnnounceTimeout, BalanceTimeout>;
  using Indications = engine::Indications<consensus::Decided, consensus::Leads>;
  using Options = partitions::Options;

  std::map<ChainNumber, Master> chain{};
  Consensus tables{};
  /// After the decided tables up to `applied`.
  Table table{};
  consensus::Position applied = 0;

  using Parts = engine::Parts<&Keeper::chain, &Keeper::tables>;

  void start(Context& context);
  void recover(Context& context);
  void on(const AskTable& ask, NodeId from, Context& context);
  void on(const consensus::Decided& decided, Context& context);
  void on(const consensus::Leads&, Context&) {}
  void on(const AnnounceTimeout& timeout, Context& context);
  void on(const BalanceTimeout& timeout, Context& context);

  void arm(Context& context);
  /// As the leader: tells all replicas of the table.
  void announce(Context& context) const;
  /// The next table, if a range should move.
  [[nodiscard]] std::optional<Table> next(const Context& context) const;
  /// From the chain that has most ranges to the one that has fewest, of those that have all their
  /// links.
  [[nodiscard]] std::optional<Table> balanced(const Context& context) const;
};
STAMPEDE_VALUE(Keeper, chain, tables, table, applied);
static_assert(engine::Process<Keeper>);

}  // namespace stampede::models::chain::partitions
