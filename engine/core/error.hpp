// The two kinds of error that travel as exceptions: what the user wrote wrong, and what we (or a
// protocol) broke.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace stampede::engine {

/// A place in an input file; line and column count from 1, 0 = unknown.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// What to do about wrong input: what is allowed, the nearest name, an example, the unit. A refusal
/// without one does not compile.
class Hint {
 public:
  /// REQUIRES: not empty.
  Hint(std::string text);
  Hint(const char* text) : Hint(std::string(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Wrong user input (a scenario, a flag, a history, a trace file). Caught only in main, which
/// prints `what()` and exits with 2.
class InputError : public std::runtime_error {
 public:
  /// Where the message names what is wrong: a flag.
  InputError(const std::string& message, const Hint& hint);
  InputError(const Place& place, const std::string& message, const Hint& hint);

  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const Hint& hint() const { return hint_; }

 private:
  Place place_;
  std::string message_;
  Hint hint_;
};

/// A failed ASSERT. Inside a local step it becomes the violation `no-exception`; outside, an
/// internal error (exit 3).
class AssertionFailed : public std::logic_error {
 public:
  /// `place` is where in the sources; `what()` ends with it.
  explicit AssertionFailed(const std::string& message, const std::string& place = {});
  /// `what()` without the place, which moves with every line that is written above it.
  [[nodiscard]] std::string_view message() const {
    return std::string_view(what()).substr(0, message_size_);
  }

 private:
  std::size_t message_size_;
};

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace stampede::engine

/// Always on. One fact each; `if (a) ASSERT(b);` for implications.
#define ASSERT(expression)       \
  (static_cast<bool>(expression) \
       ? static_cast<void>(0)    \
       : ::stampede::engine::assertion_failed(#expression, __FILE__, __LINE__))
