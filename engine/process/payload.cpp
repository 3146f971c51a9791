#include "engine/process/payload.hpp"

#include <array>
#include <new>

namespace stampede::engine {
namespace {

// Freed blocks by size class of 32 bytes, kept for reuse: a message costs a few instructions, not a
// malloc. Sanitizer builds go to the system allocator so that a use after release is seen.
constexpr std::size_t class_bytes = 32;
constexpr std::size_t class_count = 24;
struct FreeBlock {
  FreeBlock* next;
};
struct FreeLists {
  std::array<FreeBlock*, class_count> heads{};
  ~FreeLists() {
    for (FreeBlock*& head : heads) {
      while (head != nullptr) ::operator delete(std::exchange(head, head->next));
    }
    closed = true;
  }
  bool closed = false;
};
thread_local FreeLists free_lists;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool pooled = false;
#else
constexpr bool pooled = true;
#endif
#else
constexpr bool pooled = true;
#endif

}  // namespace

std::uint32_t next_payload_key() {
  static std::uint32_t next = 0;
  return next++;
}

std::string Payload::to_json() const {
  JsonWriter writer;
  write_value(writer, *this);
  return writer.take();
}

Payload::Block* Payload::allocate(std::size_t size) {
  const std::size_t bytes = sizeof(Block) + size;
  const std::size_t size_class = (bytes + class_bytes - 1) / class_bytes;
  Block* block = nullptr;
  if (pooled && size_class < class_count && free_lists.heads[size_class] != nullptr) {
    FreeBlock* head = free_lists.heads[size_class];
    free_lists.heads[size_class] = head->next;
    block = reinterpret_cast<Block*>(head);
  } else {
    block = static_cast<Block*>(::operator new(size_class* class_bytes));
  }
  block->size_class = size_class;
  return block;
}

void Payload::release() {
  block_->type->destroy(block_->content());
  if (pooled && block_->size_class < class_count && !free_lists.closed) {
    auto* head = reinterpret_cast<FreeBlock*>(block_);
    const std::size_t size_class = block_->size_class;
    head->next = free_lists.heads[size_class];
    free_lists.heads[size_class] = head;
  } else {
    ::operator delete(block_);
  }
}

}  // namespace stampede::engine
