#include "engine/explore/ledger.hpp"

#include <algorithm>

#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {

Ledgers::Ledgers(const Budgets& budgets, std::vector<PlannedClient> plan)
    : limits_{budgets.crashes,    budgets.restarts,    budgets.drops,
              budgets.duplicates, budgets.clock_moves, budgets.boots},
      plan_(std::move(plan)) {
  for (const auto& [name, limit] : budgets.timers) limits_.push_back(limit);
  begin_ = static_cast<std::uint32_t>(limits_.size());
  for (const PlannedClient& client : plan_)
    limits_.push_back(static_cast<std::uint32_t>(client.operations.size()));
  intern({std::vector<std::uint32_t>(limits_.size() + plan_.size(), 0)});
}

std::uint32_t Ledgers::intern(Ledger ledger) {
  const Interned interned = ledgers_.intern(std::move(ledger));
  if (interned.id == contributions_.size())
    contributions_.push_back(contribution(ledger_place, interned.hash));
  return interned.id;
}

std::uint32_t Ledgers::spend(std::uint32_t ledger, std::uint32_t move) {
  std::uint32_t after = known(ledger, move);
  if (after != PairMap::none) return after;
  Ledger next = ledgers_[ledger];
  const bool begins = move >= begin_;
  // The operation that is under way must end first.
  const std::size_t waiting = limits_.size() + (move - begin_);
  if (next.spent[move] >= limits_[move] || (begins && next.spent[waiting] != 0)) {
    after = refused;
  } else {
    ++next.spent[move];
    if (begins) next.spent[waiting] = 1;
    after = intern(std::move(next));
  }
  moves_.insert(ledger, move, after);
  return after;
}

std::uint32_t Ledgers::end_operation(std::uint32_t ledger, std::size_t client) {
  const auto move = static_cast<std::uint32_t>(limits_.size() + client);
  std::uint32_t after = moves_.find(ledger, move);
  if (after != PairMap::none) return after;
  Ledger next = ledgers_[ledger];
  next.spent[move] = 0;
  after = intern(std::move(next));
  moves_.insert(ledger, move, after);
  return after;
}

std::uint32_t Ledgers::left(std::uint32_t ledger, std::uint32_t move) const {
  if (limits_[move] == Budgets::unlimited) return Budgets::unlimited;
  return limits_[move] - ledgers_[ledger].spent[move];
}

std::size_t Ledgers::client_of(NodeId node) const {
  const auto found = std::find_if(plan_.begin(), plan_.end(),
                                  [&](const PlannedClient& one) { return one.node == node; });
  return static_cast<std::size_t>(found - plan_.begin());
}

bool Ledgers::plan_is_done(std::uint32_t ledger) const {
  for (std::size_t client = 0; client < plan_.size(); ++client) {
    if (begun(ledger, client) < plan_[client].operations.size()) return false;
    if (ledgers_[ledger].spent[limits_.size() + client] != 0) return false;
  }
  return true;
}

}  // namespace stampede::engine
