// Texts as small numbers: equal texts get the same number, in the order of their first appearance.
// Open addressing over stored hashes, because checkers look up every key and value of a history.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/hash.hpp"

namespace stampede::checkers {

class TextPool {
 public:
  /// The number of `text`; a new one if it was not seen before.
  std::uint32_t intern(std::string_view text) {
    if (buckets_.size() < 2 * (texts_.size() + 1)) grow();
    const std::uint64_t hash = hash_of(text);
    std::uint32_t& bucket = find(text, hash);
    if (bucket == 0) {
      texts_.emplace_back(text);
      hashes_.push_back(hash);
      bucket = static_cast<std::uint32_t>(texts_.size());
    }
    return bucket - 1;
  }

  /// The number of `text`, or UINT32_MAX if it was not seen.
  [[nodiscard]] std::uint32_t find(std::string_view text) {
    return buckets_.empty() ? UINT32_MAX : find(text, hash_of(text)) - 1;
  }

  [[nodiscard]] const std::string& text(std::uint32_t number) const { return texts_[number]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  /// For this table only: whole words at a time, unlike engine::hash_bytes, whose values are fixed
  /// for ever.
  static std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = engine::hash_seed ^ text.size();
    std::uint64_t word = 0;
    for (; text.size() > sizeof word; text.remove_prefix(sizeof word)) {
      std::memcpy(&word, text.data(), sizeof word);
      hash = engine::mix(hash, word);
    }
    word = 0;
    std::memcpy(&word, text.data(), text.size());
    return engine::mix(hash, word);
  }

  /// The bucket that holds the text's number + 1, or the empty one (0) where it belongs.
  std::uint32_t& find(std::string_view text, std::uint64_t hash) {
    const std::size_t mask = buckets_.size() - 1;
    std::size_t place = hash & mask;
    while (buckets_[place] != 0) {
      const std::uint32_t number = buckets_[place] - 1;
      if (hashes_[number] == hash && texts_[number] == text) break;
      place = (place + 1) & mask;
    }
    return buckets_[place];
  }

  void grow() {
    buckets_.assign(buckets_.empty() ? 16 : 2 * buckets_.size(), 0);
    const std::size_t mask = buckets_.size() - 1;
    for (std::uint32_t number = 0; number < texts_.size(); ++number) {
      std::size_t place = hashes_[number] & mask;
      while (buckets_[place] != 0) place = (place + 1) & mask;
      buckets_[place] = number + 1;
    }
  }

  std::vector<std::string> texts_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> buckets_;
};

}  // namespace stampede::checkers
