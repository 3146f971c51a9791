#include "checkers/transactions/isolation.hpp"

namespace stampede::checkers {

const std::vector<std::pair<std::string, Isolation>>& isolation_levels() {
  static const std::vector<std::pair<std::string, Isolation>> levels = {
      {"read-uncommitted", Isolation::read_uncommitted},
      {"read-committed", Isolation::read_committed},
      {"snapshot-isolation", Isolation::snapshot},
      {"strong-session-snapshot-isolation", Isolation::strong_session_snapshot},
      {"strong-snapshot-isolation", Isolation::strong_snapshot},
      {"serializable", Isolation::serializable},
      {"strong-session-serializable", Isolation::strong_session_serializable},
      {"strict-serializable", Isolation::strict_serializable}};
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
