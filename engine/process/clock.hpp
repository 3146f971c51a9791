// The clocks of a node as linear functions of true time.
#pragma once

#include <cstdint>

#include "engine/core/time.hpp"

namespace stampede::engine {

struct ClockRate {
  /// True time from which on the rest holds.
  Time since{};
  /// What the monotonic clock showed then.
  Time monotonic{};
  /// Wall clock minus monotonic clock.
  Duration wall_offset{};
  std::int32_t drift_ppm = 0;

  /// The monotonic clock at a true time.
  [[nodiscard]] Time reading(Time now) const {
    const Duration passed = now - since;
    return drift_ppm == 0 ? monotonic + passed
                          : monotonic + passed + scaled(passed, drift_ppm, 1'000'000);
  }
  /// The same clock, from `now` on with another drift.
  [[nodiscard]] ClockRate drifting(Time now, std::int32_t ppm) const {
    return {now, reading(now), wall_offset, ppm};
  }
  /// True time for `duration` of this clock.
  [[nodiscard]] Duration true_duration(Duration duration) const {
    return drift_ppm == 0 ? duration : scaled(duration, 1'000'000, 1'000'000 + drift_ppm);
  }

 private:
  static Duration scaled(Duration duration, std::int64_t factor, std::int64_t divisor) {
    __extension__ using Wide = __int128;
    return {static_cast<std::int64_t>(static_cast<Wide>(duration.nanoseconds) * factor / divisor)};
  }
};

/// The clock of a node that has none of its own: true time.
inline constexpr ClockRate true_clock{};

}  // namespace stampede::engine
