// What a step may not do, whoever runs it: change a state, or have an effect, and ignore its
// message; and depend on anything besides its state, its input and its choices. Both worlds ask
// here, so that a run and a search say the same of a handler.
#pragma once

#include <optional>
#include <string>

#include "engine/process/local_step.hpp"

namespace stampede::engine {

/// What an ignored step did to the outside; nothing if it has no effect.
std::optional<std::string> effect_of_ignored(const Effects& effects);

/// An ignored step that has changed its state, told with the fields. REQUIRES: the step was ignored
/// and did not throw.
std::optional<Thrown> changed_by_ignored(const LocalState& before, const LocalState& after,
                                         const Input& input);

/// A step and the same step once more, from the same state and with the same choices.
struct StepTwice {
  const LocalState& before;
  const LocalState& after;
  const Effects& effects;
  const LocalState& after_again;
  const Effects& effects_again;
};
/// That they differ: the handler keeps something outside its process value.
std::optional<Thrown> hidden_state(const StepTwice& steps, const Input& input);

}  // namespace stampede::engine
