// What one judgement may use: bytes that it holds at a time, and whether it may go on.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "checkers/limits.hpp"

namespace stampede::checkers {

/// Containers are told before they grow, so the cap is never passed. Where one is reached, Stopped
/// is thrown; the face of the room (transactions.cpp) makes `undecided` of it.
class Allowance {
 public:
  explicit Allowance(const Limits& limits) : limits_(limits), patience_(limits.stop) {}

  [[nodiscard]] const Limits& limits() const { return limits_; }
  /// Limits for what is left.
  [[nodiscard]] Limits rest() const {
    Limits rest = limits_;
    rest.max_memory_bytes -= held_bytes_;
    return rest;
  }

  void hold(std::uint64_t bytes) {
    if (bytes > limits_.max_memory_bytes - held_bytes_) {
      throw Stopped("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
    }
    held_bytes_ += bytes;
  }
  void release(std::uint64_t bytes) { held_bytes_ -= bytes; }

  [[nodiscard]] Patience& patience() { return patience_; }
  /// Counts work that is about to be done.
  void work(std::uint64_t units = 1) { patience_.spend(units); }

  template <class T>
  void push(std::vector<T>& items, T item) {
    work();
    if (items.size() == items.capacity()) {
      const std::size_t before = items.capacity();
      const std::size_t more = std::max<std::size_t>(16, 2 * before);
      hold(more * sizeof(T));
      items.reserve(more);
      release(before * sizeof(T));
    }
    items.push_back(std::move(item));
  }
  template <class T>
  void assign(std::vector<T>& items, std::size_t count, const T& value) {
    work(count / 16);
    if (count > items.capacity()) hold((count - items.capacity()) * sizeof(T));
    items.assign(count, value);
  }
  template <class T>
  void free(std::vector<T>& items) {
    release(items.capacity() * sizeof(T));
    items = {};
  }

 private:
  const Limits& limits_;
  std::uint64_t held_bytes_ = 0;
  Patience patience_;
};

}  // namespace stampede::checkers
