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

/// `Text` is std::string, or std::string_view where the texts are kept elsewhere.
template <class Text>
class BasicTextPool {
 public:
  /// The number of `text`; a new one if it was not seen before.
  std::uint32_t intern(std::string_view text) {
    if (buckets_.size() < 2 * (texts_.size() + 1)) grow();
    const std::uint64_t hash = hash_of(text);
    Bucket& bucket = find(text, hash);
    if (bucket.next_number == 0) {
      texts_.emplace_back(text);
      hashes_.push_back(hash);
      bucket = {tag_of(hash), static_cast<std::uint32_t>(texts_.size())};
    }
    return bucket.next_number - 1;
  }

  /// The number of `text`, or UINT32_MAX if it was not seen.
  [[nodiscard]] std::uint32_t find(std::string_view text) {
    return buckets_.empty() ? UINT32_MAX : find(text, hash_of(text)).next_number - 1;
  }

  [[nodiscard]] const Text& text(std::uint32_t number) const { return texts_[number]; }
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
    return engine::mix(hash, last_word(text));
  }

  /// At most eight characters as a number, different for different texts of one length. Without a
  /// detour over memory: reading what was just written in other pieces has to wait.
  static std::uint64_t last_word(std::string_view text) {
    const auto byte = [&](std::size_t place) {
      return std::uint64_t{static_cast<unsigned char>(text[place])};
    };
    if (text.size() >= 4) {
      std::uint32_t front = 0;
      std::uint32_t back = 0;
      std::memcpy(&front, text.data(), sizeof front);
      std::memcpy(&back, text.data() + text.size() - sizeof back, sizeof back);
      return std::uint64_t{front} << 32 | back;
    }
    if (text.empty()) return 0;
    return byte(0) | byte(text.size() / 2) << 8 | byte(text.size() - 1) << 16;
  }

  /// Half a hash, and the number + 1 of a text with such a hash, 0 if the bucket is empty.
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t next_number = 0;
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  /// The bucket that holds the text, or the empty one where it belongs.
  Bucket& find(std::string_view text, std::uint64_t hash) {
    const std::size_t mask = buckets_.size() - 1;
    std::size_t place = hash & mask;
    for (; buckets_[place].next_number != 0; place = (place + 1) & mask) {
      const Bucket& bucket = buckets_[place];
      if (bucket.tag == tag_of(hash) && texts_[bucket.next_number - 1] == text) break;
    }
    return buckets_[place];
  }

  void grow() {
    buckets_.assign(buckets_.empty() ? 16 : 2 * buckets_.size(), Bucket{});
    const std::size_t mask = buckets_.size() - 1;
    for (std::uint32_t number = 0; number < texts_.size(); ++number) {
      std::size_t place = hashes_[number] & mask;
      while (buckets_[place].next_number != 0) place = (place + 1) & mask;
      buckets_[place] = {tag_of(hashes_[number]), number + 1};
    }
  }

  std::vector<Text> texts_;
  std::vector<std::uint64_t> hashes_;
  std::vector<Bucket> buckets_;
};

using TextPool = BasicTextPool<std::string>;

}  // namespace stampede::checkers
