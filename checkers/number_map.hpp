// Small numbers by 64-bit keys, in one flat table whose memory is known to the byte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/core/hash.hpp"

namespace stampede::checkers {

class NumberMap {
 public:
  static constexpr std::uint32_t absent = UINT32_MAX - 1;

  /// The number of the key, or `absent`.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    return entries_.empty() ? absent : entries_[place_of(key)].number;
  }
  /// REQUIRES: the key is absent, and so is not the number.
  void insert(std::uint64_t key, std::uint32_t number, Patience& patience) {
    if (capacity_for(size_ + 1) != entries_.size()) grow(patience);
    entries_[place_of(key)] = {key, number};
    ++size_;
  }

  /// Memory in use, and at most while `count` more are inserted: growing holds the old table and
  /// the new one.
  [[nodiscard]] std::uint64_t bytes() const { return sizeof(Entry) * entries_.size(); }
  [[nodiscard]] std::uint64_t bytes_to_insert(std::size_t count) const {
    const std::size_t capacity = capacity_for(size_ + count);
    return capacity == entries_.size() ? bytes() : sizeof(Entry) * (capacity + capacity / 2);
  }

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t number = absent;
  };

  [[nodiscard]] std::size_t capacity_for(std::size_t size) const {
    std::size_t capacity = std::max<std::size_t>(entries_.size(), 16);
    while (4 * size > 3 * capacity) capacity *= 2;
    return capacity;
  }
  [[nodiscard]] std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t place = engine::mix(engine::hash_seed, key) & mask;
    while (entries_[place].number != absent && entries_[place].key != key) {
      place = (place + 1) & mask;
    }
    return place;
  }
  /// A large table takes long to be written; where the wait is over meanwhile, the map is lost.
  void grow(Patience& patience) {
    const std::size_t capacity = capacity_for(size_ + 1);
    std::vector<Entry> old = std::move(entries_);
    entries_.clear();
    entries_.reserve(capacity);
    while (entries_.size() < capacity) {
      patience.spend();
      entries_.emplace_back();
    }
    for (const Entry& entry : old) {
      patience.spend();
      if (entry.number != absent) entries_[place_of(entry.key)] = entry;
    }
  }

  std::size_t size_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace stampede::checkers
