// A scenario searched: its state space, the verdict, and each counterexample as a schedule that the
// value world has confirmed.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/explore/search.hpp"
#include "engine/explore/state_graph.hpp"
#include "scenarios/running/field_values.hpp"
#include "scenarios/running/retell.hpp"
#include "scenarios/running/run.hpp"
#include "scenarios/running/wrong_reduction.hpp"

namespace stampede::scenarios {

/// A reduction that the model declares and the scenario asks for.
struct ReductionUse {
  std::string name;
  /// Empty: it is used.
  std::string why_not;
};

struct ExploreResult {
  Verdict verdict = Verdict::ok;
  engine::SearchResult search;
  std::vector<Counterexample> counterexamples;
  /// Properties that were judged.
  std::vector<std::string> judged;
  /// What must be reached sometimes and was, with the length of a schedule there.
  std::vector<std::pair<std::string, std::uint64_t>> reached;
  /// Checks of the scenario that a search does not judge.
  std::vector<std::string> not_judged;
  /// What could happen to the scenario and does not in this search.
  std::vector<std::string> not_seen;
  std::vector<ReductionUse> reductions;
  /// The declaration that stopped the search.
  std::optional<WrongReduction> wrong;
  /// What must hold in the end and could not be judged, and why.
  std::vector<std::string> undecided;
  /// Why a complete search judged nothing.
  std::vector<std::string> vacuous;
  /// Most values first; empty where nobody asked.
  std::vector<FieldValues> fields;
};

/// The worlds of a scenario.
std::unique_ptr<engine::StateSpace> build_space(const Scenario& scenario);
/// Whether it is symmetric: the model says so, and no enabled check remembers nodes.
bool has_symmetry(const Scenario& scenario);

/// InputError where the scenario cannot be searched. AssertionFailed if a schedule that was found
/// does not do in the value world what it did in the search. `fields`: their values are counted.
ExploreResult explore(const Scenario& scenario, const engine::SearchSettings& settings,
                      bool fields = false);

/// The whole space as a graph, written to `out`; InputError if it has too many states for that. Why
/// nothing was written, if a limit was reached before: `states`, `memory` or `interrupted`.
std::string write_state_graph(const Scenario& scenario, engine::GraphFormat format,
                              const engine::SearchSettings& limits, std::ostream& out);

/// True if the result is what the scenario expects of a search.
bool as_expected(const Scenario& scenario, const ExploreResult& result);
Outcome outcome_of(const Scenario& scenario, const ExploreResult& result);

/// The counterexample to tell: of the expected property, else the first; nullptr if there is none.
const Counterexample* told_counterexample(const Scenario& scenario, const ExploreResult& result);

}  // namespace stampede::scenarios
