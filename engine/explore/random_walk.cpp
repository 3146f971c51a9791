// Walks, again and again: never complete, but cheap and deep. Each decision is drawn evenly among
// those that are possible. Random walks begin at the beginning. Novelty walks begin where a walk
// before them met something new: an archive keeps one world for each combination of local
// states, spent budgets and what monitors know that was ever seen, and the next walk goes on from
// one of those that were gone on from least. What takes many rare decisions in a row is met step by
// step.
#include <unordered_set>

#include "engine/core/random.hpp"
#include "engine/explore/growing_vector.hpp"
#include "engine/explore/search_core.hpp"

namespace stampede::engine {
namespace {

/// A world that was new, and how a walk came there from another one.
struct Novel {
  PackedWorld world;
  std::uint32_t from = UINT32_MAX;
  /// Booted worlds: which; else the decisions since `from`.
  std::vector<std::uint16_t> ordinals;
  std::uint64_t depth = 0;
  std::uint32_t gone_on = 0;
};

class Walk final : public SearchCore {
 public:
  using SearchCore::SearchCore;

  SearchResult run() {
    within_limits(workers_.front(), [&] {
      std::uint32_t roots = 0;
      for (const Root& root : booted_) {
        Watch::tick();
        cells_.insert(cell_of(root.world));
        archive_.push_back({root.world, UINT32_MAX, {next_ordinal(roots)}, 0, 0});
      }
    });
    run_on_all([&](Worker& alone) {
      for (walk_ = 1; !stopped(); ++walk_) {
        walk(alone);
        if (walk_ % 16 == 0) look_at_limits(alone, archive_.size());
      }
    });
    SearchResult result = SearchCore::result();
    result.figures.walks = walk_;
    result.figures.unique_states = settings_.strategy == Strategy::novelty ? archive_.size() : 0;
    result.complete = false;
    return result;
  }

 protected:
  FoundInSearch schedule_of(const Found& found) const override {
    if (found.root) return SearchCore::schedule_of(found);
    const Way& way = ways_.at(found.source);
    // From the beginning of the archive's chain to the end of the walk.
    std::vector<const std::vector<std::uint16_t>*> parts = {&way.ordinals};
    std::uint32_t at = way.from;
    for (; archive_[at].from != UINT32_MAX; at = archive_[at].from)
      parts.push_back(&archive_[at].ordinals);
    const std::size_t root = archive_[at].ordinals.front();
    const PackedWorld& first = booted_[root].world;
    Trail trail{{}, first, first, root};
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      for (const std::uint16_t ordinal : **part) trail.follow(space_, ordinal);
    }
    trail.follow(space_, found.ordinal);
    return {found.violation, std::move(trail.path), booted_[root].begun};
  }

 private:
  /// How a violation was met: from this world of the archive by these decisions.
  struct Way {
    std::uint32_t from = 0;
    std::vector<std::uint16_t> ordinals;
  };
  /// Out of so many drawn worlds of the archive the one is taken that was gone on from least.
  static constexpr std::uint64_t drawn = 8;
  /// A novelty walk is short: what it meets is in the archive.
  static constexpr std::uint64_t novelty_length = 24;

  [[nodiscard]] std::uint64_t bits(std::uint64_t step, std::uint64_t which) const {
    return draw(settings_.seed, Domain::walk, mix(mix(walk_, step), which));
  }

  /// Messages do not count: only where nodes, monitors and budgets are.
  [[nodiscard]] std::uint64_t cell_of(const PackedWorld& world) const {
    std::uint64_t cell = space_.monitors().contribution_of(world.knowledge) +
                         space_.ledgers().contribution_of(world.ledger);
    for (const std::uint32_t local : world.locals)
      cell += space_.transitions().facts(local).contribution;
    return cell;
  }

  [[nodiscard]] std::uint32_t beginning() {
    if (settings_.strategy != Strategy::novelty)
      return static_cast<std::uint32_t>(below(bits(0, 0), booted_.size()));
    auto best = static_cast<std::uint32_t>(below(bits(0, 0), archive_.size()));
    for (std::uint64_t i = 1; i < drawn; ++i) {
      const auto other = static_cast<std::uint32_t>(below(bits(0, i), archive_.size()));
      if (archive_[other].gone_on < archive_[best].gone_on) best = other;
    }
    ++archive_[best].gone_on;
    return best;
  }

  void walk(Worker& worker) {
    std::uint32_t from = beginning();
    std::vector<std::uint16_t>& ordinals = ordinals_;
    ordinals.clear();
    world_ = archive_[from].world;
    std::uint64_t depth = archive_[from].depth;
    const bool novelty = settings_.strategy == Strategy::novelty;
    const std::uint64_t length =
        novelty ? std::min(settings_.walk_length, novelty_length) : settings_.walk_length;
    for (std::uint64_t step = 1; step <= length && !stopped(); ++step) {
      // Each walk begins in a world, and each decision leads to one.
      candidates_.clear();
      std::uint32_t candidates = 0;
      space_.expand(world_, [&](const Candidate& one) {
        next_ordinal(candidates);
        candidates_.push_back(one);
      });
      if (candidates_.empty()) return;
      const auto ordinal = static_cast<std::uint16_t>(below(bits(step, drawn), candidates_.size()));
      const Candidate& candidate = candidates_[ordinal];
      if (worker.generated + walk_ > settings_.states_max) return stop("states");
      ++depth;
      ++worker.generated;
      ++worker.offered[candidate.kind];
      worker.depth = std::max(worker.depth, depth);
      if (space_.threw(candidate)) {
        ways_.push_back({from, ordinals});
        report_exception(ways_.size() - 1, ordinal, depth, candidate.transition);
        return;
      }
      const MonitorCache::Outcome outcome = space_.judge(world_, candidate);
      if (outcome.violations != 0 && is_news(worker, outcome.violations)) {
        ways_.push_back({from, ordinals});
        report(worker, ways_.size() - 1, ordinal, depth, outcome.violations);
      }
      space_.apply_unhashed(world_, candidate, outcome.knowledge, next_);
      std::swap(world_, next_);
      ordinals.push_back(ordinal);
      if (!novelty || !cells_.insert(cell_of(world_)).second) continue;
      ++worker.fresh[candidate.kind];
      const auto here = static_cast<std::uint32_t>(archive_.size());
      archive_.push_back({world_, from, ordinals, depth, 0});
      from = here;
      ordinals.clear();
    }
  }

  [[nodiscard]] static bool is_news(const Worker& worker, std::uint32_t violations) {
    return worker.seen_violations.size() <= violations || !worker.seen_violations[violations];
  }

  std::uint64_t walk_ = 0;
  PackedWorld world_;
  PackedWorld next_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint16_t> ordinals_;
  GrowingVector<Novel> archive_;
  std::unordered_set<std::uint64_t> cells_;  // looked up, never iterated
  /// To the worlds before violations.
  std::vector<Way> ways_;
};

}  // namespace

SearchResult walk_randomly(StateSpace& space, const SearchSettings& settings) {
  SearchSettings alone = settings;
  alone.threads = 1;
  return Walk(space, alone).run();
}

}  // namespace stampede::engine
