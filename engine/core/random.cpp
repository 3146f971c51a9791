#include "engine/core/random.hpp"

#include <array>
#include <bit>

namespace stampede::engine {
namespace {

__extension__ using Wide = unsigned __int128;

// ln 2 in 32 fractional bits.
constexpr std::uint64_t ln2 = 2977044472ULL;

// ln(1 + i/256) in 32 fractional bits, i = 0..256, by the series 2 atanh(i / (512 + i)) in
// integers.
constexpr std::array<std::uint64_t, 257> make_log_table() {
  std::array<std::uint64_t, 257> table{};
  for (std::uint64_t i = 0; i <= 256; ++i) {
    const std::uint64_t z = (i << 40) / (512 + i);
    const std::uint64_t square = static_cast<std::uint64_t>((static_cast<Wide>(z) * z) >> 40);
    std::uint64_t power = z;
    std::uint64_t sum = 0;
    for (std::uint64_t odd = 1; odd < 40; odd += 2) {
      sum += power / odd;
      power = static_cast<std::uint64_t>((static_cast<Wide>(power) * square) >> 40);
    }
    table[i] = (2 * sum) >> 8;
  }
  return table;
}
constexpr auto log_table = make_log_table();

}  // namespace

Duration exponential(std::uint64_t bits, Duration mean) {
  // u = (bits + 1) / 2^64 lies in (0, 1]; -ln u = (64 - e) ln 2 - ln m with bits + 1 = m 2^e, 1 <=
  // m < 2.
  const std::uint64_t value = bits == UINT64_MAX ? bits : bits + 1;
  const int exponent = 63 - std::countl_zero(value);
  const std::uint64_t mantissa = value << (63 - exponent);  // top bit set: 1.63 fixed point
  const std::uint64_t index = (mantissa >> 55) & 0xff;
  const std::uint64_t rest = (mantissa >> 23) & 0xffffffffULL;  // position between two table rows
  const std::uint64_t low = log_table[index];
  const std::uint64_t high = log_table[index + 1];
  const std::uint64_t log_mantissa =
      low + static_cast<std::uint64_t>((static_cast<Wide>(high - low) * rest) >> 32);
  const std::uint64_t whole = static_cast<std::uint64_t>(64 - exponent) * ln2;
  const std::uint64_t minus_log = whole > log_mantissa ? whole - log_mantissa : 0;
  return {static_cast<std::int64_t>(
      (static_cast<Wide>(static_cast<std::uint64_t>(mean.nanoseconds)) * minus_log) >> 32)};
}

}  // namespace stampede::engine
