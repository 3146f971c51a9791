// A set of configurations of the search, compared exactly: keys of a fixed number of 64-bit words
// in one flat table. No fingerprints, so no verdict can come from a collision.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/core/hash.hpp"

namespace stampede::checkers {

class ConfigurationSet {
 public:
  /// Keys have `words` words; the first word of a key is never `empty`.
  explicit ConfigurationSet(std::size_t words) : words_(words) {}

  static constexpr std::uint64_t empty = UINT64_MAX;

  [[nodiscard]] bool contains(const std::vector<std::uint64_t>& key) const {
    return size_ != 0 && table_[place_of(key.data())] != empty;
  }

  void insert(const std::vector<std::uint64_t>& key) {
    if (is_full()) grow();
    const std::size_t place = place_of(key.data());
    if (table_[place] == empty) ++size_;
    std::copy(key.begin(), key.end(), table_.begin() + static_cast<std::ptrdiff_t>(place));
  }

  /// Memory in use, and while the next insertion runs: growing holds the old table and the new one.
  [[nodiscard]] std::uint64_t bytes() const { return 8 * table_.size(); }
  [[nodiscard]] std::uint64_t bytes_to_insert() const {
    return is_full() ? 8 * words_ * (capacity_ + next_capacity()) : bytes();
  }

 private:
  [[nodiscard]] bool is_full() const { return 3 * (size_ + 1) > 2 * capacity_; }
  [[nodiscard]] std::size_t next_capacity() const { return capacity_ == 0 ? 16 : 2 * capacity_; }

  /// Index of the first word of the entry that equals `key`, or of the free one where it belongs.
  [[nodiscard]] std::size_t place_of(const std::uint64_t* key) const {
    std::uint64_t hash = engine::hash_seed;
    for (std::size_t word = 0; word < words_; ++word) hash = engine::mix(hash, key[word]);
    std::size_t entry = hash & (capacity_ - 1);
    while (true) {
      const std::size_t place = entry * words_;
      if (table_[place] == empty || std::equal(key, key + words_, &table_[place])) return place;
      entry = (entry + 1) & (capacity_ - 1);
    }
  }

  void grow() {
    std::vector<std::uint64_t> old = std::move(table_);
    capacity_ = next_capacity();
    table_.assign(capacity_ * words_, empty);
    for (std::size_t place = 0; place < old.size(); place += words_) {
      if (old[place] == empty) continue;
      std::copy_n(&old[place], words_, &table_[place_of(&old[place])]);
    }
  }

  std::size_t words_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> table_;
};

}  // namespace stampede::checkers
