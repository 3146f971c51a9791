// Values as small numbers: equal values get the same 32-bit id, and an id gives its value back.
//
// 1. Equality is full equality; hashes only choose where to look. 2. Ids are dense, from 0, in the
// order of first sight.
// 3. Nothing is ever forgotten; references to values stay valid.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// An id, with the content hash of what it stands for: the same in every run, as ids are not.
struct Interned {
  std::uint32_t id = 0;
  std::uint64_t hash = 0;
};

/// T needs == and a content hash (engine::hash_of).
template <class T>
class Interner {
 public:
  Interned intern(T value) {
    const std::uint64_t hash = hash_of(value);
    if (2 * (values_.size() + 1) > places_.size()) grow();
    std::size_t place = hash & (places_.size() - 1);
    for (; places_[place] != empty; place = (place + 1) & (places_.size() - 1)) {
      const std::uint32_t id = places_[place];
      if (hashes_[id] == hash && values_[id] == value) return {id, hash};
    }
    ASSERT(values_.size() < empty);
    const auto id = static_cast<std::uint32_t>(values_.size());
    places_[place] = id;
    values_.push_back(std::move(value));
    hashes_.push_back(hash);
    return {id, hash};
  }

  [[nodiscard]] const T& operator[](std::uint32_t id) const { return values_[id]; }
  [[nodiscard]] Interned with_hash(std::uint32_t id) const { return {id, hashes_[id]}; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::uint32_t empty = UINT32_MAX;

  void grow() {
    places_.assign(places_.empty() ? 64 : 2 * places_.size(), empty);
    for (std::uint32_t id = 0; id < hashes_.size(); ++id) {
      std::size_t place = hashes_[id] & (places_.size() - 1);
      while (places_[place] != empty) place = (place + 1) & (places_.size() - 1);
      places_[place] = id;
    }
  }

  std::deque<T> values_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> places_;  // open addressing; a power of two, at most half full
};

}  // namespace stampede::engine
