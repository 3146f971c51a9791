// Shrinking: a failing run made into the smallest one that fails in the same way, as a scenario
// that replays. docs/shrinking.md tells how.
//
// 1. The shrunk run violates the same property, at the same kind of step, at nodes of the same
//    roles.
// 2. It keeps what the run kept to: crashes that the protocol survives, clients that wait for their
//    answers.
// 3. What comes out depends on the run and the settings alone, unless it is told to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "explain/schedules.hpp"
#include "explain/shortest.hpp"
#include "explain/tape.hpp"

namespace stampede::explain {

/// How far a shrunk run is from the smallest one.
enum class Minimality {
  unfinished,   // it was told to stop
  timed,        // still a run in virtual time: no fault, client or operation can be left out
  one_minimal,  // no single decision can be left out
  minimal,      // and no schedule that spends at most the same is shorter
};
STAMPEDE_ENUM(Minimality, unfinished, timed, one_minimal, minimal);
/// `1-minimal`, and so on.
std::string to_text(Minimality minimality);

struct ShrinkProgress {
  /// What is being left out: `messages and timers`.
  std::string what;
  /// The smallest run so far.
  std::uint64_t decisions = 0;
  /// Runs tried.
  std::uint64_t candidates = 0;
  /// Of that: decisions played or worlds searched, and how many it may be at most, 0 = not known.
  std::uint64_t done = 0;
  std::uint64_t most = 0;
};

struct ShrinkSettings {
  /// The property to keep; empty = the one that is violated first.
  std::string property;
  /// How many decisions are played to find another order in which more can be left out.
  std::uint64_t decisions_max = 2'000'000;
  SearchLimits search{};
  /// How many decisions runs under other draws make, where all that is spent is too much to search.
  std::uint64_t draws_max = 400'000;
  /// Asked before each candidate, and now and then in a search; false stops with the smallest run
  /// so far. May be empty.
  std::function<bool(const ShrinkProgress&)> go_on;
};

struct Shrunk {
  scenarios::Fingerprint fingerprint;
  /// The scenario with its script (timed: without), and what came of it.
  scenarios::ScenarioFile file;
  scenarios::RunResult result;
  Minimality minimality = Minimality::unfinished;
  RunSize before;
  RunSize after;
  std::uint64_t candidates = 0;
  /// Worlds that the search for a shorter one looked at.
  std::uint64_t searched = 0;
  /// The seed under whose draws it fails: that of the run, or of another that fails alike.
  std::uint64_t draws_of = 0;
};

/// The run on tape, which is one of `file`, shrunk. InputError if it violates nothing, or not the
/// property.
Shrunk shrink(const scenarios::ScenarioFile& file, Tape& tape, const ShrinkSettings& settings);

}  // namespace stampede::explain
