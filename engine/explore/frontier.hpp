// Worlds that wait to be expanded, packed into blocks of bytes: a hash, the ids, and messages of 16
// bits each as long as ids are small.
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

/// Worlds as bytes.
class WorldCodec {
 public:
  WorldCodec(std::size_t nodes, bool with_ledger) : nodes_(nodes), with_ledger_(with_ledger) {}

  [[nodiscard]] std::size_t bytes_max(std::size_t messages) const {
    return 2 + 8 + 8 + 4 * nodes_ + 4 * messages;
  }
  /// The end of what was written.
  unsigned char* encode(const WorldRef& world, unsigned char* out) const {
    bool wide = false;
    for (std::uint32_t i = 0; i < world.message_count; ++i) wide |= world.messages[i] > UINT16_MAX;
    const auto head = static_cast<std::uint16_t>(world.message_count << 1 | (wide ? 1U : 0U));
    out = put(out, &head, 2);
    out = put(out, &world.hash, 8);
    out = put(out, &world.knowledge, 4);
    if (with_ledger_) out = put(out, &world.ledger, 4);
    out = put(out, world.locals, 4 * nodes_);
    if (wide) return put(out, world.messages, 4 * std::size_t{world.message_count});
    for (std::uint32_t i = 0; i < world.message_count; ++i) {
      const auto narrow = static_cast<std::uint16_t>(world.messages[i]);
      out = put(out, &narrow, 2);
    }
    return out;
  }
  /// Ids go to `space`, which has room for nodes and messages; the view is of it.
  const unsigned char* decode(const unsigned char* in, std::uint32_t* space,
                              WorldRef& world) const {
    std::uint16_t head = 0;
    in = take(in, &head, 2);
    in = take(in, &world.hash, 8);
    in = take(in, &world.knowledge, 4);
    world.ledger = 0;
    if (with_ledger_) in = take(in, &world.ledger, 4);
    in = take(in, space, 4 * nodes_);
    world.locals = space;
    world.messages = space + nodes_;
    world.message_count = head >> 1;
    if ((head & 1) != 0) return take(in, space + nodes_, 4 * std::size_t{world.message_count});
    for (std::uint32_t i = 0; i < world.message_count; ++i) {
      std::uint16_t narrow = 0;
      in = take(in, &narrow, 2);
      space[nodes_ + i] = narrow;
    }
    return in;
  }
  static constexpr std::uint32_t messages_max = UINT16_MAX >> 1;

 private:
  static unsigned char* put(unsigned char* out, const void* from, std::size_t bytes) {
    std::memcpy(out, from, bytes);
    return out + bytes;
  }
  static const unsigned char* take(const unsigned char* in, void* to, std::size_t bytes) {
    std::memcpy(to, in, bytes);
    return in + bytes;
  }
  std::size_t nodes_;
  bool with_ledger_;
};

}  // namespace stampede::engine
