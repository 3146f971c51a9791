// What a violation contradicts: the earlier event without which it would have been none.
#pragma once

#include "explain/cone.hpp"
#include "explain/tape.hpp"

namespace stampede::explain {

/// Two events that cannot both be right.
struct Contradiction {
  /// What the violation contradicts: what would not have been wrong without it. 0 = nothing earlier
  /// does.
  std::uint64_t earlier = 0;
  /// Where the property broke.
  std::uint64_t later = 0;
  /// The last step that both have in their past; 0 = none behind the boots.
  std::uint64_t last_common_cause = 0;
  /// The earlier one, or of what a client was told its cause, is in the past of the later one:
  /// whoever broke the property could know.
  bool known = false;
};
STAMPEDE_VALUE(Contradiction, earlier, later, last_common_cause, known);

/// The step at which a violation shows: its own, or of what is judged at the end of a run the last
/// one at a node or of an operation that it names.
std::uint64_t shows_at(const Tape& tape, const engine::Violation& violation);

/// Finds the earlier event by asking the property itself: the last step that makes the difference
/// between judging the violation's step well and badly, in what the property remembers, else in
/// what another node is, else in what its own node was. Of judges of histories, what the violation
/// names.
Contradiction contradiction_of(Tape& tape, const HappenedBefore& before,
                               const engine::Violation& violation);

}  // namespace stampede::explain
