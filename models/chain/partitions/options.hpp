// models/chain/partitions/options.hpp: run constants, and the switches that make the protocol
// wrong.
#pragma once

#include <string>

#include "models/chain/options.hpp"
#include "models/chain/partitions/messages.hpp"

namespace stampede::models::chain::partitions {

struct Options {
  /// How many chains there are over the same nodes. That with number k begins with `chain.length`
  /// of them, from the k-th on.
  std::uint32_t chains = 2;
  /// How many ranges keys are hashed to.
  std::uint32_t ranges = 4;
  /// The first table: the ranges of each chain, for example `0-2 | 3`; without it all chains have
  /// as many.
  std::string table{};
  /// Between two announcements of the table.
  engine::Duration announce_interval = engine::milliseconds(20);
  /// After which a head sends a range again that the other chain has not taken over.
  engine::Duration handover_interval = engine::milliseconds(10);
  /// Between two looks of a master whether a range should move.
  engine::Duration balance_interval = engine::milliseconds(100);
  /// A range moves each time, whether that is of use or not.
  bool wanders = false;
  /// A range takes with it what clients were answered about it.
  bool sessions_move = true;
  /// Releasing a range is an update: it is handed over when that is stable, not at once.
  bool release_is_stable = true;
  /// A chain keeps a range that it has released until the other one has taken it over.
  bool keeps_released = true;
  /// A chain takes a range over once for each table that gives it to it.
  bool knows_late_ranges = true;
  /// Of each chain.
  chain::Options chain{};
  /// Of what the masters agree on tables by.
  Consensus::Options tables{};
};
STAMPEDE_VALUE(Options, chains, ranges, table, announce_interval, handover_interval,
               balance_interval, wanders, sessions_move, release_is_stable, keeps_released,
               knows_late_ranges, chain, tables);

/// What `table` says, or its default. InputError where a range has two chains, or none. REQUIRES:
/// chains and ranges.
[[nodiscard]] Table first_table(const Options& options);

}  // namespace stampede::models::chain::partitions
