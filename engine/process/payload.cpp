#include "engine/process/payload.hpp"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <new>
#include <utility>

namespace stampede::engine {
namespace {

using detail::payload_pool;
using detail::PayloadBlock;
using detail::PayloadPool;

/// What blocks of one size are cut from, about. Never given back: payloads outlive the thread that
/// made them.
constexpr std::size_t piece_bytes = 4096;

/// The free blocks of threads that have ended, for those that follow: lists by size class.
struct Abandoned {
  std::mutex lock;
  PayloadBlock* lists[PayloadPool::class_count] = {};
};
constinit Abandoned abandoned;

/// Leaves the free blocks of a thread to others at its end.
struct PoolOwner {
  ~PoolOwner() {
    const std::lock_guard guard(abandoned.lock);
    for (std::size_t size_class = 0; size_class < PayloadPool::class_count; ++size_class) {
      PayloadBlock* const list = std::exchange(payload_pool.heads[size_class], nullptr);
      if (list != nullptr) list->next_list = std::exchange(abandoned.lists[size_class], list);
    }
  }
};

/// A list of free blocks that a thread has left; nullptr if there is none.
PayloadBlock* take_abandoned(std::size_t size_class) {
  const std::lock_guard guard(abandoned.lock);
  PayloadBlock* const list = abandoned.lists[size_class];
  if (list != nullptr) abandoned.lists[size_class] = list->next_list;
  return list;
}

/// A list of new blocks.
PayloadBlock* cut(std::size_t size_class) {
  const std::size_t size = size_class * PayloadPool::class_bytes;
  const std::size_t count = piece_bytes / size;
  auto* piece = static_cast<std::byte*>(::operator new(count* size));
  PayloadBlock* list = nullptr;
  for (std::size_t i = count; i-- > 0;) {
    auto* block = new (piece + i * size) PayloadBlock;
    block->size_class = size_class;
    block->next = std::exchange(list, block);
  }
  return list;
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
  if (!detail::pooled || size_class >= PayloadPool::class_count) {
    auto* block = new (::operator new(size_class* PayloadPool::class_bytes)) Block;
    block->size_class = size_class;
    return block;
  }
  static thread_local PoolOwner owner;
  static_cast<void>(owner);
  Block* list = take_abandoned(size_class);
  if (list == nullptr) list = cut(size_class);
  payload_pool.heads[size_class] = list->next;
  return list;
}

void Payload::free_block(Block* block) { ::operator delete(block); }

bool equal_in(const Payload& left, const Payload& right, const std::vector<std::string>& members) {
  if (!left || !right || &left.type() != &right.type()) return false;
  const Document one = parse_json(left.to_json(), "a value");
  const Document other = parse_json(right.to_json(), "a value");
  return std::all_of(members.begin(), members.end(), [&](const std::string& member) {
    const Document* const shown = one.find(member);
    const Document* const wanted = other.find(member);
    return shown != nullptr && wanted != nullptr && *shown == *wanted;
  });
}

}  // namespace stampede::engine
