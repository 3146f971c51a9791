#include "models/chain/partitions/keeper.hpp"

#include <algorithm>
#include <utility>

#include "models/consensus/commands.hpp"

namespace stampede::models::chain::partitions {

void Keeper::start(Context& context) {
  for (auto& [number, master] : chain) {
    Context inside = context.inside(master);
    master.start(inside);
  }
  tables.start(context.inside(tables));
  arm(context);
}

// The decided tables are indicated anew, from the first one on.
void Keeper::recover(Context& context) {
  for (auto& [number, master] : chain) {
    Context inside = context.inside(master);
    master.recover(inside);
  }
  tables.recover(context.inside(tables));
  arm(context);
}

void Keeper::arm(Context& context) {
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
  context.arm(BalanceTimeout{}, context.options<Options>().balance_interval);
}

void Keeper::on(const AskTable&, NodeId from, Context& context) {
  context.send(from, NewTable{table});
}

void Keeper::announce(Context& context) const {
  if (!tables.can_propose(context.inside(tables))) return;
  for (const NodeId replica : context.members("replica")) context.send(replica, NewTable{table});
}

void Keeper::on(const AnnounceTimeout&, Context& context) {
  announce(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

void Keeper::on(const BalanceTimeout&, Context& context) {
  if (const std::optional<Table> moved = next(context))
    consensus::propose(*moved, consensus::ahead<Table>(table, applied, tables), tables, context);
  context.arm(BalanceTimeout{}, context.options<Options>().balance_interval);
}

void Keeper::on(const consensus::Decided& decided, Context& context) {
  applied = decided.position;
  if (!decided.value || !table.apply(decided.value.as<Table>())) return;
  context.reached("table-changed");
  announce(context);
}

// On top of what is decided: what was proposed meanwhile has taken its epoch.
std::optional<Table> Keeper::next(const Context& context) const {
  const Options& options = context.options<Options>();
  if (std::optional<Table> moved = balanced(context); moved || !options.wanders) return moved;
  Table moved{table.epoch + 1, table.owners};
  ChainNumber& owner = moved.owners[table.epoch % table.owners.size()];
  owner = (owner + 1) % options.chains;
  return moved;
}

std::optional<Table> Keeper::balanced(const Context& context) const {
  const std::size_t length =
      context.options<Options>().chain.length_of(context.members("replica").size());
  const auto ranges_of = [&](ChainNumber number) {
    return std::count(table.owners.begin(), table.owners.end(), number);
  };
  std::optional<ChainNumber> most;
  std::optional<ChainNumber> fewest;
  for (const auto& [number, master] : chain) {
    if (!most || ranges_of(number) > ranges_of(*most)) most = number;
    if (master.chains.chain.links.size() < length) continue;
    if (!fewest || ranges_of(number) < ranges_of(*fewest)) fewest = number;
  }
  if (!fewest || ranges_of(*most) < ranges_of(*fewest) + 2) return std::nullopt;
  Table moved{table.epoch + 1, table.owners};
  *std::find(moved.owners.begin(), moved.owners.end(), *most) = *fewest;
  return moved;
}

}  // namespace stampede::models::chain::partitions
