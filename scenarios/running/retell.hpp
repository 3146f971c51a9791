// A schedule of a search, told again in the value world: with names, and with what each decision
// changed. A schedule that does not do there what the search says is an internal error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/explore/search.hpp"
#include "scenarios/reading/scenario.hpp"

namespace stampede::scenarios {

/// A violation, with a schedule that leads to it.
struct Counterexample {
  engine::Violation violation;
  /// Decisions after the boots, named as scripts name them.
  std::vector<engine::Decision> schedule;
  /// The schedule as `script:` items, one line of YAML each.
  std::vector<std::string> script;
  /// What each of them changed at its node; may be empty.
  std::vector<std::string> changes;
  /// The decision of the search that each is part of, from 1; 0 for what clients began before it.
  /// A decision can need several in a script: a network that delivers any number of times copies
  /// before it delivers, and a client may begin its next operation when it is answered.
  std::vector<std::uint64_t> decisions;
  /// How many decisions of the search it is.
  std::uint64_t length = 0;
  /// Something never holds: the schedule from this item on repeats for ever. Its size for all else.
  std::size_t cycle_from = 0;
};

/// A schedule that does not do in the value world what the search says. An internal error, unless
/// the search went on from another state than its step left.
class NotRetold : public engine::AssertionFailed {
 public:
  struct Parting {
    NodeId node{};
    /// As the value world has it, and as the search kept it.
    engine::LocalState left;
    engine::LocalState kept;
  };
  NotRetold(const std::string& what, std::optional<Parting> where)
      : AssertionFailed(what), parting(std::move(where)) {}

  std::optional<Parting> parting;
};

/// `cycle_from`: the decision of the path from which on it repeats for ever; its size if it does
/// not. Throws NotRetold.
Counterexample retell(const Scenario& scenario, const engine::StateSpace& space,
                      const engine::FoundInSearch& found, std::size_t cycle_from,
                      std::vector<std::unique_ptr<engine::Monitor>> monitors);

/// The scenario with the schedule as its script, to be read and run by anybody.
std::string script_scenario(const ScenarioFile& file, const Scenario& scenario,
                            const Counterexample& counterexample);

}  // namespace stampede::scenarios
