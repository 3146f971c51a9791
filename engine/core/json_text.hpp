// Going through compact JSON, as JsonWriter writes it, without making a tree of it.
#pragma once

#include <cstddef>
#include <string_view>

namespace stampede::engine {

/// Where the text ends that begins with the quote at this place.
inline std::size_t end_of_text(std::string_view json, std::size_t at) {
  for (++at; json[at] != '"'; ++at)
    if (json[at] == '\\') ++at;
  return at + 1;
}

/// Where the value ends that begins at this place: at a comma, the bracket around it, or the end.
inline std::size_t end_of_value(std::string_view json, std::size_t at) {
  std::size_t depth = 0;
  for (; at < json.size(); ++at) {
    switch (json[at]) {
      case '"':
        at = end_of_text(json, at) - 1;
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return at;
        --depth;
        break;
      case ',':
        if (depth == 0) return at;
        break;
      default:
        break;
    }
  }
  return at;
}

}  // namespace stampede::engine
