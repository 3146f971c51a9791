// What all strategies share: numbers and parents of worlds, violations, limits.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/core/watch.hpp"
#include "engine/explore/exact_set.hpp"
#include "engine/explore/frontier.hpp"
#include "engine/explore/search.hpp"
#include "engine/explore/visited.hpp"

namespace stampede::engine {

/// Where each world came from: the number of its parent, and which of its parent's candidates it
/// was. Six bytes each.
class Parents {
 public:
  [[gnu::always_inline]] void push_back(std::uint32_t parent, std::uint16_t ordinal) {
    if (size_ % block == 0) blocks_.push_back(std::make_unique_for_overwrite<Block>());
    Block& last = *blocks_.back();
    last.parent[size_ % block] = parent;
    last.ordinal[size_ % block] = ordinal;
    ++size_;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint32_t parent(std::uint64_t number) const {
    return blocks_[number / block]->parent[number % block];
  }
  [[nodiscard]] std::uint16_t ordinal(std::uint64_t number) const {
    return blocks_[number / block]->ordinal[number % block];
  }
  static constexpr std::uint32_t none = UINT32_MAX;

 private:
  static constexpr std::size_t block = std::size_t{1} << 14;
  struct Block {
    std::uint32_t parent[block];
    std::uint16_t ordinal[block];
  };
  std::vector<std::unique_ptr<Block>> blocks_;
  std::uint64_t size_ = 0;
};

/// What one thread has. Worlds are numbered across threads: the k-th of thread t is k * threads +
/// t.
struct Worker {
  unsigned index = 0;
  Parents parents;
  std::uint64_t generated = 0;
  std::uint64_t depth = 0;
  std::array<std::uint64_t, Candidate::kind_count> offered{};
  std::array<std::uint64_t, Candidate::kind_count> fresh{};
  /// Violation lists that were looked at, by id.
  std::vector<bool> seen_violations;
  std::uint64_t counted = 0;
  /// Successors that it has generated when it looks at the limits next.
  std::uint64_t looks_at = 0;
  /// As many worlds as it may have discovered before it looks at the limit of states again.
  std::uint64_t discovered_max = UINT64_MAX;
};

class SearchCore {
 public:
  SearchCore(StateSpace& space, const SearchSettings& settings);
  virtual ~SearchCore() = default;

 protected:
  struct Found {
    Violation violation;
    std::uint64_t source = 0;  // number of the world before
    std::uint16_t ordinal = 0;
    std::uint64_t depth = 0;
    /// Of a world that is broken from the beginning, by place.
    std::optional<std::size_t> root{};
  };

  /// The candidate of `source` with this ordinal violates something, or throws.
  void report(Worker& worker, std::uint64_t source, std::uint16_t ordinal, std::uint64_t depth,
              std::uint32_t violations);
  void report_exception(std::uint64_t source, std::uint16_t ordinal, std::uint64_t depth,
                        std::uint32_t transition);
  void keep(Violation violation, std::uint64_t source, std::uint16_t ordinal, std::uint64_t depth,
            std::optional<std::size_t> root = std::nullopt);
  void stop(const char* reason);
  /// Called when a worker has stopped by itself, for those who wait for it.
  virtual void has_stopped() {}
  [[nodiscard]] bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  /// True if this fingerprint is new. Grows nothing.
  bool insert(std::uint64_t fingerprint) {
    return workers_.size() == 1 ? visited_.insert(fingerprint)
                                : visited_.insert_shared(fingerprint);
  }
  /// So many at most before the next `between_batches`: the table has room for them.
  static constexpr std::size_t inserted_at_once = 1024;
  /// The same for the whole world.
  bool insert_exactly(const PackedWorld& world);
  std::uint64_t number_of(const Worker& worker) const {
    return worker.parents.size() * workers_.size() + worker.index;
  }
  /// To be asked after each world that was discovered: true at the limit of states, where it stops.
  bool has_enough(Worker& worker) {
    if (worker.parents.size() < worker.discovered_max) [[likely]]
      return false;
    return count(worker) >= settings_.states_max;
  }
  /// The number of a candidate among those of its world, and counts it: it has 16 bits, and where
  /// there are more of them the search stops.
  std::uint16_t next_ordinal(std::uint32_t& candidates) {
    if (candidates == UINT16_MAX) stop_at_once("successors");
    return static_cast<std::uint16_t>(candidates++);
  }
  [[noreturn]] void stop_at_once(const char* reason) {
    stop(reason);
    throw SearchStopped{};
  }
  /// Does `work` for this worker until it ends or the search is to stop.
  void within_limits(Worker& worker, const std::function<void()>& work);
  /// Calls `discover(world, ordinal)` for each world to begin at that is new, for the first worker.
  /// They are numbered as ways on are, and kept to the same limits.
  void discover_roots(const std::function<void(const PackedWorld&, std::uint16_t)>& discover);
  /// Runs `work(worker)` on each worker, each in a thread of its own. What one throws ends all.
  void run_on_all(const std::function<void(Worker&)>& work);
  /// Between batches: counts, grows the table, looks at the limits, reports progress.
  void between_batches(Worker& worker, std::uint64_t queue);
  void look_at_limits(Worker& worker, std::uint64_t queue);
  /// Memory, and whether whoever watches wants to go on: false where a limit is reached. What was
  /// found stops nobody on the way through a batch.
  bool look(const Worker& worker);
  /// Goes on with the proof of what is declared, which stops the search if it fails.
  void prove(std::uint64_t generated);
  /// Adds what this worker has discovered to the count of all, and looks at the limit of states.
  /// The count of all.
  std::uint64_t count(Worker& worker);
  void grow_if_needed();
  [[nodiscard]] bool has_room_for(std::uint64_t bytes) const;
  /// Of so many states, what one of the workers may discover.
  [[nodiscard]] std::uint64_t share_of(std::uint64_t states) const;
  SearchResult result();
  /// The schedules of what was found, in its order, as far as there is memory to tell them.
  void tell(std::vector<FoundInSearch>& told);
  struct Trail {
    std::vector<PathStep> path;
    /// As the search has it, and as the path leads to it: they differ in the names of
    /// interchangeable nodes.
    PackedWorld world;
    PackedWorld concrete;
    std::size_t root = 0;
    /// The candidate with this ordinal, at the end of it; one that violates `property`, if given.
    void follow(StateSpace& space, std::uint16_t ordinal, const std::string& property = {});
  };
  Trail trail_to(std::uint64_t number) const;
  /// The decisions that lead to it, and what clients began before them.
  virtual FoundInSearch schedule_of(const Found& found) const;

  StateSpace& space_;
  const SearchSettings& settings_;
  WorldCodec codec_;
  VisitedSet visited_{16};
  ExactSet exact_;
  std::vector<Worker> workers_;
  /// As the search has them, and under the names that nodes really have.
  std::vector<PackedWorld> initial_;
  std::vector<Root> booted_;
  std::vector<BrokenRoot> broken_;

 private:
  std::atomic<bool> stop_{false};
  std::string reason_;
  mutable std::mutex mutex_;
  std::vector<Found> found_;
  std::atomic<std::uint64_t> unique_{0};
  std::atomic<bool> cannot_grow_{false};
  SearchFigures last_figures_;
  /// When it was looked at last, and the most that it grew from one look to the next but by what is
  /// asked for before: the tables of worlds.
  std::uint64_t last_memory_ = memory_in_use();
  std::uint64_t largest_jump_ = 0;

 protected:
  /// Held in common while worlds are inserted, alone while the table grows.
  std::shared_mutex table_lock_;
};

SearchResult search_breadth_first(StateSpace& space, const SearchSettings& settings);
SearchResult search_depth_first(StateSpace& space, const SearchSettings& settings);
SearchResult walk_randomly(StateSpace& space, const SearchSettings& settings);

}  // namespace stampede::engine
