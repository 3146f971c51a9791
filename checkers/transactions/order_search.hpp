// Searches an order of transactions, or a schedule of their beginnings and commits, that explains
// all reads: where the known dependencies leave none that fits, or tell too little.
//
// 1. Aborted transactions are left out, committed ones are in, those of unknown outcome may be.
// 2. What only reads and fits is done at once, and sets of steps and states that failed are
//    remembered, exactly. Deciding is NP-complete: there are caps, and `undecided`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/transactions/inference.hpp"
#include "checkers/transactions/schedule.hpp"
#include "engine/world/verdict.hpp"

namespace stampede::checkers {

struct OrderFound {
  engine::Verdict verdict = engine::Verdict::undecided;
  /// ok: every transaction that has a place commits where it begins, unless the search was for
  /// snapshots.
  std::vector<Moment> schedule;
  /// undecided: the cap that was reached.
  std::string limit;
};

/// A serial order, that keeps what the inference knows and obeys time as asked for.
OrderFound find_serial_order(const Inference& inference, Obeys obeys, const Limits& limits);
/// A schedule of snapshots, the same.
OrderFound find_snapshots(const Inference& inference, Obeys obeys, const Limits& limits);

}  // namespace stampede::checkers
