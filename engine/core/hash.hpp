// The one hash of files, digests and visited sets: 64 bits, fixed for ever, the same on every
// compiler.
//
// A Hasher absorbs 64-bit words; each word passes through a full 128-bit multiplication, so
// single-bit differences reach every output bit. It is not keyed and not cryptographic: equality is
// always confirmed where a wrong answer would matter.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace stampede::engine {

/// Folds the 128-bit product of two words: the mixing step of this file.
constexpr std::uint64_t multiply_fold(std::uint64_t left, std::uint64_t right) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t hash_seed = 0x9e3779b97f4a7c15ULL;
inline constexpr std::uint64_t hash_key = 0xd6e8feb86659fd93ULL;

/// Combines a running hash with one more word. Order matters.
constexpr std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  // One operand may be zero: a word of hash_seed is what every empty log hashes to. The sum keeps
  // the other one.
  return multiply_fold(state ^ hash_key, word ^ hash_seed) + word + std::rotl(state, 29);
}

/// Hash of some bytes, length included.
constexpr std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t state = mix(hash_seed, bytes.size());
  std::size_t position = 0;
  // Whole words at once where a load gives what the loop below would: the same hash on every
  // machine.
  if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
    for (; position + 8 <= bytes.size(); position += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + position, 8);
      state = mix(state, word);
    }
  }
  while (position < bytes.size()) {
    std::uint64_t word = 0;
    for (std::size_t shift = 0; shift < 8 && position < bytes.size(); ++shift, ++position) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[position]))
              << (8 * shift);
    }
    state = mix(state, word);
  }
  return state;
}

class Hasher {
 public:
  constexpr Hasher() = default;
  constexpr explicit Hasher(std::uint64_t seed) : state_(seed) {}
  constexpr void add(std::uint64_t word) { state_ = mix(state_, word); }
  constexpr void add_bytes(std::string_view bytes) { add(hash_bytes(bytes)); }
  /// The hash of all words so far; more may follow.
  [[nodiscard]] constexpr std::uint64_t finish() const { return mix(state_, hash_key); }

 private:
  std::uint64_t state_ = hash_seed;
};

}  // namespace stampede::engine
