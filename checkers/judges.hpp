// The judges of whole histories, by name: one table for `check`, `run`, `sweep` and `explore`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "checkers/transactions/transaction.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// What a history must consist of for a judge to tell anything.
enum class Needs {
  /// Operations of any service.
  any_operations,
  /// Operations that only read or only write, no value written twice.
  reads_and_writes,
  /// Operations of a service that tells reads from changes.
  known_reads,
  /// Transactions, or operations of a service that has them.
  transactions,
};

/// How long it may take, in operations, before it is `undecided`.
enum class Cost { linear, polynomial, exponential };

/// How weak is weak enough, of judges that have a bound.
struct Bound {
  /// k-atomic: how many of the latest versions a read may see, without it any number; staleness:
  /// how many versions a read may be behind.
  std::optional<std::uint64_t> versions{};
  /// staleness: for how long a read may see what was replaced.
  std::optional<engine::Duration> time{};
};

/// A history, and what is known of it.
struct Evidence {
  const engine::History& history;
  /// Null for transactions from elsewhere, which no other judge is asked about.
  const engine::ServiceType* service = nullptr;
  /// What judges of transactions look at; null: the operations are transactions.
  const std::vector<Transaction>* transactions = nullptr;
};

struct HistoryJudge {
  /// What a history is called that passes: `linearizable`.
  std::string name{};
  /// The name of the property in a run: `linearizability`.
  std::string property{};
  std::string about{};
  Needs needs = Needs::any_operations;
  /// Else only the order inside each session counts. REQUIRES then: each client is one session
  /// (consistency/sessions.hpp).
  bool in_real_time = true;
  /// It says something of histories that are over only; else what follows cannot mend a violation.
  bool at_rest = false;
  Cost cost = Cost::exponential;
  /// Which members of a Bound mean something to it. One of them has to be there, or it finds the
  /// smallest versions that will do.
  bool bounds_versions = false;
  bool bounds_time = false;
  std::function<Finding(const Evidence&, const Bound&, const Limits&)> judge{};
};

/// From the strongest to the weakest, those of transactions last.
const std::vector<HistoryJudge>& history_judges();

/// The judge of that name; null if there is none.
const HistoryJudge* find_history_judge(std::string_view name);
/// The judge of that property of runs; null if there is none.
const HistoryJudge* find_judge_of(std::string_view property);

/// The kinds of operation of the service of which a judge with these needs can tell something;
/// empty if it can tell nothing of its histories.
std::vector<std::string> judged_kinds(Needs needs, const engine::ServiceType& service);

}  // namespace stampede::checkers
