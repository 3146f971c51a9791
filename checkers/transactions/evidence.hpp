// What shows that transactions are isolated, or that they are not: schedules, and anomalies with
// the dependencies that they are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stampede::checkers {

/// ww: writes the version behind the other's; wr: reads what the other wrote; rw: writes the
/// version behind the one that the other read (Adya 1999: directly; here perhaps with versions
/// between); session: the same process ran it later; time: it began when the other was over.
enum class Dependency : std::uint8_t { ww, wr, rw, session, time };

/// `ww`, `wr`, `rw`, `process`, `realtime`.
const char* name_of(Dependency dependency);

/// What a level asks of dependencies, whatever it asks of time.
enum class Level { read_uncommitted, read_committed, snapshot, serializable };
/// Which transactions must seem to be in the order in which they ran: none; those of one process;
/// all of which one was over before the other began.
enum class Obeys { nothing, sessions, real_time };

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
  /// No cycle of this kind has fewer steps, no transaction can be left out; else that is not known.
  bool is_shortest = true;
  /// At the level that was judged.
  bool is_forbidden = false;
};

/// A moment of a transaction.
struct Moment {
  std::uint32_t transaction = 0;
  /// Else it takes its snapshot.
  bool commits = false;
};

}  // namespace stampede::checkers
