#include "engine/core/time.hpp"

#include <array>
#include <utility>

namespace stampede::engine {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longest first where one name ends another.
constexpr std::array<Unit, 6> units{{{"min", 60'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1},
                                     {"s", 1'000'000'000},
                                     {"h", 3'600'000'000'000}}};
// A draw of 44 times as much, and time that runs twice as fast, still fit.
constexpr std::int64_t nanoseconds_max = 365LL * 24 * 3'600'000'000'000LL;

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  if (text == "0") return Duration{0};
  const Unit* unit = nullptr;
  for (const Unit& candidate : units) {
    if (text.size() > candidate.name.size() && text.ends_with(candidate.name)) {
      unit = &candidate;
      break;
    }
  }
  if (unit == nullptr) return std::nullopt;
  text.remove_suffix(unit->name.size());
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::int64_t scale = unit->nanoseconds;
  std::size_t digits = 0;
  std::size_t position = 0;
  for (; position < text.size() && text[position] != '.'; ++position, ++digits) {
    if (text[position] < '0' || text[position] > '9') return std::nullopt;
    whole = whole * 10 + (text[position] - '0');
    if (whole > nanoseconds_max / unit->nanoseconds) return std::nullopt;
  }
  if (position < text.size()) {
    ++position;
    if (position == text.size()) return std::nullopt;
    for (; position < text.size(); ++position, ++digits) {
      if (text[position] < '0' || text[position] > '9') return std::nullopt;
      if (scale % 10 != 0) return std::nullopt;  // finer than a nanosecond
      scale /= 10;
      fraction += scale * (text[position] - '0');
    }
  }
  if (digits == 0) return std::nullopt;
  const std::int64_t total = whole * unit->nanoseconds + fraction;
  return Duration{negative ? -total : total};
}

std::string to_string(Duration duration) {
  std::int64_t value = duration.nanoseconds;
  if (value == 0) return "0s";
  std::string text;
  if (value < 0) {
    text = "-";
    value = -value;
  }
  const std::array<Unit, 4> printed{
      {{"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};
  for (const Unit& unit : printed) {
    if (value < unit.nanoseconds) continue;
    text += std::to_string(value / unit.nanoseconds);
    std::int64_t rest = value % unit.nanoseconds;
    if (rest != 0) {
      text += '.';
      for (std::int64_t scale = unit.nanoseconds / 10; rest != 0; scale /= 10) {
        text += static_cast<char>('0' + rest / scale);
        rest %= scale;
      }
    }
    return text + std::string(unit.name);
  }
  return text;
}

}  // namespace stampede::engine
