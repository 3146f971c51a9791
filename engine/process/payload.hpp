// An immutable value of any described type behind one pointer: what messages, timers, operations,
// results and durable cells are to the engine.
//
// 1. Content never changes after construction; copies share it. 2. The content hash is computed
// once, at construction.
// 3. Equal means same type and equal content. A Payload belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// What the engine knows of a value type. One per C++ type.
struct PayloadType {
  std::string_view name;
  std::uint64_t name_hash;
  /// Dense position of the type in this process; for look-ups only, it never leaves the program.
  std::uint32_t key;
  void (*destroy)(void*);
  bool (*equal)(const void*, const void*);
  bool (*less)(const void*, const void*);
  void (*write)(JsonWriter&, const void*);
  std::size_t size;
};

std::uint32_t next_payload_key();

namespace detail {
template <class T>
inline const PayloadType payload_table{
    type_name<T>(),
    hash_bytes(type_name<T>()),
    next_payload_key(),
    [](void* value) { static_cast<T*>(value)->~T(); },
    [](const void* left, const void* right) {
      return *static_cast<const T*>(left) == *static_cast<const T*>(right);
    },
    [](const void* left, const void* right) {
      return *static_cast<const T*>(left) < *static_cast<const T*>(right);
    },
    [](JsonWriter& writer, const void* value) { write(writer, *static_cast<const T*>(value)); },
    sizeof(T)};
}  // namespace detail

template <class T>
const PayloadType& payload_type() {
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
  ~Payload() {
    if (block_ != nullptr && --block_->references == 0) release();
  }

  template <class T>
  static Payload of(T value) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    Payload payload;
    payload.block_ = allocate(sizeof(T));
    payload.block_->type = &payload_type<T>();
    payload.block_->references = 1;
    T* content = new (payload.block_->content()) T(std::move(value));
    payload.block_->hash = mix(payload.block_->type->name_hash, hash_of(*content));
    return payload;
  }

  [[nodiscard]] explicit operator bool() const { return block_ != nullptr; }
  /// REQUIRES: not empty.
  [[nodiscard]] const PayloadType& type() const { return *block_->type; }
  [[nodiscard]] const void* content() const { return block_->content(); }
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
  [[nodiscard]] std::string to_json() const;

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
  struct Block {
    const PayloadType* type;
    std::uint64_t hash;
    std::uint64_t references;
    std::uint64_t size_class;
    void* content() { return this + 1; }
  };
  static_assert(sizeof(Block) % alignof(std::max_align_t) == 0);

  static Block* allocate(std::size_t size);
  void release();

  Block* block_ = nullptr;
};

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
