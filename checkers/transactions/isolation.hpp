// Levels of isolation, and the anomalies that they forbid.
//
// Names and definitions: Adya (1999) for G0, G1a, G1b, G1c, G-single and G2-item; Cerone and
// Gotsman (JACM 2018) for G-nonadjacent; Kingsbury and Alvaro (VLDB 2020) for what lists show
// beside, and for the variants by session (`-process`) and real time (`-realtime`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/transactions/dependency_graph.hpp"

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

/// `read-committed`, `snapshot-isolation`, `serializable`, ...
const std::vector<std::pair<std::string, Isolation>>& isolation_levels();

/// What a level asks of dependencies, whatever it asks of time.
enum class Level { read_uncommitted, read_committed, snapshot, serializable };
/// Which transactions must seem to be in the order in which they ran: none; those of one process;
/// all of which one was over before the other began.
enum class Obeys { nothing, sessions, real_time };

Level level_of(Isolation isolation);
Obeys obeyed_by(Isolation isolation);

/// An edge of a cycle: `from` comes before `to`.
struct Step {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Dependency kind = Dependency::ww;
  /// ww, wr, rw: of which key.
  std::string key{};
  /// ww: what `from` wrote; wr: what `from` wrote and `to` read; rw: what `from` read (empty: the
  /// initial state).
  std::string value{};
  /// ww, rw: what `to` wrote behind it.
  std::string next{};
  /// One sentence, with keys and values.
  std::string sentence{};
};

struct Anomaly {
  std::string name{};
  std::string description{};
  /// Indexes of transactions, around the cycle if there is one.
  std::vector<std::uint32_t> transactions{};
  /// The weakest level that forbids it.
  Level level = Level::read_uncommitted;
  Obeys obeys = Obeys::nothing;
  /// The last step leads back to the first transaction. Empty for what is wrong without a cycle.
  std::vector<Step> cycle{};
  /// No cycle of this kind has fewer steps; else that is not known.
  bool is_shortest = true;
  /// At the level that was judged.
  bool is_forbidden = false;
};

bool forbids(Isolation isolation, const Anomaly& anomaly);

}  // namespace stampede::checkers
