// The section `explore:` of a scenario: what a search may spend, and how it sees worlds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/explore/state_space.hpp"
#include "scenarios/reading/names.hpp"

namespace stampede::scenarios {

/// When a save (`persist`) reaches the disk: within the step that asks for it, or by a decision of
/// its own, before which a crash loses it.
enum class Saves { in_step, decisions };
STAMPEDE_ENUM(Saves, in_step, decisions);

struct ExploreSettings {
  engine::NetworkKind network = engine::NetworkKind::multiset;
  engine::Budgets budgets;
  std::vector<engine::PlannedClient> plan;
  engine::Begins begins = engine::Begins::any_time;
  bool unlimited_failures = false;
  Saves saves = Saves::in_step;
  /// How far one clock move goes, and how far clocks may be apart.
  engine::Duration clock_step{};
  std::optional<engine::Duration> clock_skew{};
  bool torn_writes = false;
  bool any_subset_of_writes = false;
  std::optional<std::uint64_t> epoch_max;
  std::optional<std::uint64_t> log_max;
  /// The history itself is part of the state.
  bool raw_history = false;
  bool drop_dead_messages = true;
  bool normal_form = true;
  bool symmetry = true;
  /// Off, to measure what they are worth.
  bool cached_transitions = true;
  bool incremental_hash = true;
  /// What the model declares is proven while the search runs.
  bool proofs = true;
  /// A search whose reduction is declared wrongly begins again without it.
  bool leaves_wrong_reductions = false;
};

/// `saves`: what the file says of saves in general. REQUIRES: the document, if there is one, fits
/// its schema.
ExploreSettings read_explore(const engine::Document* document, const engine::Model& model,
                             const engine::ClusterSpec& cluster, const Participants& nodes,
                             const TypeNames& types, std::optional<Saves> saves);

}  // namespace stampede::scenarios
