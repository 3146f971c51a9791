// Searching a state space: which worlds there are, which properties break, and by which schedule.
//
// 1. The answer to "is there a violation" comes with `complete`: a limit that was reached is never
//    an answer.
// 2. Breadth first, the schedule of each violation is a shortest one.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/memory.hpp"
#include "engine/explore/state_space.hpp"

namespace stampede::engine {

enum class Strategy { breadth_first, depth_first, random_walk, novelty };
STAMPEDE_ENUM(Strategy, breadth_first, depth_first, random_walk, novelty);

/// How far a search is, for whoever watches.
struct SearchFigures {
  std::uint64_t unique_states = 0;
  std::uint64_t generated_states = 0;
  /// Decisions on the longest path so far.
  std::uint64_t depth = 0;
  /// Worlds that wait to be expanded.
  std::uint64_t queue = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t handler_runs = 0;
  std::uint64_t walks = 0;
};

struct SearchSettings {
  Strategy strategy = Strategy::breadth_first;
  unsigned threads = 1;
  /// Keep whole worlds, not fingerprints: no two are ever taken for one.
  bool exact = false;
  /// Unique worlds; of walks, worlds that they come to.
  std::uint64_t states_max = UINT64_MAX;
  /// Of the whole program; the search stops short of it.
  std::uint64_t memory_max = UINT64_MAX;
  /// Stop when this property is violated; empty: when any is.
  std::string stop_at;
  bool stop_at_violation = true;
  /// Properties whose reports are no violations: they are to be reached.
  std::vector<std::string> wanted;
  /// Random walks: decisions of each, and what their draws are keyed by.
  std::uint64_t walk_length = 100;
  std::uint64_t seed = 0;
  /// Called now and then; false stops the search.
  std::function<bool(const SearchFigures&)> go_on;
  /// Called with each world when it is found; one thread only.
  std::function<void(const WorldRef&)> found;
  /// Off, to measure what it is worth.
  bool prefetch = true;
};

struct FoundInSearch {
  Violation violation;
  std::vector<PathStep> path;
  /// What clients began before the first decision.
  std::vector<PathStep> begun{};
};

struct SearchResult {
  SearchFigures figures;
  /// Breadth first: how many worlds are so many decisions away, from 0 on. Else empty.
  std::vector<std::uint64_t> worlds_by_depth;
  /// Nothing was left out.
  bool complete = false;
  /// Why not: `violation`, `reductions`, `states`, `memory`, `interrupted`; empty if complete.
  std::string reason;
  /// The first of each property.
  std::vector<FoundInSearch> found;
  /// Reason `reductions`: what the model declares does not hold.
  std::optional<WrongDeclaration> wrong;
  /// Of each reduction in use; all that was met if complete.
  std::vector<ProofFigures> proofs;
  /// By Candidate::Kind: offered, and led to a new world.
  std::array<std::uint64_t, Candidate::kind_count> offered{};
  std::array<std::uint64_t, Candidate::kind_count> fresh{};
  std::uint64_t local_states = 0;
  std::uint64_t messages = 0;
  std::uint64_t transitions = 0;
  std::uint64_t knowledge = 0;
  std::uint64_t monitor_runs = 0;
  /// Some schedule answers an operation of the service; some node leads in some.
  bool answered = false;
  bool led = false;
};

SearchResult search(StateSpace& space, const SearchSettings& settings);

}  // namespace stampede::engine
