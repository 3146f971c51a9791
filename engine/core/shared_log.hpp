// A persistent log: copying and appending cost O(1), whatever the length, because logs share their
// prefixes.
//
// 1. Positions count from 1, as in the papers; position 0 stands for the empty prefix.
// 2. Entries live in chunks that are never changed once written. A chunk continues its parent; a
//    fork copies at most one chunk.
// 3. Every position has a prefix hash: the hash of all entries up to it. Equal storage means equal;
//    different prefix hashes mean different; else the elements are compared.
// 4. Entries near the end are reached in O(1), any entry in O(log n) through skip pointers.
// 5. A log may stand on a base: what is at positions 1 .. base is known by its prefix hash alone,
//    as after a snapshot. Positions, sizes and hashes go on counting from 1.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// A chunk of a log without its entries: all that hashes of prefixes need.
struct LogChunk {
  static constexpr std::size_t capacity = 16;

  LogChunk(std::shared_ptr<LogChunk> previous, std::size_t position)
      : parent(std::move(previous)), index(position), base(parent == nullptr ? 0 : parent->base) {
    // Skew-binary skip pointers: jump as far as the parent's jump jumped twice, else to the
    // parent.
    skip = parent.get();
    if (parent && parent->skip != nullptr && parent->skip->skip != nullptr &&
        parent->index - parent->skip->index == parent->skip->index - parent->skip->skip->index) {
      skip = parent->skip->skip;
    }
  }
  LogChunk(const LogChunk&) = delete;
  LogChunk& operator=(const LogChunk&) = delete;
  // A long chain is released in a loop: its depth must not become stack depth.
  ~LogChunk() {
    std::shared_ptr<LogChunk> next = std::move(parent);
    while (next && next.use_count() == 1) {
      std::shared_ptr<LogChunk> after = std::move(next->parent);
      next = std::move(after);
    }
  }

  /// The chunk that holds `position`: this one, or one before it.
  [[nodiscard]] const LogChunk* holding(std::size_t position) const {
    const std::size_t wanted = (position - 1) / capacity;
    const LogChunk* chunk = this;
    while (chunk->index != wanted) {
      chunk = chunk->skip != nullptr && chunk->skip->index >= wanted ? chunk->skip
                                                                     : chunk->parent.get();
    }
    return chunk;
  }
  /// Hash of the entries 1 .. position. REQUIRES: it lies in this chunk or before it, and is 1 at
  /// least.
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t position) const {
    return holding(position)->hashes[(position - 1) % capacity];
  }

  std::shared_ptr<LogChunk> parent;
  LogChunk* skip = nullptr;
  std::size_t index;
  /// Of the whole chain. The chunk in which it lies has no entries up to there, and the hash.
  std::size_t base;
  std::size_t used = 0;
  std::array<std::uint64_t, capacity> hashes{};
};

template <class T>
class SharedLog {
 public:
  static constexpr std::size_t chunk_size = LogChunk::capacity;

  /// A log without entries that goes on behind the first `base` ones, which hash to `prefix_hash`.
  [[nodiscard]] static SharedLog after(std::size_t base, std::uint64_t prefix_hash) {
    SharedLog log;
    if (base == 0) return log;
    log.tip_ = std::make_shared<Chunk>(nullptr, (base - 1) / chunk_size);
    log.tip_->base = base;
    log.tip_->used = (base - 1) % chunk_size + 1;
    log.tip_->hashes[(base - 1) % chunk_size] = prefix_hash;
    log.size_ = base;
    return log;
  }
  /// This log with everything up to `position` forgotten. O(entries kept).
  [[nodiscard]] SharedLog forgetting(std::size_t position) const {
    SharedLog kept = after(position, prefix_hash(position));
    for (std::size_t i = position + 1; i <= size_; ++i) kept.push_back(at(i));
    return kept;
  }

  /// The last position, whether its entry is here or forgotten.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Entries are here for positions above this one.
  [[nodiscard]] std::size_t base() const { return tip_ == nullptr ? 0 : tip_->base; }

  /// The entry at `position`, base() + 1 .. size(). A position outside is an AssertionFailed.
  [[nodiscard]] const T& at(std::size_t position) const {
    ASSERT(position > base() && position <= size_);
    return items_of(tip_->holding(position))[(position - 1) % chunk_size];
  }
  [[nodiscard]] const T& back() const { return at(size_); }

  /// Hash of the entries 1 .. position (0 = the empty prefix). REQUIRES: base() <= position <=
  /// size().
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t position) const {
    ASSERT(position >= base() && position <= size_);
    return position == 0 ? hash_seed : tip_->prefix_hash(position);
  }

  /// Hash of the whole log.
  [[nodiscard]] std::uint64_t hash() const {
    return size_ == 0 ? hash_seed : tip_->hashes[(size_ - 1) % chunk_size];
  }

  void push_back(T value) {
    const std::size_t offset = size_ % chunk_size;
    const std::uint64_t hash = mix(this->hash(), hash_of(value));
    if (offset == 0) {
      tip_ = std::make_shared<Chunk>(tip_, size_ / chunk_size);
    } else if (tip_->used > offset) {
      if (tip_->hashes[offset] == hash && tip_->items[offset] == value) {
        ++size_;  // another log has already appended the same entry here
        return;
      }
      auto fork = std::make_shared<Chunk>(tip_->parent, tip_->index);
      fork->base = tip_->base;
      for (std::size_t i = 0; i < offset; ++i) {
        fork->items[i] = tip_->items[i];
        fork->hashes[i] = tip_->hashes[i];
      }
      fork->used = offset;
      tip_ = std::move(fork);
    }
    tip_->items[offset] = std::move(value);
    tip_->hashes[offset] = hash;
    tip_->used = offset + 1;
    ++size_;
  }

  /// Keeps the first `length` entries. REQUIRES: not below base().
  void truncate(std::size_t length) {
    if (length >= size_) return;
    ASSERT(length >= base());
    if (length == 0) {
      tip_.reset();
    } else if ((length - 1) / chunk_size != tip_->index) {
      tip_ = find((length - 1) / chunk_size);
    }
    size_ = length;
  }

  /// The first `length` entries as a log of their own.
  [[nodiscard]] SharedLog prefix(std::size_t length) const {
    SharedLog copy = *this;
    copy.truncate(length);
    return copy;
  }

  /// This log with `value` at `position`. Positions that it leaves open are filled with default
  /// entries. O(entries behind `position`).
  [[nodiscard]] SharedLog replaced(std::size_t position, T value) const {
    ASSERT(position >= 1);
    SharedLog copy = prefix(position - 1);
    while (copy.size_ + 1 < position) copy.push_back({});
    copy.push_back(std::move(value));
    for (std::size_t later = position + 1; later <= size_; ++later) copy.push_back(at(later));
    return copy;
  }

  /// True if this log begins with all entries of `other`: O(1) but for hash collisions. False as
  /// well where that cannot be told, because `other` ends below base().
  [[nodiscard]] bool extends(const SharedLog& other) const {
    return size_ >= other.size_ && other.size_ >= base() &&
           prefix_hash(other.size_) == other.hash();
  }

  /// Positions 1 .. this are equal in both logs; 0 if they differ within what one has forgotten.
  /// O(log n). REQUIRES: each ends no earlier than the other's base.
  [[nodiscard]] std::size_t common_prefix(const SharedLog& other) const {
    std::size_t low = base() > other.base() ? base() : other.base();
    std::size_t high = size_ < other.size_ ? size_ : other.size_;
    if (prefix_hash(low) != other.prefix_hash(low)) return 0;
    while (low < high) {
      const std::size_t middle = (low + high + 1) / 2;
      if (prefix_hash(middle) == other.prefix_hash(middle)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// True if both are the same entries in the same storage. O(1) and exact one way only: equal logs
  /// may lie apart.
  [[nodiscard]] bool shares_all(const SharedLog& other) const {
    return tip_ == other.tip_ && size_ == other.size_;
  }

  /// The chunk of the last entry; nullptr of an empty log.
  [[nodiscard]] const LogChunk* tip() const { return tip_.get(); }

  friend bool operator==(const SharedLog& left, const SharedLog& right) {
    if (left.size_ != right.size_ || left.base() != right.base()) return false;
    if (left.tip_ == right.tip_) return true;
    if (left.hash() != right.hash()) return false;
    // Same hash, different storage: compare entries back to the first shared chunk.
    const LogChunk* a = left.tip_.get();
    const LogChunk* b = right.tip_.get();
    std::size_t count = (left.size_ - 1) % chunk_size + 1;
    while (a != b) {
      for (std::size_t i = 0; i < count; ++i) {
        if (!(items_of(a)[i] == items_of(b)[i])) return false;
      }
      a = a->parent.get();
      b = b->parent.get();
      count = chunk_size;
    }
    return true;
  }
  /// By base, then by the hash of what is forgotten, then by entries.
  friend bool operator<(const SharedLog& left, const SharedLog& right) {
    const std::size_t base = left.base();
    if (base != right.base()) return base < right.base();
    if (left.prefix_hash(base) != right.prefix_hash(base))
      return left.prefix_hash(base) < right.prefix_hash(base);
    const std::size_t common = left.common_prefix(right);
    if (common == right.size_) return false;
    if (common == left.size_) return true;
    return left.at(common + 1) < right.at(common + 1);
  }

  void append_hash(Hasher& hasher) const {
    hasher.add(size_);
    hasher.add(hash());
    if (base() != 0) hasher.add(base());
  }

 private:
  struct Chunk : LogChunk {
    using LogChunk::LogChunk;
    std::array<T, chunk_size> items{};
  };

  /// Of a chunk of such a log.
  [[nodiscard]] static const std::array<T, chunk_size>& items_of(const LogChunk* chunk) {
    return static_cast<const Chunk*>(chunk)->items;
  }

  /// An owning pointer to the chunk with this index.
  [[nodiscard]] std::shared_ptr<Chunk> find(std::size_t index) const {
    std::shared_ptr<LogChunk> chunk = tip_;
    const LogChunk* child = nullptr;
    if (chunk->index != index) {
      const LogChunk* walk = tip_.get();
      while (walk->index != index + 1) {
        walk = walk->skip != nullptr && walk->skip->index > index ? walk->skip : walk->parent.get();
      }
      child = walk;
    }
    return std::static_pointer_cast<Chunk>(child == nullptr ? chunk : child->parent);
  }

  std::shared_ptr<Chunk> tip_;
  std::size_t size_ = 0;
};

}  // namespace stampede::engine
