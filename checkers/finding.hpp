// What a judge says of a history, whichever judge it is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkers/sentence.hpp"
#include "checkers/transactions/evidence.hpp"
#include "engine/world/verdict.hpp"

namespace stampede::checkers {

using engine::Verdict;

/// What searches held that a cap ended. To give it back takes a while, and when is up to whoever
/// waited.
using Remains = std::vector<std::shared_ptr<const void>>;

/// Operations are told by their positions in history.operations(), transactions by their numbers.
struct Finding {
  /// The judge's name.
  std::string property{};
  Verdict verdict = Verdict::undecided;

  // ----- ok: what shows it; nothing where there is nothing to show -----

  /// Operations in an order that explains all results, open ones only where they took effect; of
  /// transactions: all that happened, in an order that explains what was read.
  std::vector<std::size_t> witness{};
  /// Of a level of snapshots: beginnings and commits that explain what was read.
  std::vector<Moment> schedule{};
  /// k-atomic: the smallest k.
  std::uint64_t k = 0;

  // ----- violated: why -----

  /// The key of the part that fails; empty where there is none.
  std::string key{};
  /// Event number of the response from which on it is impossible, where that is known.
  std::uint64_t impossible_at_event = 0;
  /// Operations that fail together, whatever the others did. No sound move makes it smaller.
  std::vector<std::size_t> core{};
  /// Those of the core whose results are not needed: it fails even if they are taken as open.
  std::vector<std::size_t> core_open{};
  /// The cap that ended the search for a smaller core; empty if none did.
  std::string core_limit{};
  Sentence reason{};
  /// A read saw a value that nobody wrote: perhaps it was there at first.
  bool unwritten_value = false;
  /// Of transactions: all kinds found, one example each, those that the level allows, too.
  std::vector<Anomaly> anomalies{};

  // ----- undecided, vacuous: why -----

  /// The cap that was reached, or why the history cannot be judged, or what is missing in it.
  std::string limit{};
  /// It has nothing that this judge looks at.
  bool judged_nothing = false;
  /// Events of the longest prefix of the history that is known to be right.
  std::uint64_t known_prefix = 0;
  Remains remains{};

  /// Configurations that searches visited.
  std::uint64_t configurations = 0;
};

}  // namespace stampede::checkers
