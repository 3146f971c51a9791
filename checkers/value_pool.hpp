// Values as small numbers: equal values of one owner get the same number, in the order of their
// first appearance. Open addressing over short tags, because checkers look up every key and value
// of a history; texts of up to eight characters are compared as words, without being looked at
// again.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/core/hash.hpp"
#include "engine/process/service.hpp"

namespace stampede::checkers {

/// Longer texts are not copied: they must outlive the pool.
class ValuePool {
 public:
  ValuePool() = default;
  /// With room for that many values.
  explicit ValuePool(std::size_t expected) {
    if (expected > 0) buckets_.resize(std::bit_ceil(2 * (expected + 1)));
  }

  /// What is looked up.
  struct Probe {
    std::uint64_t hash;
    /// The whole value, or a hash of a long text.
    std::uint64_t word;
    std::uint32_t owner;
    std::uint32_t form;
    std::string_view text;
  };

  static Probe probe(std::string_view text, std::uint32_t owner = 0) {
    if (text.size() > sizeof(std::uint64_t)) {
      const std::uint64_t hash = hash_of(text);
      return {hash + owner, hash, owner, long_text, text};
    }
    const std::uint64_t word = word_of(text);
    const auto form = static_cast<std::uint32_t>(short_text + text.size());
    return {engine::mix(word, owner + (std::uint64_t{form} << 32)), word, owner, form, text};
  }
  static Probe probe(const engine::ShapeValue& value, std::uint32_t owner = 0) {
    if (value.is_text()) return probe(value.text(), owner);
    const std::uint64_t word = value.is_number() ? value.number() : 0;
    const std::uint32_t form = value.is_number() ? number : nothing;
    return {engine::mix(word, owner + (std::uint64_t{form} << 32)), word, owner, form, {}};
  }

  /// Fetches what interning looks at first.
  [[gnu::always_inline]] void prefetch(const Probe& probe) const {
    if (!buckets_.empty()) __builtin_prefetch(buckets_.data() + (probe.hash & mask()));
  }

  /// The number of the value; a new one if it was not seen before.
  std::uint32_t intern(const Probe& probe) {
    if (buckets_.size() < 2 * (values_.size() + 1)) grow();
    Bucket& bucket = find_bucket(probe);
    if (bucket.next_number == 0) {
      values_.push_back({probe.word, probe.owner, probe.form});
      if (probe.form == long_text) {
        values_.back().form = static_cast<std::uint32_t>(long_text + long_texts_.size());
        long_texts_.push_back(probe.text);
      }
      bucket = {tag_of(probe.hash), static_cast<std::uint32_t>(values_.size())};
    }
    return bucket.next_number - 1;
  }
  template <class Value>
  std::uint32_t intern(const Value& value, std::uint32_t owner = 0) {
    return intern(probe(value, owner));
  }

  /// The number of the value, or UINT32_MAX if it was not seen.
  template <class Value>
  [[nodiscard]] std::uint32_t find(const Value& value, std::uint32_t owner = 0) {
    return buckets_.empty() ? UINT32_MAX : find_bucket(probe(value, owner)).next_number - 1;
  }

  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  // Forms of values; those of short texts say how long they are, those of long ones which it is.
  static constexpr std::uint32_t nothing = 0;
  static constexpr std::uint32_t number = 1;
  static constexpr std::uint32_t short_text = 2;
  static constexpr std::uint32_t long_text = 16;

  struct Value {
    std::uint64_t word;
    std::uint32_t owner;
    std::uint32_t form;
  };
  /// Half a hash, and the number + 1 of a value with such a hash, 0 if the bucket is empty.
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t next_number = 0;
  };

  /// For this table only: whole words at a time, unlike engine::hash_bytes, whose values are fixed
  /// for ever.
  static std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = engine::hash_seed ^ text.size();
    for (; text.size() > sizeof hash; text.remove_prefix(sizeof hash)) {
      hash = engine::mix(hash, word_of(text.substr(0, sizeof hash)));
    }
    return engine::mix(hash, word_of(text));
  }

  /// At most eight characters as a number, different for different texts of one length. Without a
  /// detour over memory: reading what was just written in other pieces has to wait.
  static std::uint64_t word_of(std::string_view text) {
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

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }

  [[nodiscard]] bool is(const Value& value, const Probe& probe) const {
    if (value.word != probe.word || value.owner != probe.owner) return false;
    if (value.form < long_text || probe.form < long_text) return value.form == probe.form;
    return long_texts_[value.form - long_text] == probe.text;
  }

  /// The bucket that holds the value, or the empty one where it belongs.
  Bucket& find_bucket(const Probe& probe) {
    std::size_t place = probe.hash & mask();
    for (; buckets_[place].next_number != 0; place = (place + 1) & mask()) {
      const Bucket& bucket = buckets_[place];
      if (bucket.tag == tag_of(probe.hash) && is(values_[bucket.next_number - 1], probe)) break;
    }
    return buckets_[place];
  }

  [[nodiscard]] static std::uint64_t hash_of(const Value& value) {
    if (value.form >= long_text) return value.word + value.owner;
    return engine::mix(value.word, value.owner + (std::uint64_t{value.form} << 32));
  }

  void grow() {
    buckets_.assign(buckets_.empty() ? 16 : 4 * buckets_.size(), Bucket{});
    for (std::uint32_t index = 0; index < values_.size(); ++index) {
      const std::uint64_t hash = hash_of(values_[index]);
      std::size_t place = hash & mask();
      while (buckets_[place].next_number != 0) place = (place + 1) & mask();
      buckets_[place] = {tag_of(hash), index + 1};
    }
  }

  std::vector<Value> values_;
  std::vector<std::string_view> long_texts_;
  std::vector<Bucket> buckets_;
};

}  // namespace stampede::checkers
