// Worlds that wait to be expanded, packed into blocks of bytes.
//
// A block knows the number of its first world in the order of discovery, so that numbers need not
// be stored.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/explore/packed_world.hpp"
#include "engine/explore/state_space.hpp"

namespace stampede::engine {

/// Some worlds in a row.
struct FrontierBlock {
  static constexpr std::size_t size = std::size_t{1} << 16;
  std::unique_ptr<unsigned char[]> bytes = std::make_unique_for_overwrite<unsigned char[]>(size);
  std::uint32_t used = 0;
  std::uint32_t count = 0;
  /// Number of the first world; the others follow in steps of `stride`.
  std::uint64_t first = 0;
};

/// Worlds as bytes. Most numbers are small: ids take two bytes, and messages, as differences, which
/// are small where they are sorted, take one; what does not fit follows a mark in four.
class WorldCodec {
 public:
  WorldCodec(std::size_t nodes, bool with_ledger) : nodes_(nodes), with_ledger_(with_ledger) {}

  [[nodiscard]] std::size_t bytes_max(std::size_t messages) const {
    return sizeof(std::uint64_t) + 6 * (3 + nodes_) + 5 * messages;
  }
  /// The end of what was written.
  unsigned char* encode(const WorldRef& world, unsigned char* out) const {
    out = copy(&world.hash, sizeof world.hash, out);
    out = put<std::uint16_t>(world.message_count, out);
    out = put<std::uint16_t>(world.knowledge, out);
    if (with_ledger_) out = put<std::uint16_t>(world.ledger, out);
    for (std::size_t node = 0; node < nodes_; ++node)
      out = put<std::uint16_t>(world.locals[node], out);
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < world.message_count; ++i) {
      out = put<unsigned char>(world.messages[i] - last, out);
      last = world.messages[i];
    }
    return out;
  }
  /// Ids go to `space`, which has room for nodes and messages; the view is of it.
  const unsigned char* decode(const unsigned char* in, std::uint32_t* space,
                              WorldRef& world) const {
    std::memcpy(&world.hash, in, sizeof world.hash);
    in += sizeof world.hash;
    in = take<std::uint16_t>(in, world.message_count);
    in = take<std::uint16_t>(in, world.knowledge);
    world.ledger = 0;
    if (with_ledger_) in = take<std::uint16_t>(in, world.ledger);
    world.locals = space;
    for (std::size_t node = 0; node < nodes_; ++node) in = take<std::uint16_t>(in, *space++);
    world.messages = space;
    const std::uint32_t count = world.message_count;
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t difference = 0;
      in = take<unsigned char>(in, difference);
      last += difference;
      space[i] = last;
    }
    return in;
  }
  static constexpr std::uint32_t messages_max = UINT16_MAX >> 1;

 private:
  static unsigned char* copy(const void* from, std::size_t bytes, unsigned char* out) {
    std::memcpy(out, from, bytes);
    return out + bytes;
  }
  template <class Small>
  static constexpr Small mark = static_cast<Small>(~Small{0});

  template <class Small>
  static unsigned char* put(std::uint32_t number, unsigned char* out) {
    const Small small = static_cast<Small>(number);
    if (number < mark<Small>) [[likely]]
      return copy(&small, sizeof small, out);
    return copy(&number, sizeof number, copy(&mark<Small>, sizeof(Small), out));
  }
  template <class Small>
  static const unsigned char* take(const unsigned char* in, std::uint32_t& number) {
    Small small = 0;
    std::memcpy(&small, in, sizeof small);
    in += sizeof small;
    number = small;
    if (small != mark<Small>) [[likely]]
      return in;
    std::memcpy(&number, in, sizeof number);
    return in + sizeof number;
  }
  std::size_t nodes_;
  bool with_ledger_;
};

}  // namespace stampede::engine
