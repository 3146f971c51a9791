// The set of worlds a search has seen, whole: for when a fingerprint is not proof enough. Costs
// several times the memory and no two worlds are ever taken for one.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/hash.hpp"

namespace stampede::engine {

class ExactSet {
 public:
  /// True if this text of bytes was not there; `hash` chooses where to look. REQUIRES: not full().
  bool insert(std::uint64_t hash, const unsigned char* bytes, std::size_t size) {
    std::size_t place = mix(hash_seed, hash) & (places_.size() - 1);
    for (; places_[place].bytes != nullptr; place = (place + 1) & (places_.size() - 1)) {
      const Entry& entry = places_[place];
      if (entry.hash == hash && entry.size == size && std::memcmp(entry.bytes, bytes, size) == 0)
        return false;
    }
    places_[place] = {hash, keep(bytes, size), static_cast<std::uint32_t>(size)};
    ++count_;
    return true;
  }

  /// So full that looking takes long. Growing is left to who knows what memory there is.
  [[nodiscard]] bool wants_growth() const { return 4 * (count_ + 1) > 3 * places_.size(); }
  [[nodiscard]] bool full() const { return 20 * (count_ + 1) > 19 * places_.size(); }
  /// What growing takes: the table that is left is given back only afterwards.
  [[nodiscard]] std::uint64_t bytes_to_grow() const { return 2 * places_.size() * sizeof(Entry); }
  /// Doubles the table.
  void grow() {
    std::vector<Entry> old(2 * places_.size());
    std::swap(old, places_);
    for (const Entry& entry : old) {
      if (entry.bytes == nullptr) continue;
      std::size_t place = mix(hash_seed, entry.hash) & (places_.size() - 1);
      while (places_[place].bytes != nullptr) place = (place + 1) & (places_.size() - 1);
      places_[place] = entry;
    }
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    const unsigned char* bytes = nullptr;
    std::uint32_t size = 0;
  };
  static constexpr std::size_t block = std::size_t{1} << 20;

  const unsigned char* keep(const unsigned char* bytes, std::size_t size) {
    ASSERT(size <= block);
    if (blocks_.empty() || used_ + size > block) {
      blocks_.push_back(std::make_unique_for_overwrite<unsigned char[]>(block));
      used_ = 0;
    }
    unsigned char* kept = blocks_.back().get() + used_;
    std::memcpy(kept, bytes, size);
    used_ += size;
    return kept;
  }

  std::vector<Entry> places_ = std::vector<Entry>(1024);
  std::vector<std::unique_ptr<unsigned char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t count_ = 0;
};

}  // namespace stampede::engine
