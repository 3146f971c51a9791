// Linearizability: is there one order of all operations, agreeing with real time, in which the
// service gives exactly the results that clients saw? (Herlihy and Wing 1990.)
//
// 1. An operation without a response takes effect at some time after its invocation, or never.
// 2. Only the order of events counts, never their times.
// 3. `ok` comes with a witness order (checkers/witness.hpp re-checks it), `violated` with a core
//    that fails by itself; a cap that was reached is `undecided`, never success.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkers/linearizability/part_search.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

enum class Judgement { ok, violated, undecided };
STAMPEDE_ENUM(Judgement, ok, violated, undecided);

struct LinearizabilityLimits {
  /// Configurations that the search may visit, over all parts and the search for a core.
  std::uint64_t max_configurations = 50'000'000;
  /// Memory of the searches and of what they are told; the history itself is not counted.
  std::uint64_t max_memory_bytes = std::uint64_t{4} << 30;
  /// Asked every millisecond or so: anything but the empty text ends the check, `undecided` for
  /// that reason; or, once a violation is known, only the search for a smaller core.
  Budget::Stop stop{};
  /// How parts are judged; for comparisons.
  Method method = Method::fastest;
};

/// What searches held that a cap ended. To give it back takes a while, and when is up to whoever
/// waited.
using Remains = std::vector<std::shared_ptr<const void>>;

struct LinearizabilityResult {
  Judgement verdict = Judgement::undecided;
  /// ok: positions in history.operations(), in an order that explains all results. Open operations
  /// only where they took effect.
  std::vector<std::size_t> witness;

  /// violated: the key of the part that fails; empty for services without keys.
  std::string key;
  /// violated: event number of the response that ends the shortest failing prefix of that part: all
  /// was well before it.
  std::uint64_t impossible_at_event = 0;
  /// violated: positions of operations that fail together, whatever the others did. No sound move
  /// makes it smaller.
  std::vector<std::size_t> core;
  /// violated: those of the core whose results are not needed: the core fails even if they are
  /// taken as open.
  std::vector<std::size_t> core_open;
  /// violated: the cap that ended the search for a core: then it, and the prefix, may be larger
  /// than they need to be.
  std::string core_limit;
  /// One sentence, with values.
  std::string reason;

  /// Configurations that the search visited.
  std::uint64_t configurations = 0;
  /// undecided: the cap that was reached.
  std::string limit;
  Remains remains;
  /// undecided: events of the longest prefix of the history that is known to be linearizable.
  std::uint64_t known_prefix = 0;
};

/// Judges a history of the service.
LinearizabilityResult check_linearizability(const engine::History& history,
                                            const engine::ServiceType& type,
                                            const LinearizabilityLimits& limits = {});

}  // namespace stampede::checkers
