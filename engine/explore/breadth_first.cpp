// Breadth first: level by level, so that the first schedule to a violation is a shortest one.
#include <algorithm>
#include <deque>

#include "engine/explore/search_core.hpp"

namespace stampede::engine {
namespace {

/// A successor that waits for its place in the table to arrive in the cache.
struct Pending {
  std::uint64_t fingerprint = 0;
  std::uint64_t hash = 0;
  Candidate candidate;
  std::uint32_t knowledge = 0;
  std::uint16_t source = 0;
  std::uint16_t ordinal = 0;
};

constexpr std::size_t batch_size = 64;
/// A batch ends with the world that has the last of these.
constexpr std::size_t pending_max = 16'384;

/// The part of a worker that only this strategy has.
struct Lane {
  std::vector<FrontierBlock> out;
  std::vector<FrontierBlock> free;
  std::vector<std::uint32_t> ids;
  std::vector<WorldRef> batch;
  std::vector<std::uint64_t> numbers;
  std::vector<Pending> pending;
  PackedWorld scratch;
};

class BreadthFirst final : public SearchCore {
 public:
  using SearchCore::SearchCore;

  SearchResult run() {
    lanes_.resize(workers_.size());
    for (Lane& lane : lanes_) {
      lane.ids.resize(batch_size * (space_.node_count() + WorldCodec::messages_max / 8));
    }
    discover_roots([&](const PackedWorld& world, std::uint16_t ordinal) {
      discover(workers_.front(), world, Parents::none, ordinal);
    });
    std::vector<std::uint64_t> by_depth = {worlds_in_lanes()};
    for (std::uint64_t depth = 1; !stopped(); ++depth) {
      level_.clear();
      for (Lane& lane : lanes_) {
        std::move(lane.out.begin(), lane.out.end(), std::back_inserter(level_));
        lane.out.clear();
      }
      if (level_.empty()) break;
      next_block_ = 0;
      run_on_all([&](Worker& worker) { expand_level(worker, depth); });
      if (const std::uint64_t found = worlds_in_lanes(); found != 0) by_depth.push_back(found);
    }
    SearchResult done = result();
    done.worlds_by_depth = std::move(by_depth);
    return done;
  }

 private:
  [[nodiscard]] std::uint64_t worlds_in_lanes() const {
    std::uint64_t count = 0;
    for (const Lane& lane : lanes_) {
      for (const FrontierBlock& block : lane.out) count += block.count;
    }
    return count;
  }

  void discover(Worker& worker, const WorldRef& world, std::uint32_t parent,
                std::uint16_t ordinal) {
    Lane& lane = lanes_[worker.index];
    const std::size_t needed = codec_.bytes_max(world.message_count);
    ASSERT(needed <= FrontierBlock::size && world.message_count <= WorldCodec::messages_max / 8);
    if (lane.out.empty() || lane.out.back().used + needed > FrontierBlock::size) {
      if (lane.free.empty()) {
        lane.out.emplace_back();
      } else {
        lane.out.push_back(std::move(lane.free.back()));
        lane.free.pop_back();
      }
      lane.out.back().used = lane.out.back().count = 0;
      lane.out.back().first = number_of(worker);
    }
    FrontierBlock& block = lane.out.back();
    unsigned char* begin = block.bytes.get() + block.used;
    block.used += static_cast<std::uint32_t>(codec_.encode(world, begin) - begin);
    ++block.count;
    worker.parents.push_back(parent, ordinal);
    if (settings_.found) settings_.found(world);
  }

  void expand_level(Worker& worker, std::uint64_t depth) {
    Lane& lane = lanes_[worker.index];
    while (!stopped()) {
      const std::size_t mine = next_block_.fetch_add(1);
      if (mine >= level_.size()) return;
      FrontierBlock& block = level_[mine];
      const unsigned char* in = block.bytes.get();
      for (std::uint32_t done = 0; done < block.count && !stopped();) {
        const std::uint64_t first = block.first + done * workers_.size();
        in = expand_batch(worker, in, block.count - done, first, depth);
        done += static_cast<std::uint32_t>(lane.batch.size());
        settle(worker, first, depth,
               (level_.size() - mine + lane.out.size()) * std::uint64_t{block.count});
      }
      lane.free.push_back(std::move(block));
    }
  }

  /// The first worlds of those that wait here, at most so many; `first` is the number of the first.
  const unsigned char* expand_batch(Worker& worker, const unsigned char* in, std::uint32_t waiting,
                                    std::uint64_t first, std::uint64_t depth) {
    std::shared_lock shared(table_lock_, std::defer_lock);
    if (workers_.size() > 1) shared.lock();
    Lane& lane = lanes_[worker.index];
    lane.batch.clear();
    lane.pending.clear();
    std::uint32_t* ids = lane.ids.data();
    const std::size_t count = std::min<std::size_t>(waiting, batch_size);
    while (lane.batch.size() < count && lane.pending.size() < pending_max) {
      const auto source = static_cast<std::uint16_t>(lane.batch.size());
      WorldRef& world = lane.batch.emplace_back();
      in = codec_.decode(in, ids, world);
      ids += space_.node_count() + world.message_count;
      std::uint32_t candidates = 0;
      space_.expand(world, [&](const Candidate& candidate) {
        look_at(worker, lane, source, first + source * workers_.size(), next_ordinal(candidates),
                candidate, depth);
      });
    }
    return in;
  }

  /// Finds out which of the batch's successors are new. Whatever stopped the search before, all of
  /// them are looked at, but for the limit of states.
  void settle(Worker& worker, std::uint64_t first, std::uint64_t depth, std::uint64_t queue) {
    const std::size_t count = lanes_[worker.index].pending.size();
    const bool had_stopped = stopped();
    std::size_t settled = 0;
    bool has_room = true;
    do {
      const std::size_t end = std::min(settled + inserted_at_once, count);
      has_room = insert_pending(worker, settled, end, first, depth);
      settled = end;
      between_batches(worker, queue);
    } while (has_room && settled < count && (had_stopped || !stopped()));
  }

  /// False: it ended at the limit of states.
  bool insert_pending(Worker& worker, std::size_t begin, std::size_t end, std::uint64_t first,
                      std::uint64_t depth) {
    std::shared_lock shared(table_lock_, std::defer_lock);
    if (workers_.size() > 1) shared.lock();
    Lane& lane = lanes_[worker.index];
    for (std::size_t position = begin; position < end; ++position) {
      const Pending& one = lane.pending[position];
      if (!settings_.exact && !insert(one.fingerprint)) continue;
      if (space_.is_additive()) {
        space_.apply_unhashed(lane.batch[one.source], one.candidate, one.knowledge, lane.scratch);
        lane.scratch.hash = one.hash;
      } else {
        space_.apply(lane.batch[one.source], one.candidate, one.knowledge, lane.scratch);
      }
      if (settings_.exact && !insert_exactly(lane.scratch)) continue;
      ++worker.fresh[one.candidate.kind];
      discover(worker, lane.scratch,
               static_cast<std::uint32_t>(first + one.source * workers_.size()), one.ordinal);
      worker.depth = depth;
      if (has_enough(worker)) return false;
    }
    return true;
  }

  void look_at(Worker& worker, Lane& lane, std::uint16_t source, std::uint64_t number,
               std::uint16_t ordinal, const Candidate& candidate, std::uint64_t depth) {
    const WorldRef& world = lane.batch[source];
    ++worker.generated;
    ++worker.offered[candidate.kind];
    if (space_.threw(candidate)) {
      report_exception(number, ordinal, depth, candidate.transition);
      return;
    }
    const MonitorCache::Outcome outcome = space_.judge(world, candidate);
    if (outcome.violations != 0) report(worker, number, ordinal, depth, outcome.violations);
    Pending& pending = lane.pending.emplace_back();
    pending.candidate = candidate;
    pending.knowledge = outcome.knowledge;
    pending.source = source;
    pending.ordinal = ordinal;
    if (space_.is_additive()) {
      pending.hash = space_.hash_after(world, candidate, outcome.knowledge);
    } else {
      space_.apply(world, candidate, outcome.knowledge, lane.scratch);
      pending.hash = lane.scratch.hash;
    }
    pending.fingerprint = VisitedSet::fingerprint(pending.hash);
    if (settings_.prefetch) visited_.prefetch(pending.fingerprint);
  }

  std::vector<Lane> lanes_;
  std::vector<FrontierBlock> level_;
  std::atomic<std::size_t> next_block_{0};
};

}  // namespace

SearchResult search_breadth_first(StateSpace& space, const SearchSettings& settings) {
  return BreadthFirst(space, settings).run();
}

}  // namespace stampede::engine
