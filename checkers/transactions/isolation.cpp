#include "checkers/transactions/isolation.hpp"

namespace stampede::checkers {

const std::vector<IsolationInfo>& isolation_levels() {
  static const std::vector<IsolationInfo> levels = {
      {"read-uncommitted", Isolation::read_uncommitted,
       "Writes of transactions are not interleaved."},
      {"read-committed", Isolation::read_committed,
       "Transactions read only what committed ones left behind."},
      {"snapshot-isolation", Isolation::snapshot,
       "Transactions read from snapshots, and no two at once write to one key."},
      {"strong-session-snapshot-isolation", Isolation::strong_session_snapshot,
       "Snapshot isolation, each client's transactions in their order."},
      {"strong-snapshot-isolation", Isolation::strong_snapshot,
       "Snapshot isolation that agrees with real time."},
      {"serializable", Isolation::serializable,
       "One order of all transactions explains what they read."},
      {"strong-session-serializable", Isolation::strong_session_serializable,
       "Serializable, each client's transactions in their order."},
      {"strict-serializable", Isolation::strict_serializable,
       "Serializable in an order that agrees with real time."}};
  return levels;
}

Level level_of(Isolation isolation) {
  switch (isolation) {
    case Isolation::read_uncommitted:
      return Level::read_uncommitted;
    case Isolation::read_committed:
      return Level::read_committed;
    case Isolation::snapshot:
    case Isolation::strong_session_snapshot:
    case Isolation::strong_snapshot:
      return Level::snapshot;
    default:
      return Level::serializable;
  }
}

Obeys obeyed_by(Isolation isolation) {
  switch (isolation) {
    case Isolation::strong_session_snapshot:
    case Isolation::strong_session_serializable:
      return Obeys::sessions;
    case Isolation::strong_snapshot:
    case Isolation::strict_serializable:
      return Obeys::real_time;
    default:
      return Obeys::nothing;
  }
}

bool forbids(Isolation isolation, const Anomaly& anomaly) {
  return anomaly.level <= level_of(isolation) && anomaly.obeys <= obeyed_by(isolation);
}

}  // namespace stampede::checkers
