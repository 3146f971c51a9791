// Depth first: little waits at any time, but paths to violations are long. Threads that run dry
// take the oldest half of what another one has waiting.
#include <condition_variable>

#include "engine/explore/search_core.hpp"

namespace stampede::engine {
namespace {

/// Worlds that wait, the last one first.
struct Stack {
  struct Item {
    std::size_t offset;
    std::uint32_t number;
    std::uint32_t depth;
  };
  std::vector<unsigned char> bytes;
  std::vector<Item> items;

  /// Moves the older half into `other`, which is empty.
  void halve(Stack& other) {
    const std::size_t half = items.size() / 2;
    const std::size_t cut = items[half].offset;
    other.bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut));
    other.items.assign(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(half));
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut));
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(half));
    for (Item& item : items) item.offset -= cut;
  }
};

class DepthFirst final : public SearchCore {
 public:
  using SearchCore::SearchCore;

  SearchResult run() {
    stacks_.resize(workers_.size());
    discover_roots([&](const PackedWorld& world, std::uint16_t ordinal) {
      discover(workers_.front(), world, Parents::none, ordinal, 0);
    });
    run_on_all([&](Worker& worker) { work(worker); });
    return result();
  }

 protected:
  void has_stopped() override {
    const std::lock_guard guard(mutex_);
    wake_.notify_all();
  }

 private:
  void discover(Worker& worker, const WorldRef& world, std::uint32_t parent, std::uint16_t ordinal,
                std::uint32_t depth) {
    ASSERT(world.message_count <= WorldCodec::messages_max);
    Stack& stack = stacks_[worker.index];
    const std::size_t offset = stack.bytes.size();
    stack.items.push_back({offset, static_cast<std::uint32_t>(number_of(worker)), depth});
    stack.bytes.resize(offset + codec_.bytes_max(world.message_count));
    const unsigned char* end = codec_.encode(world, stack.bytes.data() + offset);
    stack.bytes.resize(static_cast<std::size_t>(end - stack.bytes.data()));
    worker.parents.push_back(parent, ordinal);
    worker.depth = std::max<std::uint64_t>(worker.depth, depth);
    if (settings_.found) settings_.found(world);
  }

  void work(Worker& worker) {
    Stack& mine = stacks_[worker.index];
    std::vector<std::uint32_t> ids(space_.node_count() + WorldCodec::messages_max);
    PackedWorld next;
    while (take(mine)) {
      for (std::uint32_t done = 0; done < 64 && !mine.items.empty() && !stopped(); ++done) {
        expand_one(worker, mine, ids.data(), next);
      }
      if (workers_.size() > 1) share(mine);
      between_batches(worker, mine.items.size());
    }
  }

  void expand_one(Worker& worker, Stack& mine, std::uint32_t* ids, PackedWorld& next) {
    std::shared_lock shared(table_lock_, std::defer_lock);
    if (workers_.size() > 1) shared.lock();
    const Stack::Item item = mine.items.back();
    mine.items.pop_back();
    WorldRef world;
    codec_.decode(mine.bytes.data() + item.offset, ids, world);
    mine.bytes.resize(item.offset);
    std::uint32_t candidates = 0;
    space_.expand(world, [&](const Candidate& candidate) {
      if (has_enough(worker)) return;
      if (candidates % inserted_at_once == inserted_at_once - 1) make_room(worker, mine, shared);
      const std::uint16_t which = next_ordinal(candidates);
      ++worker.generated;
      ++worker.offered[candidate.kind];
      if (space_.threw(candidate)) {
        report_exception(item.number, which, item.depth + 1, candidate.transition);
        return;
      }
      const MonitorCache::Outcome outcome = space_.judge(world, candidate);
      if (outcome.violations != 0)
        report(worker, item.number, which, item.depth + 1, outcome.violations);
      bool built = false;
      if (space_.is_additive()) {
        next.hash = space_.hash_after(world, candidate, outcome.knowledge);
      } else {
        space_.apply(world, candidate, outcome.knowledge, next);
        built = true;
      }
      if (!settings_.exact && !insert(VisitedSet::fingerprint(next.hash))) return;
      if (!built) {
        const std::uint64_t hash = next.hash;
        space_.apply_unhashed(world, candidate, outcome.knowledge, next);
        next.hash = hash;
      }
      if (settings_.exact && !insert_exactly(next)) return;
      ++worker.fresh[candidate.kind];
      discover(worker, next, item.number, which, item.depth + 1);
    });
  }

  /// On the way through a world with very many ways on.
  void make_room(Worker& worker, const Stack& mine, std::shared_lock<std::shared_mutex>& shared) {
    if (shared) shared.unlock();
    between_batches(worker, mine.items.size());
    if (stopped()) throw SearchStopped{};
    if (workers_.size() > 1) shared.lock();
  }

  /// Waits until there is something to do for this thread; false at the end.
  bool take(Stack& mine) {
    std::unique_lock lock(mutex_, std::defer_lock);
    if (!stopped() && !mine.items.empty()) return true;
    // Under the lock: nobody is between looking and falling asleep.
    lock.lock();
    if (stopped()) {
      wake_.notify_all();
      return false;
    }
    ++idle_;
    wake_.notify_all();
    wake_.wait(lock,
               [&] { return !spare_.items.empty() || idle_ == workers_.size() || stopped(); });
    if (spare_.items.empty() || stopped()) {
      wake_.notify_all();
      return false;
    }
    --idle_;
    std::swap(mine, spare_);
    return true;
  }

  void share(Stack& mine) {
    if (mine.items.size() < 64) return;
    const std::lock_guard guard(mutex_);
    if (idle_ == 0 || !spare_.items.empty()) return;
    mine.halve(spare_);
    wake_.notify_one();
  }

  std::vector<Stack> stacks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Stack spare_;
  std::size_t idle_ = 0;
};

}  // namespace

SearchResult search_depth_first(StateSpace& space, const SearchSettings& settings) {
  return DepthFirst(space, settings).run();
}

}  // namespace stampede::engine
