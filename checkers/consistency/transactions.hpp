// Isolation of transactions, in the way of Elle (Kingsbury and Alvaro, VLDB 2020): what reads saw
// tells which transaction must come before which; a cycle of such edges is an anomaly.
//
// list-append: each element is appended once, so the longest read of a key is the order of its
// versions. rw-register: each value is written once; that v comes before w is known where a
// transaction reads v and writes w, and for the initial value (nothing).
//
// Edges: ww (next version), wr (reads what the other wrote), rw (reads what the other replaces),
// and for strict serializability real time. Anomalies (Adya 1999): G0 only ww; G1a reads what an
// aborted transaction wrote; G1b reads what its transaction replaced before its end; G1c ww and wr;
// G-single one rw; G2-item several rw. Lost update: two transactions read one version and both
// replace it. G-nonadjacent: several rw, never two in a row. A transaction of unknown outcome
// counts where something that it wrote was read.
//
// `ok` of (strict) serializability comes with a serial order that was replayed: where the edges
// leave none that fits, or values are written twice, one is searched. The weaker levels are `ok`
// where none of their anomalies can be shown.
#pragma once

#include <string>
#include <vector>

#include "checkers/import/import.hpp"
#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

enum class Isolation {
  read_uncommitted,
  read_committed,
  snapshot,
  serializable,
  strict_serializable,
};

/// `read-committed`, `snapshot-isolation`, `serializable`, ...
const std::vector<std::pair<std::string, Isolation>>& isolation_levels();

struct Anomaly {
  std::string name;
  std::string description;
  /// Indexes of transactions, around the cycle.
  std::vector<std::uint32_t> transactions;
};

struct TransactionResult {
  Judgement verdict = Judgement::undecided;
  /// All kinds found, one example each; those that the level allows, too.
  std::vector<Anomaly> anomalies;
  /// Names of the anomalies that the level forbids.
  std::vector<std::string> forbidden;
  /// ok, serializable or more: transactions in an order that explains all.
  std::vector<std::uint32_t> order;
  std::string limit;
};

TransactionResult check_transactions(const std::vector<Transaction>& transactions,
                                     Isolation isolation, const LinearizabilityLimits& limits = {});

}  // namespace stampede::checkers
