// The searches of all parts of a history, in turns that grow, so that one hard part
// cannot hide an easy violation in another; the same history always gives the same result.
#pragma once

#include <functional>
#include <optional>

#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

/// The part that has no linearization.
struct FailedPart {
  std::uint32_t part = 0;
  /// How many configurations its search took to know.
  std::uint64_t configurations = 0;
  /// Responses that were once all linearized: the part is linearizable up to there.
  std::size_t reached = 0;
};

struct PartsResult {
  /// If violated, only with the key: what explains it is to be found by others.
  Finding result;
  std::optional<FailedPart> failed;
};

/// A search of the part with this number.
using MakeSearch = std::function<std::unique_ptr<PartSearch>(std::uint32_t)>;

/// What parts, their values and orders take at most, before and beside all searches.
std::uint64_t preparation_bytes(const engine::History& history);
/// Undecided at once if not even that is allowed.
std::optional<Finding> refuse_too_large(const engine::History& history, const Limits& limits);

/// `patience` is what the searches are made with: where it ends, all that is not judged stays
/// undecided.
PartsResult check_parts(const engine::History& history, const std::vector<Part>& parts,
                        const Limits& limits, const MakeSearch& make_search, Patience& patience);

}  // namespace stampede::checkers
