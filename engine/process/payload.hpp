// An immutable value of any described type behind one pointer: what messages, timers, operations,
// results and durable cells are to the engine.
//
// 1. Content never changes after construction; copies share it.
// 2. The content hash is computed once, at construction.
// 3. Equal means same type and equal content. A Payload belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

class Payload;

/// What the engine knows of a value type. One per C++ type.
struct PayloadType {
  std::string_view name;
  std::uint64_t name_hash;
  /// Dense position of the type in this process; for look-ups only, it never leaves the program.
  std::uint32_t key;
  /// nullptr where there is nothing to do.
  void (*destroy)(void*);
  bool (*equal)(const void*, const void*);
  bool (*less)(const void*, const void*);
  void (*write)(JsonWriter&, const void*);
  std::size_t size;
  /// A value as `write` writes it, or as a person does: InputError where it is not one. nullptr for
  /// types that cannot be read.
  Payload (*read)(const Document&, const NodeNames*);
};

std::uint32_t next_payload_key();

namespace detail {

// Freed blocks by size class, kept for reuse: a message costs a few instructions, not a malloc; and
// many are cut from one piece: those that live as long as a run cost no malloc each, either.
// Sanitizer builds go to the system allocator so that a use after release is seen.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool pooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool pooled = false;
#else
inline constexpr bool pooled = true;
#endif
#else
inline constexpr bool pooled = true;
#endif

/// What stands before the content of a payload.
struct PayloadBlock {
  union {
    const PayloadType* type;
    /// Of a free block: the next one in its list, and at the head of a list nobody uses, another
    /// such list.
    PayloadBlock* next;
  };
  union {
    std::uint64_t hash;
    PayloadBlock* next_list;
  };
  std::uint64_t references;
  /// Set once, when the block is cut.
  std::uint64_t size_class;
  void* content() { return this + 1; }
};
static_assert(sizeof(PayloadBlock) % alignof(std::max_align_t) == 0);

/// The free blocks of a thread.
struct PayloadPool {
  static constexpr std::size_t class_bytes = 32;
  static constexpr std::size_t class_count = 24;
  PayloadBlock* heads[class_count] = {};
};
inline constinit thread_local PayloadPool payload_pool;

}  // namespace detail

namespace detail {
/// Payload::of, which the table refers to before there is a Payload.
template <class T>
Payload payload_of(T&& value);

template <class T>
constexpr auto reader_of() -> Payload (*)(const Document&, const NodeNames*) {
  if constexpr (Readable<T>) {
    return [](const Document& document, const NodeNames* names) {
      T value{};
      read(document, value, names);
      return payload_of(std::move(value));
    };
  } else {
    return nullptr;
  }
}

template <class T>
inline const PayloadType payload_table{
    type_name<T>(),
    hash_bytes(type_name<T>()),
    next_payload_key(),
    std::is_trivially_destructible_v<T> ? nullptr
                                        : +[](void* value) { static_cast<T*>(value)->~T(); },
    [](const void* left, const void* right) {
      return *static_cast<const T*>(left) == *static_cast<const T*>(right);
    },
    [](const void* left, const void* right) {
      return *static_cast<const T*>(left) < *static_cast<const T*>(right);
    },
    [](JsonWriter& writer, const void* value) { write(writer, *static_cast<const T*>(value)); },
    sizeof(T),
    reader_of<T>()};
}  // namespace detail

template <class T>
const PayloadType& payload_type() {
  static_assert(Described<T>, "put a line STAMPEDE_VALUE(Type, members...) after this type");
  return detail::payload_table<T>;
}

class Payload {
 public:
  Payload() = default;
  Payload(const Payload& other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  Payload(Payload&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Payload& operator=(Payload other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  // Inlined by force: nearly all are empty by then, having been moved from.
  [[gnu::always_inline]] ~Payload() {
    if (block_ != nullptr && --block_->references == 0) release();
  }

  /// The value, copied or moved once.
  template <class V>
  static Payload of(V&& value) {
    using T = std::remove_cvref_t<V>;
    Payload payload = unhashed(std::forward<V>(value));
    Hasher hasher(payload_type<T>().name_hash);
    engine::append_hash(hasher, *static_cast<const T*>(payload.content()));
    payload.block_->hash = hasher.finish();
    return payload;
  }

  void reset() {
    if (block_ != nullptr && --block_->references == 0) release();
    block_ = nullptr;
  }
  [[nodiscard]] explicit operator bool() const { return block_ != nullptr; }
  /// REQUIRES: not empty.
  [[nodiscard]] const PayloadType& type() const { return *block_->type; }
  [[nodiscard]] const void* content() const { return block_->content(); }
  /// Begins to bring content of `size` bytes near, for those who go through many payloads.
  // Inlined by force, like all that only fetches: g++ takes such functions for pure and drops
  // calls.
  [[gnu::always_inline]] void prefetch(std::size_t size) const {
    constexpr std::size_t line = 64;
    const char* begin = reinterpret_cast<const char*>(block_);
    const std::size_t bytes = block_ == nullptr ? 0 : sizeof(Block) + size;
    for (std::size_t offset = 0; offset < bytes; offset += line) {
      __builtin_prefetch(begin + offset);
    }
    if (bytes > 0) __builtin_prefetch(begin + bytes - 1);
  }
  /// The content as a T, or nullptr if it is of another type or empty.
  template <class T>
  [[nodiscard]] const T* get() const {
    return block_ != nullptr && block_->type == &payload_type<T>()
               ? static_cast<const T*>(content())
               : nullptr;
  }
  /// The content as a T; AssertionFailed for any other type.
  template <class T>
  [[nodiscard]] const T& as() const {
    const T* found = get<T>();
    ASSERT(found != nullptr);
    return *found;
  }
  [[nodiscard]] std::uint64_t hash() const { return block_ == nullptr ? 0 : block_->hash; }
  void append_hash(Hasher& hasher) const { hasher.add(hash()); }
  /// Compact JSON of the content; `null` if empty.
  [[nodiscard]] std::string to_json(const NodeNames* names = nullptr) const;

  friend bool operator==(const Payload& left, const Payload& right) {
    if (left.block_ == right.block_) return true;
    if (left.block_ == nullptr || right.block_ == nullptr) return false;
    return left.block_->hash == right.block_->hash && left.block_->type == right.block_->type &&
           left.type().equal(left.content(), right.content());
  }
  /// Empty first, then by type name, then by content.
  friend bool operator<(const Payload& left, const Payload& right) {
    if (left.block_ == right.block_) return false;
    if (left.block_ == nullptr || right.block_ == nullptr) return left.block_ == nullptr;
    if (left.block_->type != right.block_->type) return left.type().name < right.type().name;
    return left.type().less(left.content(), right.content());
  }

 private:
  friend class Parcel;
  using Block = detail::PayloadBlock;

  template <class V>
  [[gnu::always_inline]] static Payload unhashed(V&& value) {
    using T = std::remove_cvref_t<V>;
    static_assert(alignof(T) <= alignof(std::max_align_t));
    Payload payload;
    payload.block_ = allocate(sizeof(T));
    payload.block_->type = &payload_type<T>();
    payload.block_->references = 1;
    new (payload.block_->content()) T(std::forward<V>(value));
    return payload;
  }
  static Block* allocate(std::size_t size) {
    using Pool = detail::PayloadPool;
    const std::size_t size_class =
        (sizeof(Block) + size + Pool::class_bytes - 1) / Pool::class_bytes;
    if (!detail::pooled || size_class >= Pool::class_count) return allocate_fresh(size_class);
    Block*& head = detail::payload_pool.heads[size_class];
    if (head == nullptr) return allocate_fresh(size_class);
    return std::exchange(head, head->next);
  }
  static Block* allocate_fresh(std::size_t size_class);
  void release() {
    using Pool = detail::PayloadPool;
    if (block_->type->destroy != nullptr) block_->type->destroy(block_->content());
    const std::size_t size_class = block_->size_class;
    if (!detail::pooled || size_class >= Pool::class_count) return free_block(block_);
    block_->next = std::exchange(detail::payload_pool.heads[size_class], block_);
  }
  static void free_block(Block* block);

  Block* block_ = nullptr;
};

/// A value on its way inside one step. It is handed over and gone: nobody compares it, and so it
/// has no hash.
class Parcel {
 public:
  template <class V>
  static Parcel of(V&& value) {
    return Parcel(Payload::unhashed(std::forward<V>(value)));
  }
  [[nodiscard]] const void* content() const { return payload_.content(); }

 private:
  explicit Parcel(Payload payload) : payload_(std::move(payload)) {}
  Payload payload_;
};

template <class T>
Payload detail::payload_of(T&& value) {
  return Payload::of(std::forward<T>(value));
}

/// Both are of one type and show the same in these members; false for a name that is none of
/// theirs.
bool equal_in(const Payload& left, const Payload& right, const std::vector<std::string>& members);

/// An operation or a result of some service, erased.
using Operation = Payload;
using Result = Payload;

inline void write_value(JsonWriter& writer, const Payload& payload) {
  if (payload) {
    payload.type().write(writer, payload.content());
  } else {
    writer.null();
  }
}

}  // namespace stampede::engine

namespace stampede {
using engine::Operation;
using engine::Result;
}  // namespace stampede
