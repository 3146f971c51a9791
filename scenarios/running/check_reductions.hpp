// Reductions are checked, not trusted: the reduced search against the raw one where both complete,
// and what a model declares against what its handlers do.
#pragma once

#include <string>
#include <vector>

#include "scenarios/running/explore.hpp"

namespace stampede::scenarios {

struct ReductionCheck {
  /// `dead-messages`, `normal-form`, `symmetry`, or `all`.
  std::string name;
  std::uint64_t states_raw = 0;
  std::uint64_t states_reduced = 0;
  /// Different (local states, what monitors know), in normal form and up to symmetry: the same in
  /// both searches.
  std::uint64_t tuples = 0;
  /// Local steps on which the declaration was tested.
  std::uint64_t steps_tested = 0;
  /// Both searches completed.
  bool complete = false;
  /// What does not hold; empty = all well.
  std::vector<std::string> wrong;
};

/// For each reduction of the scenario that its model supports, and for all together:
///   the same tuples of local states and monitors, and the same first depth of each violation;
///   normal-form: step(p(s), i) = p(step(s, i)) for every step of the raw search;
///   dead-messages: a message that is dead somewhere has no effect in any later world of random
///     walks from there;
///   symmetry: step(r(s), r(i)) = r(step(s, i)) for steps of the raw search and renamings r.
std::vector<ReductionCheck> check_reductions(const Scenario& scenario,
                                             engine::SearchSettings settings);

/// Of all of them together: violated if anything is wrong, undecided if a search is not complete.
Verdict verdict_of(const std::vector<ReductionCheck>& checks);

}  // namespace stampede::scenarios
