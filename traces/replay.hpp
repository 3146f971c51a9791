// Doing a stored run again and comparing it decision by decision.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/world/world.hpp"
#include "traces/store.hpp"

namespace stampede::traces {

/// Runs the stored scenario again under the given observer and gives back its digests. Implemented
/// where scenarios are known.
struct RerunResult {
  std::uint64_t digest = 0;
  std::uint64_t decisions = 0;
  std::vector<std::uint64_t> block_digests;
  /// It ended early: only so far it can be compared, and it does not match.
  bool interrupted = false;
};
using RunFactory = std::function<RerunResult(engine::WorldObserver* observer)>;

struct Divergence {
  /// First decision that differs; where events were not stored, the last one of the first block
  /// that differs.
  std::uint64_t step = 0;
  /// Only the block is known: it lies in the 1,024 decisions up to `step`.
  bool block_only = false;
  /// The decision then and now, in words.
  std::string stored;
  std::string replayed;
};

struct ReplayResult {
  bool matches = false;
  std::optional<Divergence> first_divergence;
  RerunResult rerun;
};

/// Replays run `record` of `store`. `also` sees the events too; may be nullptr.
ReplayResult replay(const Store& store, const RunRecord& record, const RunFactory& rerun,
                    engine::WorldObserver* also);

}  // namespace stampede::traces
