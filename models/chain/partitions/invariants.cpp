#include "models/chain/partitions/invariants.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/process/durable.hpp"
#include "models/chain/partitions/keeper.hpp"
#include "models/chain/partitions/server.hpp"

namespace stampede::models::chain::partitions {
namespace {

/// What a chain's history came to.
struct Holding {
  Sequence executed = 0;
  std::set<RangeNumber> held{};
  std::set<RangeNumber> released{};
};
STAMPEDE_VALUE(Holding, executed, held, released);

Holding holding_in(const Shard& shard, Sequence executed) {
  Holding holding{executed, {}, {}};
  for (const auto& [range, what] : shard.held) holding.held.insert(range);
  for (const auto& [range, what] : shard.released) holding.released.insert(range);
  return holding;
}

/// After the whole log of a chain that began with this table. Where ranges are does not depend on
/// what is in them.
Holding holding_after(const Table& first, ChainNumber number, const Log& log) {
  Shard shard;
  for (RangeNumber range = 0; range < first.owners.size(); ++range) {
    if (first.owners[range] == number) shard.apply(Adopt{range, {first.epoch, number, {}, {}}});
  }
  for (Sequence next = 1; next <= log.size(); ++next) {
    const auto& operation = log.at(next).operation.as<ShardOperation>();
    if (!std::holds_alternative<Perform>(operation.what)) shard.apply(operation);
  }
  return holding_in(shard, log.size());
}

/// Of all chains, by number, as far as anybody has executed their histories.
struct Holdings {
  std::vector<Holding> chains{};
  Table first{};

  /// All that the node shows: a step of it may be about several chains. False if it is nothing new.
  bool learn(NodeId node, const engine::WorldView& world) {
    const auto* server = world.up(node) ? engine::process_as<Server>(world.process(node)) : nullptr;
    if (server == nullptr) return false;
    bool learnt = false;
    for (const auto& [number, replica] : server->chain) {
      if (replica.stable.executed <= chains.at(number).executed) continue;
      chains[number] = holding_in(shard_of(replica), replica.stable.executed);
      learnt = true;
    }
    return learnt;
  }

  /// A link that is alone executes what it has not saved: nobody has heard of that, and it may be
  /// gone with a crash.
  void lose(const engine::WorldView& world) {
    for (ChainNumber number = 0; number < chains.size(); ++number) {
      const std::optional<Stable> longest = longest_history(world, number);
      if (longest && longest->log.size() < chains[number].executed)
        chains[number] = holding_after(first, number, longest->log);
    }
  }

  /// Of links of the newest chain, in memory, or on disks of nodes that are down. What a link of an
  /// older one has beyond is not stable.
  static std::optional<Stable> longest_history(const engine::WorldView& world, ChainNumber number) {
    std::optional<Stable> longest;
    const auto rank = [](const Stable& one) { return std::pair(one.chain.epoch, one.log.size()); };
    const auto see = [&](const Stable& one) {
      if (one.chain.has(one.self) && (!longest || rank(one) > rank(*longest))) longest = one;
    };
    for (const NodeId node : world.members()) {
      const engine::LocalState& local = world.local(node);
      if (local.up) {
        see(engine::process_as<Server>(local.process)->chain.at(number).stable);
      } else if (const auto* saved = local.cell.get<engine::SavedParts>()) {
        for (const engine::SavedPart& part : saved->parts) {
          if (part.keys == std::vector<std::uint32_t>{number}) see(part.cell.as<Stable>());
        }
      }
    }
    return longest;
  }
};
STAMPEDE_VALUE(Holdings, chains, first);

struct OneOwner {
  Holdings known{};
  static constexpr unsigned watches = engine::observed_executed;

  void on(const engine::Crashed&, engine::Judge& judge) { known.lose(judge.world); }
  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    if (!known.learn(change.node, judge.world)) return;
    std::map<RangeNumber, ChainNumber> owners;
    for (ChainNumber chain = 0; chain < known.chains.size(); ++chain) {
      for (const RangeNumber range : known.chains[chain].held) {
        const auto [owner, is_first] = owners.try_emplace(range, chain);
        if (is_first) continue;
        judge.violated("range " + std::to_string(range) + " is held by chain " +
                           std::to_string(owner->second) + " and by chain " + std::to_string(chain),
                       {change.node});
      }
    }
  }
};
STAMPEDE_VALUE(OneOwner, known);

struct NothingLost {
  Holdings known{};
  static constexpr unsigned watches = engine::observed_executed;

  void on(const engine::Crashed&, engine::Judge& judge) { known.lose(judge.world); }
  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    if (!known.learn(change.node, judge.world)) return;
    std::set<RangeNumber> there;
    for (const Holding& chain : known.chains) {
      there.insert(chain.held.begin(), chain.held.end());
      there.insert(chain.released.begin(), chain.released.end());
    }
    for (RangeNumber range = 0; range < known.first.owners.size(); ++range) {
      if (there.count(range) == 0)
        judge.violated("no chain has range " + std::to_string(range), {change.node});
    }
  }
};
STAMPEDE_VALUE(NothingLost, known);

/// Of updates: a query that is repeated may be answered anew.
struct OneServer {
  std::set<OperationId> updates{};
  std::map<OperationId, ChainNumber> executed{};
  using Hears = engine::Messages<Ask, Reply>;

  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    if (const auto* ask = sent.payload->get<Ask>()) updates.insert(ask->request.id);
    const auto* reply = sent.payload->get<Reply>();
    if (reply == nullptr || updates.count(reply->id) == 0) return;
    const auto* done = std::get_if<Done>(&reply->result.as<ShardResult>().what);
    if (done == nullptr) return;
    const ChainNumber first = executed.try_emplace(reply->id, done->chain).first->second;
    if (first == done->chain) return;
    judge.violated("operation " + to_string(reply->id) + " was executed by chain " +
                       std::to_string(first) + " and by chain " + std::to_string(done->chain),
                   {sent.from});
  }
};
STAMPEDE_VALUE(OneServer, updates, executed);

/// What was said of each epoch.
struct OneTable {
  std::map<Epoch, Table> announced{};
  using Hears = engine::Messages<NewTable>;

  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    const auto* message = sent.payload->get<NewTable>();
    if (message == nullptr) return;
    const Table& first = announced.try_emplace(message->table.epoch, message->table).first->second;
    if (first == message->table) return;
    judge.violated(judge.world.name(sent.from) + " announces another table for epoch " +
                       std::to_string(first.epoch),
                   {sent.from});
  }
};
STAMPEDE_VALUE(OneTable, announced);

std::optional<std::string> handover_forgotten(const Server&, const engine::NodeView& node) {
  if (!node.lacks(HandoverTimeout{})) return std::nullopt;
  return node.name() + " has no HandoverTimeout";
}

std::optional<std::string> balance_forgotten(const Keeper&, const engine::NodeView& node) {
  if (!node.lacks(BalanceTimeout{})) return std::nullopt;
  return node.name() + " has no BalanceTimeout";
}

Holdings first_holdings(const Options& options) {
  Holdings known{{}, first_table(options)};
  for (ChainNumber number = 0; number < options.chains; ++number)
    known.chains.push_back(holding_after(known.first, number, {}));
  return known;
}

}  // namespace

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec) {
  const Holdings first = first_holdings(spec.options.as<Options>());
  return {engine::monitor_property("partitioned-chain/one-owner",
                                   "Of what was executed, no two chains hold the same range.",
                                   OneOwner{first}),
          engine::monitor_property("partitioned-chain/nothing-lost",
                                   "Each range is held by a chain, or was released by one that "
                                   "keeps it.",
                                   NothingLost{first}),
          engine::monitor_property("partitioned-chain/one-server",
                                   "An update is executed by one chain, whoever answers it.",
                                   OneServer{}),
          engine::monitor_property("partitioned-chain/one-table",
                                   "All who announce the table of an epoch say the same of it.",
                                   OneTable{}),
          engine::node_property<Server>("partitioned-chain/hands-over",
                                        "A head goes on handing over what it has released.",
                                        &handover_forgotten),
          engine::node_property<Keeper>("partitioned-chain/balances",
                                        "A master goes on looking whether a range should move.",
                                        &balance_forgotten)};
}

}  // namespace stampede::models::chain::partitions
