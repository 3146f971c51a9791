// The story of a violation: what led to it, in a few sentences that a person can follow who has
// neither the code nor the run at hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explain/tape.hpp"

namespace stampede::explain {

struct Sentence {
  std::string text;
  std::uint64_t step = 0;
};
STAMPEDE_VALUE(Sentence, text, step);

/// A step at which the run's code did something else than the model's correct code would have done
/// with the same input in the same state.
struct BrokenGuard {
  std::uint64_t step = 0;
  /// What it did that correct code would not have done, and the other way round.
  std::string did;
  std::string correct;
};
STAMPEDE_VALUE(BrokenGuard, step, did, correct);

/// Two events that cannot both be right.
struct Contradiction {
  /// What the violation contradicts: what would not have been wrong without it. 0 = nothing earlier
  /// does.
  std::uint64_t earlier = 0;
  /// Where the property broke.
  std::uint64_t later = 0;
  /// The last step that both have in their past; 0 = none behind the boots.
  std::uint64_t last_common_cause = 0;
  /// The earlier one is in the past of the later one: whoever broke the property could know.
  bool known = false;
};
STAMPEDE_VALUE(Contradiction, earlier, later, last_common_cause, known);

struct Story {
  std::string property;
  std::string message;
  /// In the order of their steps; the last is that of the violation.
  std::vector<Sentence> sentences;
  static constexpr std::size_t sentences_max = 12;
  /// Ascending; those on which the violation depends.
  std::vector<BrokenGuard> broken_guards;
  Contradiction contradiction;
  /// Of how many steps the violation's past is made.
  std::uint64_t cone = 0;
};
STAMPEDE_VALUE(Story, property, message, sentences, broken_guards, contradiction, cone);

/// The violation that a run's story is about: the one that its file expects, else the first; nullptr
/// if there is none.
const engine::Violation* told_violation(const Tape& tape);

/// REQUIRES: a violation of the tape's run.
Story story_of(Tape& tape, const engine::Violation& violation);

}  // namespace stampede::explain
