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

/// Worlds as bytes: numbers of seven bits a byte, messages as differences, which are small where
/// they are sorted.
class WorldCodec {
 public:
  WorldCodec(std::size_t nodes, bool with_ledger) : nodes_(nodes), with_ledger_(with_ledger) {}

  [[nodiscard]] std::size_t bytes_max(std::size_t messages) const {
    return sizeof(std::uint64_t) + number_max * (3 + nodes_ + messages);
  }
  /// The end of what was written.
  unsigned char* encode(const WorldRef& world, unsigned char* out) const {
    std::memcpy(out, &world.hash, sizeof world.hash);
    out = put(world.message_count, out + sizeof world.hash);
    out = put(world.knowledge, out);
    if (with_ledger_) out = put(world.ledger, out);
    for (std::size_t node = 0; node < nodes_; ++node) out = put(world.locals[node], out);
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < world.message_count; ++i) {
      out = put(world.messages[i] - last, out);
      last = world.messages[i];
    }
    return out;
  }
  /// Ids go to `space`, which has room for nodes and messages; the view is of it.
  const unsigned char* decode(const unsigned char* in, std::uint32_t* space,
                              WorldRef& world) const {
    std::memcpy(&world.hash, in, sizeof world.hash);
    in = take(in + sizeof world.hash, world.message_count);
    in = take(in, world.knowledge);
    world.ledger = 0;
    if (with_ledger_) in = take(in, world.ledger);
    world.locals = space;
    for (std::size_t node = 0; node < nodes_; ++node) in = take(in, *space++);
    world.messages = space;
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < world.message_count; ++i) {
      std::uint32_t difference = 0;
      in = take(in, difference);
      last += difference;
      *space++ = last;
    }
    return in;
  }
  static constexpr std::uint32_t messages_max = UINT16_MAX >> 1;

 private:
  /// Bytes of the largest number.
  static constexpr std::size_t number_max = 5;

  static unsigned char* put(std::uint32_t number, unsigned char* out) {
    for (; number > 0x7f; number >>= 7) *out++ = static_cast<unsigned char>(number | 0x80);
    *out++ = static_cast<unsigned char>(number);
    return out;
  }
  static const unsigned char* take(const unsigned char* in, std::uint32_t& number) {
    number = *in & 0x7f;
    for (unsigned shift = 7; (*in++ & 0x80) != 0; shift += 7)
      number |= static_cast<std::uint32_t>(*in & 0x7f) << shift;
    return in;
  }
  std::size_t nodes_;
  bool with_ledger_;
};

}  // namespace stampede::engine
