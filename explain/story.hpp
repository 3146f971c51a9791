// The story of a violation: what led to it, in a few sentences that a person can follow who has
// neither the code nor the run at hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "explain/contradiction.hpp"

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
  /// What correct code would have done: `ignored it`.
  std::string correct;
};
STAMPEDE_VALUE(BrokenGuard, step, correct);

struct Story {
  std::string property;
  std::string message;
  /// In the order of their steps; the last is that of the violation.
  std::vector<Sentence> sentences;
  static constexpr std::size_t sentences_max = 12;
  /// Ascending; in the past of the violation, of many at one node for one kind of input the last.
  std::vector<BrokenGuard> broken_guards;
  Contradiction contradiction;
  /// Of how many steps the violation's past is made.
  std::uint64_t cone = 0;
};
STAMPEDE_VALUE(Story, property, message, sentences, broken_guards, contradiction, cone);

/// The violation that a run's story is about: the one that its file expects, else the first;
/// nullptr if there is none.
const engine::Violation* told_violation(const Tape& tape);

/// REQUIRES: a violation of the tape's run.
Story story_of(Tape& tape, const engine::Violation& violation);

}  // namespace stampede::explain
