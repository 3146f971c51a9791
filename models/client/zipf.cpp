#include "models/client/zipf.hpp"

#include <algorithm>
#include <array>

#include "engine/core/error.hpp"

namespace stampede::models::client {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned logarithm_bits = 32;
/// Of the weight of the first key: what the last of 2^20 weighs is still known to a millionth.
constexpr unsigned weight_bits = 40;
constexpr std::uint64_t full = std::uint64_t{1} << 62;

constexpr std::uint64_t root(Wide square) {
  std::uint64_t found = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 63; bit != 0; bit >>= 1) {
    if (static_cast<Wide>(found | bit) * (found | bit) <= square) found |= bit;
  }
  return found;
}

/// 2^-(1/2), 2^-(1/4), ... in 62 fractional bits.
constexpr std::array<std::uint64_t, logarithm_bits> make_roots() {
  std::array<std::uint64_t, logarithm_bits> roots{};
  std::uint64_t last = full / 2;
  for (std::uint64_t& next : roots) last = next = root(static_cast<Wide>(last) * full);
  return roots;
}
constexpr auto roots = make_roots();

/// The binary logarithm: each squaring of what is left of the value gives its next bit.
std::uint64_t logarithm(std::uint64_t value) {
  std::uint64_t whole = 0;
  while (value >> (whole + 1) != 0) ++whole;
  std::uint64_t rest = value << (62 - whole);
  std::uint64_t result = whole;
  for (unsigned bit = 0; bit < logarithm_bits; ++bit) {
    const Wide square = (static_cast<Wide>(rest) * rest) >> 62;
    const bool over = square >= 2 * static_cast<Wide>(full);
    rest = static_cast<std::uint64_t>(over ? square / 2 : square);
    result = result * 2 + (over ? 1 : 0);
  }
  return result;
}

/// value^-exponent.
std::uint64_t weight_of(std::uint64_t value, engine::Ppm exponent) {
  const auto power =
      static_cast<std::uint64_t>(static_cast<Wide>(logarithm(value)) * exponent.value / 1'000'000);
  std::uint64_t weight = full;
  for (unsigned bit = 0; bit < logarithm_bits; ++bit) {
    if ((power >> (logarithm_bits - 1 - bit) & 1) == 0) continue;
    weight = static_cast<std::uint64_t>((static_cast<Wide>(weight) * roots[bit]) >> 62);
  }
  return weight >> (power >> logarithm_bits) >> (62 - weight_bits);
}

}  // namespace

Zipf::Zipf(std::uint32_t keys, engine::Ppm exponent) : keys_(keys) {
  ASSERT(keys > 0 && keys <= std::uint32_t{1} << 20);
  if (exponent.value == 0) return;
  auto weights = std::make_shared<std::vector<std::uint64_t>>();
  weights->reserve(keys);
  std::uint64_t total = 0;
  for (std::uint64_t key = 1; key <= keys; ++key)
    weights->push_back(total += weight_of(key, exponent));
  weights_up_to_ = std::move(weights);
}

std::uint32_t Zipf::draw(std::uint64_t bits) const {
  if (!weights_up_to_) return static_cast<std::uint32_t>(engine::below(bits, keys_));
  const auto& weights = *weights_up_to_;
  const std::uint64_t place = engine::below(bits, weights.back());
  return static_cast<std::uint32_t>(std::upper_bound(weights.begin(), weights.end(), place) -
                                    weights.begin());
}

}  // namespace stampede::models::client
