// A vector that grows without moving its elements: one thread appends, others may read what was
// published to them (PairMap publishes ids) meanwhile. Room is taken from the system chunk by chunk
// and touched element by element, so that a new chunk costs memory only as it fills.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "engine/core/error.hpp"

namespace stampede::engine {

template <class T>
class GrowingVector {
 public:
  GrowingVector() = default;
  GrowingVector(const GrowingVector&) = delete;
  GrowingVector& operator=(const GrowingVector&) = delete;
  ~GrowingVector() {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < size; ++i) std::destroy_at(place(i));
    for (std::size_t chunk = 0; chunk < chunk_count; ++chunk) {
      if (T* room = chunks_[chunk].load(std::memory_order_relaxed))
        std::allocator<T>().deallocate(room, first << chunk);
    }
  }

  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  /// REQUIRES: position < size(), or its id was published to this thread.
  [[gnu::always_inline]] T& operator[](std::size_t position) { return *place(position); }
  [[gnu::always_inline]] const T& operator[](std::size_t position) const {
    return *place(position);
  }

  /// The position of the new element.
  std::uint32_t push_back(T value) {
    const std::size_t position = size_.load(std::memory_order_relaxed);
    ASSERT(position < UINT32_MAX - first);
    const std::size_t chunk = chunk_of(position);
    if (chunks_[chunk].load(std::memory_order_relaxed) == nullptr)
      chunks_[chunk].store(std::allocator<T>().allocate(first << chunk), std::memory_order_release);
    std::construct_at(place(position), std::move(value));
    size_.store(position + 1, std::memory_order_release);
    return static_cast<std::uint32_t>(position);
  }

 private:
  // Chunk k holds `first` * 2^k elements.
  static constexpr std::size_t first = 64;
  static constexpr std::size_t chunk_count = 27;
  [[nodiscard]] static std::size_t chunk_of(std::size_t position) {
    return static_cast<std::size_t>(std::bit_width(position + first)) - 7;
  }
  [[nodiscard, gnu::always_inline]] T* place(std::size_t position) const {
    const std::size_t chunk = chunk_of(position);
    return chunks_[chunk].load(std::memory_order_acquire) + (position + first - (first << chunk));
  }

  std::atomic<T*> chunks_[chunk_count] = {};
  std::atomic<std::size_t> size_{0};
};

}  // namespace stampede::engine
