#include "engine/process/payload.hpp"

#include <new>

namespace stampede::engine {
namespace {

using detail::payload_pool;
using detail::PayloadPool;

/// Gives the blocks of a thread back at its end.
struct PoolOwner {
  ~PoolOwner() {
    for (PayloadPool::FreeBlock*& head : payload_pool.heads) {
      while (head != nullptr) ::operator delete(std::exchange(head, head->next));
    }
    payload_pool.closed = true;
  }
};

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
  static thread_local PoolOwner owner;
  static_cast<void>(owner);
  auto* block = static_cast<Block*>(::operator new(size_class* PayloadPool::class_bytes));
  block->size_class = size_class;
  return block;
}

void Payload::free_block(Block* block) { ::operator delete(block); }

}  // namespace stampede::engine
