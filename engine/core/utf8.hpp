// What is well-formed UTF-8 (Unicode 15, table 3-7).
#pragma once

#include <cstddef>
#include <string_view>

namespace stampede::engine {

/// Bytes of the character that starts with the non-ASCII byte `text[0]`; 0 if they are not UTF-8.
/// REQUIRES: not empty.
constexpr std::size_t utf8_length(std::string_view text) {
  const auto between = [&](std::size_t position, unsigned char low, unsigned char high) {
    const auto byte = static_cast<unsigned char>(text[position]);
    return low <= byte && byte <= high;
  };
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : (first & 0xF0) == 0xE0         ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  // The second byte alone tells overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!between(1, low, high)) return 0;
  for (std::size_t position = 2; position < length; ++position) {
    if (!between(position, 0x80, 0xBF)) return 0;
  }
  return length;
}

}  // namespace stampede::engine
