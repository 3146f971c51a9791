// Levels of isolation, and the anomalies that they forbid.
//
// Names and definitions: Adya (1999) for G0, G1a, G1b, G1c, G-single and G2-item; Cerone and
// Gotsman (JACM 2018) for G-nonadjacent; Kingsbury and Alvaro (VLDB 2020) for what lists show
// beside, and for the variants by session (`-process`) and real time (`-realtime`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/transactions/evidence.hpp"

namespace stampede::checkers {

enum class Isolation {
  read_uncommitted,
  read_committed,
  snapshot,
  strong_session_snapshot,
  strong_snapshot,
  serializable,
  strong_session_serializable,
  strict_serializable,
};

struct IsolationInfo {
  std::string name;
  Isolation isolation;
  std::string about;
};

/// `read-committed`, `snapshot-isolation`, `serializable`, ...
const std::vector<IsolationInfo>& isolation_levels();

Level level_of(Isolation isolation);
Obeys obeyed_by(Isolation isolation);

bool forbids(Isolation isolation, const Anomaly& anomaly);

}  // namespace stampede::checkers
