#include "cli/shown_text.hpp"

#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "engine/core/utf8.hpp"

namespace stampede::cli {
namespace {

std::string hexadecimal_digits(unsigned value, int digits) {
  std::string text(static_cast<std::size_t>(digits), '0');
  for (int place = digits - 1; place >= 0; --place, value >>= 4)
    text[static_cast<std::size_t>(place)] = "0123456789abcdef"[value & 15];
  return text;
}

/// Of a character of two or three bytes.
unsigned code_point(std::string_view character) {
  const auto bits = [&](std::size_t position, unsigned mask) {
    return static_cast<unsigned char>(character[position]) & mask;
  };
  if (character.size() == 2) return bits(0, 0x1F) << 6 | bits(1, 0x3F);
  if (character.size() == 3) return bits(0, 0x0F) << 12 | bits(1, 0x3F) << 6 | bits(2, 0x3F);
  return 0;
}

/// Terminals act on these, or turn the text around.
bool is_obeyed(unsigned point) {
  return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7F && point < 0xA0) ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/// Appends the first character of `text`, as it is shown, and returns its bytes.
std::size_t show_one(std::string_view text, std::string& out) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : engine::utf8_length(text);
  if (length == 0) {
    out += "\\x" + hexadecimal_digits(first, 2);
    return 1;
  }
  const unsigned point = length == 1 ? first : code_point(text.substr(0, length));
  if ((length == 1 || point != 0) && is_obeyed(point)) {
    out += "\\u" + hexadecimal_digits(point, 4);
  } else {
    out += text.substr(0, length);
  }
  return length;
}

/// Bytes at the end that may be the beginning of a character.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/// False if not all could be written, with errno.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// What stands between a stream and its descriptor.
struct Passage {
  int descriptor = 1;
  /// The beginning of a character whose end was not written yet.
  std::string begun{};
};

ssize_t pass(void* cookie, const char* bytes, std::size_t size) {
  auto& passage = *static_cast<Passage*>(cookie);
  std::string text = std::exchange(passage.begun, {}) + std::string(bytes, size);
  const std::size_t kept = unfinished(text);
  passage.begun = text.substr(text.size() - kept);
  text.resize(text.size() - kept);
  return write_all(passage.descriptor, shown(text)) ? static_cast<ssize_t>(size) : 0;
}

int close_passage(void* cookie) {
  const std::unique_ptr<Passage> passage(static_cast<Passage*>(cookie));
  return write_all(passage->descriptor, shown(passage->begun)) ? 0 : EOF;
}

/// A stream that shows what it writes to the descriptor; `plain` where there is no memory for it.
std::FILE* shown_stream(int descriptor, std::FILE* plain) {
  auto passage = std::make_unique<Passage>(Passage{descriptor, {}});
  std::FILE* stream = ::fopencookie(passage.get(), "w", {nullptr, &pass, nullptr, &close_passage});
  if (stream == nullptr) return plain;
  static_cast<void>(passage.release());
  const int buffering = descriptor == 2 ? _IONBF : ::isatty(descriptor) == 1 ? _IOLBF : _IOFBF;
  std::setvbuf(stream, nullptr, buffering, BUFSIZ);
  return stream;
}

void restore(std::FILE*& stream, std::FILE* before) {
  if (stream != before) std::fclose(stream);
  stream = before;
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) text.remove_prefix(show_one(text, out));
  return out;
}

ShownOutput::ShownOutput() : standard_output_(stdout), standard_error_(stderr) {
  std::fflush(stdout);
  stdout = shown_stream(1, stdout);
  stderr = shown_stream(2, stderr);
}

ShownOutput::~ShownOutput() {
  restore(stdout, standard_output_);
  restore(stderr, standard_error_);
}

void write_raw(std::string_view text) { static_cast<void>(write_all(2, text)); }

void write_raw_to_stdout(std::string_view text) {
  std::fflush(stdout);
  static_cast<void>(write_all(1, text));
}

}  // namespace stampede::cli
