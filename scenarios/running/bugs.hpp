// The catalogue of defects on trial: whether each is still found in the three ways in which it was
// found before, and whether nothing is found by the same without it.
//
// 1. A way that was never recorded, that finds nothing, or that finds something elsewhere than it
//    is known to, does not hold. One that is recorded not to apply is not tried.
// 2. Runs, sweeps and searches are made by one thread each: what is found, and where, is the same
//    on every machine. Time is told and decides nothing.
// 3. What a limit ends is undecided, with and without the defect.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/models.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

/// NAME.yaml by its script; NAME-random.yaml by seeds; NAME.yaml by a search within its budgets.
enum class Way { script, sweep, explore };
STAMPEDE_ENUM(Way, script, sweep, explore);
inline constexpr std::array ways = {Way::script, Way::sweep, Way::explore};

/// Where a defect shows.
struct Sighting {
  std::string property{};
  /// Of a script: its item, from 1. Of a sweep: the first seed. Of a search: the decisions of a
  /// shortest schedule.
  std::uint64_t at = 0;
  /// Of a search: how many it came to.
  std::uint64_t states = 0;
};
STAMPEDE_VALUE(Sighting, property, at, states);

/// What one way is known to come to.
struct KnownWay {
  /// Why it does not apply; then nothing is sighted.
  std::string not_because{};
  Sighting sighting{};
};
STAMPEDE_VALUE(KnownWay, not_because, sighting);

struct KnownBug {
  std::string defect{};
  KnownWay script{};
  KnownWay sweep{};
  KnownWay explore{};

  [[nodiscard]] KnownWay& by(Way way) {
    return way == Way::script ? script : way == Way::sweep ? sweep : explore;
  }
  [[nodiscard]] const KnownWay& by(Way way) const { return const_cast<KnownBug*>(this)->by(way); }
};
STAMPEDE_VALUE(KnownBug, defect, script, sweep, explore);
/// Ascending by name.
using KnownBugs = std::vector<KnownBug>;

/// Reads `known-bugs.json`; InputError, at a place in it, for anything else.
KnownBugs read_known_bugs(const std::string& path);
/// One defect a line, as `read_known_bugs` takes it.
std::string to_text(const KnownBugs& known);
const KnownBug* find(const KnownBugs& known, const std::string& defect);

/// How what was found compares with what is known.
enum class Holds {
  as_known,
  not_applicable,  // it is recorded why
  moved,           // found, elsewhere
  lost,            // not found
  unknown,         // found, and never recorded
  undecided,       // a limit came first
};
STAMPEDE_ENUM(Holds, as_known, not_applicable, moved, lost, unknown, undecided);

struct TriedWay {
  Holds holds = Holds::undecided;
  std::optional<Sighting> sighting{};
  /// Without the defect: `ok` where nothing was violated, as far as the same script, a number of
  /// seeds and all schedules up to the sighted length go.
  Verdict without = Verdict::undecided;
  /// What is violated without it; empty if nothing is.
  std::string wrong_without{};
  std::uint64_t states_without = 0;
  std::uint64_t milliseconds = 0;
};
STAMPEDE_VALUE(TriedWay, holds, sighting, without, wrong_without, states_without, milliseconds);

struct TriedBug {
  std::string model{};
  std::string defect{};
  std::string citation{};
  TriedWay script{};
  TriedWay sweep{};
  TriedWay explore{};
  /// It could not be tried: what happened.
  std::string failed{};

  [[nodiscard]] TriedWay& by(Way way) {
    return way == Way::script ? script : way == Way::sweep ? sweep : explore;
  }
  [[nodiscard]] const TriedWay& by(Way way) const { return const_cast<TriedBug*>(this)->by(way); }
};
STAMPEDE_VALUE(TriedBug, model, defect, citation, script, sweep, explore, failed);

struct TrialSettings {
  models::ModelList models = models::all_models();
  /// The folder of NAME.yaml and NAME-random.yaml.
  std::string folder{};
  KnownBugs known{};
  /// Names of defects; all if empty.
  std::vector<std::string> defects{};
  /// Worker processes: each tries one defect at a time.
  std::uint32_t jobs = 1;
  std::uint64_t seeds = 3'000;
  std::uint64_t seeds_without = 60;
  /// Of one search.
  std::uint64_t states_max = 30'000'000;
  /// Of all workers together.
  std::uint64_t memory_max = std::uint64_t{4} << 30;
  /// Of one defect, of wall time.
  engine::Duration time_max = engine::seconds(300);
  /// Told after each defect, in order; may be empty.
  std::function<void(const TriedBug&)> seen{};
  /// Asked again and again whether to end early; may be empty.
  std::function<bool()> interrupted{};
};

struct Trial {
  /// In the order in which models list them; fewer than asked for if it was interrupted.
  std::vector<TriedBug> bugs;
  bool interrupted = false;
};

/// InputError for a defect that no model declares, and where a file of one that is recorded is
/// missing or wrong.
Trial try_bugs(const TrialSettings& settings);

/// What is known after this: what was found takes the place of what was.
KnownBugs recorded(KnownBugs known, const Trial& trial);

Outcome outcome_of(const TriedWay& way);
Outcome outcome_of(const TriedBug& bug);
Outcome outcome_of(const Trial& trial);

}  // namespace stampede::scenarios
