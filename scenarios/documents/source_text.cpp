#include "scenarios/documents/source_text.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/utf8.hpp"

namespace stampede::scenarios {
namespace {

using engine::InputError;
using engine::Place;

std::string hexadecimal(unsigned char byte) {
  static constexpr char digits[] = "0123456789ABCDEF";
  return {digits[byte >> 4], digits[byte & 15]};
}

/// InputError if the line that starts at `text[0]` is indented with a tab. Blank lines too:
/// yaml-cpp refuses some of them.
void check_indentation(std::string_view text, const std::string& file, std::uint32_t line) {
  const std::size_t indentation = std::min(text.find_first_not_of(' '), text.size());
  if (indentation == text.size() || text[indentation] != '\t') return;
  throw InputError(Place{file, line, static_cast<std::uint32_t>(indentation + 1)},
                   "a tab in the indentation", "indent with spaces");
}

}  // namespace

void check_source_text(std::string_view text, const std::string& file) {
  std::uint32_t line = 1;
  std::size_t line_start = 0;
  check_indentation(text, file, line);
  for (std::size_t position = 0; position < text.size();) {
    const auto byte = static_cast<unsigned char>(text[position]);
    const auto place = [&] {
      return Place{file, line, static_cast<std::uint32_t>(position - line_start + 1)};
    };
    if (byte == '\n') {
      ++line;
      line_start = ++position;
      check_indentation(text.substr(line_start), file, line);
    } else if (byte == '\r') {
      if (text.substr(position, 2) != "\r\n") {
        throw InputError(place(), "a carriage return in the middle of a line",
                         "end lines with a line feed");
      }
      ++position;
    } else if (byte == 0) {
      throw InputError(place(), "a NUL byte: this is not a text file",
                       "save the file as UTF-8 text");
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      throw InputError(place(), "the control character 0x" + hexadecimal(byte) + " is not allowed",
                       "in a text in double quotes, write \"\\x" + hexadecimal(byte) + "\"");
    } else if (byte < 0x80) {
      ++position;
    } else if (const std::size_t length = engine::utf8_length(text.substr(position)); length != 0) {
      position += length;
    } else {
      throw InputError(place(), "the byte 0x" + hexadecimal(byte) + " is not UTF-8",
                       "save the file as UTF-8 text");
    }
  }
}

}  // namespace stampede::scenarios
