// Keyed randomness. A draw is a pure function of (seed, domain, name of the thing it is for):
// nothing else in a run can shift it, so removing one fault or one operation leaves every other
// draw as it was.
//
// The generator is version 1 and fixed: two multiply-folds over the key. No floating point, no std
// distributions.
#pragma once

#include <cstdint>

#include "engine/core/hash.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

/// What a draw decides. Values are part of the generator's version: never renumber.
enum class Domain : std::uint64_t {
  latency = 1,
  loss = 2,
  duplicate = 3,
  corrupt = 4,
  choice = 5,
  workload = 6,
  think_time = 7,
  fault_time = 8,
  fault_target = 9,
  fault_chance = 10,
  scenario_choice = 11,
  clock = 12,
  disk_latency = 13,
  disk_outcome = 14,
  test = 15,
  reorder = 16,
  walk = 17,
  timer = 18,
};

/// Parts per million: how rates are written down inside the program.
struct Ppm {
  std::uint32_t value = 0;
  friend constexpr bool operator==(Ppm, Ppm) = default;
};

/// 64 random bits for the thing called `name` (a hash of its name).
constexpr std::uint64_t draw(std::uint64_t seed, Domain domain, std::uint64_t name) {
  const std::uint64_t first = multiply_fold(
      name ^ 0xa0761d6478bd642fULL,
      (seed + static_cast<std::uint64_t>(domain) * 0x9e3779b97f4a7c15ULL) ^ 0xe7037ed1a0b428dbULL);
  return multiply_fold(first ^ 0x8ebc6af09c88c6e3ULL, name + 0x589965cc75374cc3ULL);
}

/// Maps 64 random bits to 0 .. bound-1, bound > 0, by multiply-shift.
constexpr std::uint64_t below(std::uint64_t bits, std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64);
}

/// True with the given rate.
constexpr bool happens(std::uint64_t bits, Ppm rate) { return below(bits, 1'000'000) < rate.value; }

/// Uniform over [low, high], both ends included.
constexpr Duration uniform(std::uint64_t bits, Duration low, Duration high) {
  return {low.nanoseconds +
          static_cast<std::int64_t>(
              below(bits, static_cast<std::uint64_t>(high.nanoseconds - low.nanoseconds) + 1))};
}

/// Exponential with the given mean, in fixed point (32 fractional bits of -ln u); at most about 44
/// means.
Duration exponential(std::uint64_t bits, Duration mean);

}  // namespace stampede::engine
