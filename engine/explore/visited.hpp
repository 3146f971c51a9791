// The set of worlds a search has seen, as 64-bit fingerprints: open addressing in one table that
// doubles. Two worlds with one fingerprint count as one; docs/exploring.md has the bound.
//
// 1. Any number of threads insert; growth needs the table for itself.
// 2. Memory comes from the system untouched, so a table costs what it holds, up to its size.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "engine/core/hash.hpp"

namespace stampede::engine {

class VisitedSet {
 public:
  explicit VisitedSet(unsigned bits = 16);
  ~VisitedSet();
  VisitedSet(const VisitedSet&) = delete;
  VisitedSet& operator=(const VisitedSet&) = delete;

  /// What is stored for a world's hash; never 0, which marks free places.
  [[nodiscard]] static std::uint64_t fingerprint(std::uint64_t hash) {
    const std::uint64_t mixed = mix(hash_seed, hash);
    return mixed == 0 ? 1 : mixed;
  }
  void prefetch(std::uint64_t fingerprint) const {
    __builtin_prefetch(&table_[fingerprint >> shift_], 1);
  }
  /// True if it was not there. One thread only.
  bool insert(std::uint64_t fingerprint) {
    for (std::size_t place = fingerprint >> shift_;; place = (place + 1) & mask_) {
      const std::uint64_t found = table_[place];
      if (found == fingerprint) return false;
      if (found != 0) continue;
      table_[place] = fingerprint;
      return true;
    }
  }
  /// The same while others insert too.
  bool insert_shared(std::uint64_t fingerprint) {
    for (std::size_t place = fingerprint >> shift_;; place = (place + 1) & mask_) {
      const std::atomic_ref<std::uint64_t> slot(table_[place]);
      std::uint64_t found = slot.load(std::memory_order_relaxed);
      if (found == 0 && slot.compare_exchange_strong(found, fingerprint, std::memory_order_relaxed))
        return true;
      if (found == fingerprint) return false;
    }
  }
  [[nodiscard]] bool contains(std::uint64_t fingerprint) const {
    for (std::size_t place = fingerprint >> shift_;; place = (place + 1) & mask_) {
      if (table_[place] == fingerprint) return true;
      if (table_[place] == 0) return false;
    }
  }

  [[nodiscard]] std::size_t capacity() const { return mask_ + 1; }
  [[nodiscard]] std::size_t bytes() const { return capacity() * sizeof(std::uint64_t); }
  /// Doubles the table. Nobody else may use it meanwhile.
  void grow();

 private:
  void allocate(unsigned bits);

  std::uint64_t* table_ = nullptr;
  std::size_t mask_ = 0;
  unsigned shift_ = 0;
};

}  // namespace stampede::engine
