// Values as small numbers: equal values get the same 32-bit id, and an id gives its value back.
//
// 1. Equality is full equality; hashes only choose where to look.
// 2. Ids are dense, from 0, in the order of first sight.
// 3. Nothing is ever forgotten; references to values stay valid.
// 4. One thread at a time interns; others may read values whose ids they know.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/value.hpp"
#include "engine/explore/growing_vector.hpp"

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
      if (values_[id].hash == hash && values_[id].value == value) return {id, hash};
    }
    const std::uint32_t id = values_.push_back({std::move(value), hash});
    places_[place] = id;
    return {id, hash};
  }

  [[nodiscard]] const T& operator[](std::uint32_t id) const { return values_[id].value; }
  [[nodiscard]] std::uint64_t hash(std::uint32_t id) const { return values_[id].hash; }
  [[nodiscard]] Interned with_hash(std::uint32_t id) const { return {id, values_[id].hash}; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::uint32_t empty = UINT32_MAX;
  struct Entry {
    T value;
    std::uint64_t hash = 0;
  };

  void grow() {
    places_.assign(places_.empty() ? 64 : 2 * places_.size(), empty);
    for (std::uint32_t id = 0; id < values_.size(); ++id) {
      std::size_t place = values_[id].hash & (places_.size() - 1);
      while (places_[place] != empty) place = (place + 1) & (places_.size() - 1);
      places_[place] = id;
    }
  }

  GrowingVector<Entry> values_;
  std::vector<std::uint32_t> places_;  // open addressing; a power of two, at most half full
};

}  // namespace stampede::engine
