// What a search may still spend, and how far the plan of the clients is: spent budgets are part of
// a state. Ledgers are interned; a move on one is computed once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/explore/interner.hpp"
#include "engine/explore/pair_map.hpp"
#include "engine/process/process.hpp"

namespace stampede::engine {

/// How often each thing may happen in a schedule. `unlimited` is not counted.
struct Budgets {
  static constexpr std::uint32_t unlimited = UINT32_MAX;
  std::uint32_t crashes = 0;
  std::uint32_t restarts = 0;
  std::uint32_t drops = 0;
  std::uint32_t duplicates = 0;
  /// Times that the clocks of a replica go on by TransitionSettings::clock_step.
  std::uint32_t clock_moves = 0;
  /// Spare nodes that start for the first time.
  std::uint32_t boots = unlimited;
  /// By the name of the timer's type; a type that is not listed never fires.
  std::vector<std::pair<std::string, std::uint32_t>> timers;
};

/// What the clients do, in this order each; a client begins its next operation when the one before
/// has ended.
struct PlannedClient {
  NodeId node{};
  std::vector<BeginOperation> operations;
};

class Ledgers {
 public:
  Ledgers(const Budgets& budgets, std::vector<PlannedClient> plan);

  /// Kinds of moves. Timers follow, then clients.
  enum Move : std::uint32_t { crash, restart, drop, duplicate, clock, boot, first_timer };
  [[nodiscard]] std::uint32_t timer(std::size_t position) const {
    return first_timer + static_cast<std::uint32_t>(position);
  }
  [[nodiscard]] std::uint32_t begin(std::size_t client) const {
    return begin_ + static_cast<std::uint32_t>(client);
  }

  static constexpr std::uint32_t initial = 0;
  static constexpr std::uint32_t refused = PairMap::none - 1;

  /// The ledger after one more of this kind, or `refused`. REQUIRES: the transitions' lock is held,
  /// unless `known` has been asked.
  std::uint32_t spend(std::uint32_t ledger, std::uint32_t move);
  /// The same if it was computed before, else PairMap::none. Needs no lock.
  [[nodiscard]] std::uint32_t known(std::uint32_t ledger, std::uint32_t move) const {
    if (limits_[move] == Budgets::unlimited) return ledger;
    if (limits_[move] == 0) return refused;
    return moves_.find(ledger, move);
  }
  /// A response of this client ends its operation.
  std::uint32_t end_operation(std::uint32_t ledger, std::size_t client);

  [[nodiscard]] bool ever(std::uint32_t move) const { return limits_[move] != 0; }
  /// How many of this kind are left.
  [[nodiscard]] std::uint32_t left(std::uint32_t ledger, std::uint32_t move) const;
  [[nodiscard]] std::uint64_t contribution_of(std::uint32_t ledger) const {
    return contributions_[ledger];
  }
  [[nodiscard]] const std::vector<PlannedClient>& plan() const { return plan_; }
  /// The client of the plan that is this node, or its size.
  [[nodiscard]] std::size_t client_of(NodeId node) const;
  /// Position of the client's next operation in its plan.
  [[nodiscard]] std::uint32_t begun(std::uint32_t ledger, std::size_t client) const {
    return ledgers_[ledger].spent[begin_ + client];
  }
  /// Nothing of the plan is left and no operation is under way.
  [[nodiscard]] bool plan_is_done(std::uint32_t ledger) const;
  /// Some move was refused although the ledger's owner would make it.
  [[nodiscard]] std::size_t size() const { return ledgers_.size(); }

 private:
  struct Ledger {
    /// By move; behind them, per client, whether an operation is under way.
    std::vector<std::uint32_t> spent;
    friend bool operator==(const Ledger&, const Ledger&) = default;
    void append_hash(Hasher& hasher) const {
      for (const std::uint32_t count : spent) hasher.add(count);
    }
  };
  std::uint32_t intern(Ledger ledger);

  std::vector<std::uint32_t> limits_;
  std::vector<PlannedClient> plan_;
  std::uint32_t begin_ = 0;
  Interner<Ledger> ledgers_;
  GrowingVector<std::uint64_t> contributions_;
  PairMap moves_;
};

}  // namespace stampede::engine
