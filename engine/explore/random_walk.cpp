// Walks from the beginning, again and again. No memory of what was seen: never complete, but cheap
// and deep. Uniform walks draw evenly among the decisions that are possible. Novelty walks mostly
// go where the node that moves gets into a state it has been in least often so far, in whatever
// walk: situations that need several rare decisions in a row are met because each of them leads
// somewhere new.
#include <map>

#include "engine/core/random.hpp"
#include "engine/explore/search_core.hpp"

namespace stampede::engine {
namespace {

class Walk final : public SearchCore {
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
  std::vector<PathStep> path_of(const Found& found) const override {
    if (found.at_boot) return {};
    const std::vector<std::uint16_t>& ordinals = ways_.at(found.source);
    const PackedWorld& first = booted_[ordinals.front()];
    Trail trail{{}, first, first};
    for (std::uint64_t step = 1; step < found.depth; ++step) trail.follow(space_, ordinals[step]);
    trail.follow(space_, found.ordinal);
    return trail.path;
  }

 private:
  /// One walk in so many steps goes anywhere, so that no way is closed.
  static constexpr std::uint64_t novelty_blind = 4;

  [[nodiscard]] std::uint64_t bits(std::uint64_t step, std::uint64_t which) const {
    return draw(settings_.seed, Domain::walk, mix(mix(walk_, step), which));
  }

  [[nodiscard]] std::size_t choose(std::uint64_t step) {
    const std::uint64_t anywhere = below(bits(step, 0), candidates_.size());
    if (settings_.strategy != Strategy::novelty || below(bits(step, 1), novelty_blind) == 0)
      return anywhere;
    // The least visited, ties by a draw: begin at a random place.
    std::size_t best = anywhere;
    std::uint32_t least = UINT32_MAX;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const std::size_t place = (anywhere + i) % candidates_.size();
      const std::uint32_t seen = visits_of(candidates_[place]);
      if (seen >= least) continue;
      least = seen;
      best = place;
    }
    return best;
  }

  [[nodiscard]] std::uint32_t& visits_of(const Candidate& candidate) {
    // Losses and copies move no node: they count together, by kind.
    const std::size_t place =
        candidate.transition == PairMap::none
            ? static_cast<std::size_t>(candidate.kind)
            : Candidate::kind_count + space_.transitions().step(candidate.transition).after;
    if (visits_.size() <= place) visits_.resize(2 * place + 1);
    return visits_[place];
  }

  void walk(Worker& worker) {
    const auto first = static_cast<std::uint16_t>(below(bits(0, 0), booted_.size()));
    world_ = booted_[first];
    ordinals_ = {first};
    for (std::uint64_t step = 1; step <= settings_.walk_length && !stopped(); ++step) {
      candidates_.clear();
      space_.expand(world_, [&](const Candidate& one) { candidates_.push_back(one); });
      if (candidates_.empty()) return;
      const std::size_t chosen = choose(step);
      const Candidate& candidate = candidates_[chosen];
      const auto ordinal = static_cast<std::uint16_t>(chosen);
      if (settings_.strategy == Strategy::novelty) ++visits_of(candidate);
      ++worker.generated;
      ++worker.offered[candidate.kind];
      worker.depth = std::max(worker.depth, step);
      if (candidate.transition != PairMap::none &&
          (space_.transitions().step(candidate.transition).flags & TransitionStep::threw) != 0) {
        ways_.try_emplace(walk_, ordinals_);
        report_exception(walk_, ordinal, step, candidate.transition);
        return;
      }
      const MonitorCache::Outcome outcome = space_.judge(world_, candidate);
      if (outcome.violations != 0) {
        if (is_news(worker, outcome.violations)) ways_.insert_or_assign(walk_, ordinals_);
        report(worker, walk_, ordinal, step, outcome.violations);
      }
      space_.apply_unhashed(world_, candidate, outcome.knowledge, next_);
      std::swap(world_, next_);
      ordinals_.push_back(ordinal);
    }
  }

  [[nodiscard]] static bool is_news(const Worker& worker, std::uint32_t violations) {
    return worker.seen_violations.size() <= violations || !worker.seen_violations[violations];
  }

  std::uint64_t walk_ = 0;
  PackedWorld world_;
  PackedWorld next_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint32_t> visits_;
  std::vector<std::uint16_t> ordinals_;
  /// By walk: its decisions up to a violation.
  std::map<std::uint64_t, std::vector<std::uint16_t>> ways_;
};

}  // namespace

SearchResult walk_randomly(StateSpace& space, const SearchSettings& settings) {
  SearchSettings alone = settings;
  alone.threads = 1;
  return Walk(space, alone).run();
}

}  // namespace stampede::engine
