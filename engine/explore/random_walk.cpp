// Random walks from the beginning, each decision drawn evenly among those that are possible. No
// memory of what was seen: never complete, but cheap and deep.
#include "engine/core/random.hpp"
#include "engine/explore/search_core.hpp"

namespace stampede::engine {
namespace {

class RandomWalk final : public SearchCore {
 public:
  using SearchCore::SearchCore;

  SearchResult run() {
    Worker& worker = workers_.front();
    for (walk_ = 1; !stopped(); ++walk_) {
      walk(worker);
      if (walk_ % 256 == 0) look_at_limits(worker, 0);
    }
    SearchResult result = SearchCore::result();
    // Worlds are not told apart here: there are no unique ones.
    result.figures.walks = walk_;
    result.complete = false;
    return result;
  }

 protected:
  /// `source` counts walks; the decisions are drawn again.
  std::vector<PathStep> path_of(const Found& found) const override {
    if (found.at_boot) return {};
    Trail trail{{}, first_of(found.source), first_of(found.source)};
    std::vector<Candidate> candidates;
    for (std::uint64_t step = 1; step < found.depth; ++step) {
      candidates.clear();
      space_.expand(trail.world, [&](const Candidate& one) { candidates.push_back(one); });
      trail.follow(space_,
                   static_cast<std::uint16_t>(draw_one(found.source, step, candidates.size())));
    }
    trail.follow(space_, found.ordinal);
    return trail.path;
  }

 private:
  [[nodiscard]] std::uint64_t draw_one(std::uint64_t walk, std::uint64_t step,
                                       std::size_t count) const {
    return below(draw(settings_.seed, Domain::walk, mix(walk, step)), count);
  }
  [[nodiscard]] const PackedWorld& first_of(std::uint64_t walk) const {
    return initial_[below(draw(settings_.seed, Domain::walk, mix(walk, 0)), initial_.size())];
  }

  void walk(Worker& worker) {
    world_ = first_of(walk_);
    for (std::uint64_t step = 1; step <= settings_.walk_length && !stopped(); ++step) {
      candidates_.clear();
      space_.expand(world_, [&](const Candidate& one) { candidates_.push_back(one); });
      if (candidates_.empty()) return;
      const std::uint64_t chosen = draw_one(walk_, step, candidates_.size());
      const Candidate& candidate = candidates_[chosen];
      ++worker.generated;
      ++worker.offered[candidate.kind];
      worker.depth = std::max(worker.depth, step);
      if (candidate.transition != PairMap::none &&
          (space_.transitions().step(candidate.transition).flags & TransitionStep::threw) != 0) {
        report_exception(walk_, static_cast<std::uint16_t>(chosen), step, candidate.transition);
        return;
      }
      const MonitorCache::Outcome outcome = space_.judge(world_, candidate);
      if (outcome.violations != 0)
        report(worker, walk_, static_cast<std::uint16_t>(chosen), step, outcome.violations);
      space_.apply_unhashed(world_, candidate, outcome.knowledge, next_);
      std::swap(world_, next_);
    }
  }

  std::uint64_t walk_ = 0;
  PackedWorld world_;
  PackedWorld next_;
  std::vector<Candidate> candidates_;
};

}  // namespace

SearchResult walk_randomly(StateSpace& space, const SearchSettings& settings) {
  SearchSettings alone = settings;
  alone.threads = 1;
  return RandomWalk(space, alone).run();
}

}  // namespace stampede::engine
