// A set of configurations of the search that failed: keys of a fixed number of 64-bit words in one
// flat table. No fingerprints, so no verdict can come from a collision.
//
// What failed fails with fewer open operations left, too: an entry *covers* all keys that have at
// least its bits for open operations and are equal in everything else. Such keys have one hash.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/core/hash.hpp"

namespace stampede::checkers {

class ConfigurationSet {
 public:
  /// Keys have `words` words; the first word of a key is never `empty`. The others are sets of
  /// bits, the first `open_bits` of them for open operations that are linearized.
  explicit ConfigurationSet(std::size_t words, std::size_t open_bits = 0)
      : words_(words), closed_(words, ~0ULL) {
    for (std::size_t bit = 0; bit < open_bits; ++bit) {
      closed_[1 + bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
    }
  }

  static constexpr std::uint64_t empty = UINT64_MAX;

  /// Does an entry cover the key?
  [[nodiscard]] bool contains(const std::vector<std::uint64_t>& key) const {
    if (size_ == 0) return false;
    const std::size_t place =
        find(key.data(), [&](const std::uint64_t* entry) { return covers(entry, key.data()); });
    return table_[place] != empty;
  }

  /// May take the place of an entry that the key covers.
  void insert(const std::vector<std::uint64_t>& key, Patience& patience) {
    if (capacity_for(size_ + 1) != capacity_) grow(patience);
    const std::size_t place =
        find(key.data(), [&](const std::uint64_t* entry) { return covers(key.data(), entry); });
    if (table_[place] == empty) ++size_;
    std::copy(key.begin(), key.end(), table_.begin() + static_cast<std::ptrdiff_t>(place));
  }

  /// Memory in use, and at most while `count` more are inserted: growing holds the old table and
  /// the new one.
  [[nodiscard]] std::uint64_t bytes() const { return 8 * table_.size(); }
  [[nodiscard]] std::uint64_t bytes_to_insert(std::size_t count) const {
    const std::size_t capacity = capacity_for(size_ + count);
    return capacity == capacity_ ? bytes() : 8 * words_ * (capacity + capacity / 2);
  }

 private:
  [[nodiscard]] std::size_t capacity_for(std::size_t size) const {
    std::size_t capacity = std::max<std::size_t>(capacity_, 16);
    while (3 * size > 2 * capacity) capacity *= 2;
    return capacity;
  }

  [[nodiscard]] bool covers(const std::uint64_t* entry, const std::uint64_t* key) const {
    if (entry[0] != key[0]) return false;
    for (std::size_t word = 1; word < words_; ++word) {
      if (((entry[word] ^ key[word]) & (closed_[word] | entry[word])) != 0) return false;
    }
    return true;
  }

  /// Index of the first word of the first entry with the key's hash that `fits`, or of the free one
  /// behind all of these.
  template <class Fits>
  [[nodiscard]] std::size_t find(const std::uint64_t* key, const Fits& fits) const {
    std::uint64_t hash = engine::mix(engine::hash_seed, key[0]);
    for (std::size_t word = 1; word < words_; ++word) {
      hash = engine::mix(hash, key[word] & closed_[word]);
    }
    std::size_t entry = hash & (capacity_ - 1);
    while (true) {
      const std::size_t place = entry * words_;
      if (table_[place] == empty || fits(&table_[place])) return place;
      entry = (entry + 1) & (capacity_ - 1);
    }
  }

  /// A large table takes long to be written; where the wait is over meanwhile, the set is lost.
  void grow(Patience& patience) {
    std::vector<std::uint64_t> old = std::move(table_);
    capacity_ = capacity_for(size_ + 1);
    table_.clear();
    table_.reserve(capacity_ * words_);
    for (std::size_t entry = 0; entry < capacity_; ++entry) {
      patience.spend();
      table_.insert(table_.end(), words_, empty);
    }
    const auto nowhere = [](const std::uint64_t*) { return false; };
    for (std::size_t place = 0; place < old.size(); place += words_) {
      if (old[place] == empty) continue;
      patience.spend(2);
      std::copy_n(&old[place], words_, &table_[find(&old[place], nowhere)]);
    }
  }

  std::size_t words_;
  /// By word: the bits that must be equal.
  std::vector<std::uint64_t> closed_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> table_;
};

}  // namespace stampede::checkers
