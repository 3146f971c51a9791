#include "engine/process/payload.hpp"

#include <cstddef>
#include <mutex>
#include <new>
#include <utility>

namespace stampede::engine {
namespace {

using detail::payload_pool;
using detail::PayloadPool;
using FreeBlock = PayloadPool::FreeBlock;

/// What blocks of one size are cut from, about. Never given back: payloads outlive the thread that
/// made them.
constexpr std::size_t piece_bytes = 4096;

/// The first free block of a list that nobody uses.
struct AbandonedList : FreeBlock {
  AbandonedList* next_list;
};
static_assert(sizeof(AbandonedList) <= PayloadPool::class_bytes);

/// The free blocks of threads that have ended, for those that follow: lists by size class.
struct Abandoned {
  std::mutex lock;
  AbandonedList* lists[PayloadPool::class_count] = {};
};
constinit Abandoned abandoned;

/// Leaves the free blocks of a thread to others at its end.
struct PoolOwner {
  ~PoolOwner() {
    const std::lock_guard guard(abandoned.lock);
    for (std::size_t size_class = 0; size_class < PayloadPool::class_count; ++size_class) {
      FreeBlock* const first = std::exchange(payload_pool.heads[size_class], nullptr);
      if (first == nullptr) continue;
      FreeBlock* const rest = first->next;
      AbandonedList*& lists = abandoned.lists[size_class];
      lists = new (first) AbandonedList{{rest}, lists};
    }
    payload_pool.closed = true;
  }
};

/// A list of free blocks that a thread has left; nullptr if there is none.
FreeBlock* take_abandoned(std::size_t size_class) {
  const std::lock_guard guard(abandoned.lock);
  AbandonedList* const list = abandoned.lists[size_class];
  if (list != nullptr) abandoned.lists[size_class] = list->next_list;
  return list;
}

/// A list of new blocks.
FreeBlock* cut(std::size_t size_class) {
  const std::size_t size = size_class * PayloadPool::class_bytes;
  const std::size_t count = piece_bytes / size;
  auto* piece = static_cast<std::byte*>(::operator new(count* size));
  FreeBlock* list = nullptr;
  for (std::size_t i = count; i-- > 0;) list = new (piece + i * size) FreeBlock{list};
  return list;
}

constexpr bool is_pooled(std::size_t size_class) {
  return detail::pooled && size_class < PayloadPool::class_count;
}

}  // namespace

std::uint32_t next_payload_key() {
  static std::uint32_t next = 0;
  return next++;
}

std::string Payload::to_json(const NodeNames* names) const {
  JsonWriter writer(names);
  write_value(writer, *this);
  return writer.take();
}

Payload::Block* Payload::allocate_fresh(std::size_t size_class) {
  void* place = nullptr;
  if (is_pooled(size_class)) {
    static thread_local PoolOwner owner;
    static_cast<void>(owner);
    FreeBlock* list = take_abandoned(size_class);
    if (list == nullptr) list = cut(size_class);
    payload_pool.heads[size_class] = list->next;
    place = list;
  } else {
    place = ::operator new(size_class* PayloadPool::class_bytes);
  }
  auto* block = static_cast<Block*>(place);
  block->size_class = size_class;
  return block;
}

// A block of the pool that is freed when its thread has ended is left where it is.
void Payload::free_block(Block* block) {
  if (!is_pooled(block->size_class)) ::operator delete(block);
}

}  // namespace stampede::engine
