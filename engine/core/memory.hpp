// The memory of this process, as the system counts it: what limits of memory are kept by.
#pragma once

#include <cstdint>

namespace stampede::engine {

/// Bytes in use, now. 0 where the system does not tell.
std::uint64_t memory_in_use();
/// The most that ever were in use.
std::uint64_t memory_peak();

/// While it lives, the process cannot take much more than `bytes` in all: an allocation beyond
/// fails with std::bad_alloc. For what grows between two looks at memory_in_use, as a handler may.
class MemoryCap {
 public:
  explicit MemoryCap(std::uint64_t bytes);
  MemoryCap(const MemoryCap&) = delete;
  MemoryCap& operator=(const MemoryCap&) = delete;
  ~MemoryCap();

 private:
  std::uint64_t before_ = 0;
};

}  // namespace stampede::engine
