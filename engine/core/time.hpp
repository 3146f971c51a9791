// Virtual time: 64-bit nanoseconds. A point in time is the Duration since the start of the run.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stampede::engine {

struct Duration {
  std::int64_t nanoseconds = 0;
  friend constexpr bool operator==(Duration, Duration) = default;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration left, Duration right) {
    return {left.nanoseconds + right.nanoseconds};
  }
  friend constexpr Duration operator-(Duration left, Duration right) {
    return {left.nanoseconds - right.nanoseconds};
  }
  friend constexpr Duration operator*(Duration left, std::int64_t factor) {
    return {left.nanoseconds * factor};
  }
  friend constexpr Duration operator/(Duration left, std::int64_t divisor) {
    return {left.nanoseconds / divisor};
  }
};
using Time = Duration;

inline constexpr Duration time_max{INT64_MAX / 4};

constexpr Duration nanoseconds(std::int64_t count) { return {count}; }
constexpr Duration microseconds(std::int64_t count) { return {count * 1'000}; }
constexpr Duration milliseconds(std::int64_t count) { return {count * 1'000'000}; }
constexpr Duration seconds(std::int64_t count) { return {count * 1'000'000'000}; }

/// `200ms`, `1.5s`, `3us`, `10ns`, `2min`, `-5ms`; decimals are exact to the nanosecond. Nothing
/// for any other text, and for more than 365 days.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest exact text that parse_duration reads back: `1.5s`, `200ms`.
std::string to_string(Duration duration);

}  // namespace stampede::engine

namespace stampede {
using engine::Duration;
using engine::Time;
}  // namespace stampede
