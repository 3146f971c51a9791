// The order that a history of accesses leaves no choice about: each session's own, from a write to
// the reads that see it, and whatever pairs are added. Kept as vectors: for each access, how many
// of each session come before it, itself included.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "checkers/consistency/accesses.hpp"
#include "checkers/consistency/cycle.hpp"

namespace stampede::checkers {

class HappensBefore {
 public:
  HappensBefore(const Accesses& accesses, Patience& patience);

  /// What the vectors of all accesses take, and all pairs that may be added.
  [[nodiscard]] std::uint64_t memory_bytes() const;
  /// `first` comes before `second` from the next order() on.
  void add(std::uint32_t first, std::uint32_t second) { next_[first].push_back(second); }
  /// Computes the vectors; false if the pairs have a cycle.
  bool order();
  /// Accesses of one cycle; after order() failed.
  [[nodiscard]] std::vector<std::uint32_t> cycle() const { return find_cycle(next_, *patience_); }

  /// Accesses of `session` at or before `number`.
  [[nodiscard]] std::uint32_t past(std::uint32_t number, std::uint32_t session) const {
    return past_[std::size_t{number} * accesses_.sessions.size() + session];
  }
  [[nodiscard]] bool is_before(std::uint32_t first, std::uint32_t second) const {
    const Access& access = accesses_.all[first];
    return first != second && past(second, access.session) > access.index;
  }
  /// The latest writes of the key of `number` before it, one of each session that has one; itself
  /// not.
  template <class Visit>
  void for_latest_writes(std::uint32_t number, const Visit& visit) const {
    for (const auto& [session, writes] : writes_by_session_[accesses_.all[number].key]) {
      const std::uint32_t limit =
          past(number, session) - (accesses_.all[number].session == session ? 1 : 0);
      auto end = writes.begin();
      std::size_t count = writes.size();
      while (count > 0) {
        const std::size_t half = count / 2;
        if (accesses_.all[*(end + static_cast<std::ptrdiff_t>(half))].index < limit) {
          end += static_cast<std::ptrdiff_t>(half) + 1;
          count -= half + 1;
        } else {
          count = half;
        }
      }
      if (end != writes.begin()) visit(*(end - 1));
    }
  }

  /// Adds what sequential consistency needs until nothing is left to add: a write before a read of
  /// another write of its key comes before that write, and one behind the write that was read comes
  /// behind the read. False if there is a cycle. Stops early after `rounds_max` rounds.
  bool saturate(std::uint32_t rounds_max);

 private:
  bool add_needed();

  const Accesses& accesses_;
  Patience* patience_;
  std::vector<std::vector<std::uint32_t>> next_;
  std::vector<std::uint32_t> past_;
  /// By key, pairs of a session and its writes in their order.
  std::vector<std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>>> writes_by_session_;
};

}  // namespace stampede::checkers
