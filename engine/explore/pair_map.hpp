// Pairs of ids to ids: the look-up of the search's inner loop.
//
// 1. One thread at a time inserts; any number look up meanwhile, without a lock. Who finds a value
//    also sees everything that was written before its insertion.
// 2. A look-up that races with growth may miss a pair: whoever misses asks again under the lock of
//    the writers before it inserts.
// 3. Pairs are never taken out.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/error.hpp"

namespace stampede::engine {

class PairMap {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  PairMap() { grow(8); }

  [[nodiscard, gnu::always_inline]] std::uint32_t find(std::uint32_t high,
                                                       std::uint32_t low) const {
    const std::uint64_t key = pair(high, low);
    const Table& table = *table_.load(std::memory_order_acquire);
    for (std::size_t place = spread(key) >> table.shift;; place = (place + 1) & table.mask) {
      const Slot& slot = table.slots[place];
      const std::uint64_t found = slot.key.load(std::memory_order_acquire);
      if (found == key) return slot.value.load(std::memory_order_relaxed);
      if (found == empty) return none;
    }
  }

  /// REQUIRES: the pair is not in the map, and the value is not `none`.
  void insert(std::uint32_t high, std::uint32_t low, std::uint32_t value) {
    if (2 * (size_ + 1) > capacity()) grow(bits_ + 1);
    put(*tables_.back(), pair(high, low), value);
    ++size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::uint64_t empty = UINT64_MAX;
  struct Slot {
    std::atomic<std::uint64_t> key{empty};
    std::atomic<std::uint32_t> value{none};
  };
  struct Table {
    std::size_t mask;
    unsigned shift;
    std::unique_ptr<Slot[]> slots;
  };

  static constexpr std::uint64_t pair(std::uint32_t high, std::uint32_t low) {
    return (static_cast<std::uint64_t>(high) << 32) | low;
  }
  static constexpr std::uint64_t spread(std::uint64_t key) {
    key ^= key >> 32;
    return key * 0x9e3779b97f4a7c15ULL;
  }
  [[nodiscard]] std::size_t capacity() const { return std::size_t{1} << bits_; }

  static void put(Table& table, std::uint64_t key, std::uint32_t value) {
    std::size_t place = spread(key) >> table.shift;
    while (table.slots[place].key.load(std::memory_order_relaxed) != empty)
      place = (place + 1) & table.mask;
    table.slots[place].value.store(value, std::memory_order_relaxed);
    table.slots[place].key.store(key, std::memory_order_release);
  }

  void grow(unsigned bits) {
    const std::size_t slots = std::size_t{1} << bits;
    auto larger =
        std::make_unique<Table>(Table{slots - 1, 64 - bits, std::make_unique<Slot[]>(slots)});
    if (!tables_.empty()) {
      const Table& old = *tables_.back();
      for (std::size_t place = 0; place <= old.mask; ++place) {
        const std::uint64_t key = old.slots[place].key.load(std::memory_order_relaxed);
        if (key != empty) put(*larger, key, old.slots[place].value.load(std::memory_order_relaxed));
      }
    }
    bits_ = bits;
    table_.store(larger.get(), std::memory_order_release);
    // Others may still look into the old one: all are kept, together as large as the newest.
    tables_.push_back(std::move(larger));
  }

  std::atomic<const Table*> table_{nullptr};
  std::vector<std::unique_ptr<Table>> tables_;
  unsigned bits_ = 0;
  std::size_t size_ = 0;
};

}  // namespace stampede::engine
