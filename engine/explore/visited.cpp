#include "engine/explore/visited.hpp"

#include <sys/mman.h>

#include <new>

#include "engine/core/error.hpp"

namespace stampede::engine {

VisitedSet::VisitedSet(unsigned bits) { allocate(bits); }

VisitedSet::~VisitedSet() { ::munmap(table_, bytes()); }

void VisitedSet::allocate(unsigned bits) {
  const std::size_t slots = std::size_t{1} << bits;
  void* memory = ::mmap(nullptr, slots * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // Look-ups are all over the table: with small pages each would miss the translation cache too. A
  // refusal costs time and nothing else.
  constexpr std::size_t worth_it = std::size_t{32} << 20;
  if (slots * sizeof(std::uint64_t) >= worth_it)
    ::madvise(memory, slots * sizeof(std::uint64_t), MADV_HUGEPAGE);
  table_ = static_cast<std::uint64_t*>(memory);
  mask_ = slots - 1;
  shift_ = 64 - bits;
}

void VisitedSet::grow() {
  std::uint64_t* old = table_;
  const std::size_t slots = capacity();
  allocate(64 - shift_ + 1);
  // Places go by the highest bits, so both tables are walked in step; what was read is given back
  // to the system on the way: the two together cost little more than the new one.
  constexpr std::size_t step = std::size_t{1} << 17;
  for (std::size_t begin = 0; begin < slots; begin += step) {
    const std::size_t end = begin + step < slots ? begin + step : slots;
    for (std::size_t place = begin; place < end; ++place) {
      if (old[place] != 0) insert(old[place]);
    }
    ::madvise(old + begin, (end - begin) * sizeof(std::uint64_t), MADV_DONTNEED);
  }
  ::munmap(old, slots * sizeof(std::uint64_t));
}

}  // namespace stampede::engine
