#include "engine/core/memory.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace stampede::engine {
namespace {

/// Numbers of /proc/self/statm: all pages, those in memory, those of files among these, text, 0,
/// and what is writable and not shared. Zeros where there is no such file.
std::array<std::uint64_t, 6> pages_of_process() {
  std::array<std::uint64_t, 6> numbers{};
  char text[128];
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return numbers;
  const ssize_t length = ::read(file, text, sizeof text);
  ::close(file);
  std::size_t which = 0;
  for (ssize_t i = 0; i < length && which < numbers.size(); ++i) {
    if (text[i] == ' ') {
      ++which;
    } else if (text[i] != '\n') {
      numbers[which] = 10 * numbers[which] + static_cast<std::uint64_t>(text[i] - '0');
    }
  }
  return numbers;
}

std::uint64_t page_bytes() { return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

std::uint64_t memory_in_use() { return pages_of_process()[1] * page_bytes(); }

std::uint64_t memory_peak() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

MemoryCap::MemoryCap(std::uint64_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  before_ = limit.rlim_cur;
  const auto pages = pages_of_process();
  const std::uint64_t used = pages[1] * page_bytes();
  const std::uint64_t room = bytes > used ? bytes - used : 0;
  const std::uint64_t data = pages[5] * page_bytes();
  if (data == 0 || room > UINT64_MAX - data) return;
  limit.rlim_cur = std::min<std::uint64_t>(limit.rlim_cur, data + room);
  ::setrlimit(RLIMIT_DATA, &limit);
}

MemoryCap::~MemoryCap() {
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = before_;
  ::setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace stampede::engine
