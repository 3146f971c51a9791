// The text of a history file, read piece by piece (gzip or not), that knows its line and column.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/core/error.hpp"
#include "histories/import/file_bytes.hpp"

namespace stampede::histories {

class InputText {
 public:
  /// InputError if the file cannot be opened.
  static InputText open(const std::string& path);
  /// Text in memory, called `name` in messages.
  static InputText of(std::string text, std::string name);
  static InputText of(std::string text, std::shared_ptr<const std::string> name);

  /// Reading spends this patience from now on, which outlives the text.
  void spend_from(checkers::Patience& patience) { patience_ = &patience; }
  void spend(std::uint64_t units = 1) const {
    if (patience_ != nullptr) patience_->spend(units);
  }

  /// What is made of it may hold so many bytes.
  void limit_memory(std::uint64_t bytes) { max_held_bytes_ = bytes; }
  [[nodiscard]] std::uint64_t memory_left() const { return max_held_bytes_ - held_bytes_; }
  /// Throws Stopped, with the place that was reached, if that is too much.
  void hold(std::uint64_t bytes) {
    if (bytes > max_held_bytes_ - held_bytes_) fail_limit();
    held_bytes_ += bytes;
  }
  void release(std::uint64_t bytes) { held_bytes_ -= bytes; }
  /// Throws Stopped if there is no room for so much beside what is held, for a while.
  void expect_room(std::uint64_t bytes) {
    hold(bytes);
    release(bytes);
  }

  static constexpr int end = -1;

  /// The next character, or `end`; take() passes it.
  [[nodiscard]] int peek() {
    if (place_ == size_ && !refill()) return end;
    return static_cast<unsigned char>(buffer_[place_]);
  }
  int take() {
    const int character = peek();
    if (character == end) return end;
    ++place_;
    if (character == '\n') {
      ++line_;
      line_begin_ = passed();
    }
    return character;
  }
  /// Up to `count` characters from here on, not passed.
  std::string look_ahead(std::size_t count);
  /// Characters from here on, not passed: as many as are there, none only at the end.
  [[nodiscard]] std::string_view at_hand() {
    if (place_ == size_) refill();
    return {buffer_.data() + place_, size_ - place_};
  }
  /// Passes the first `count` of those at hand. REQUIRES: no line ends among them.
  void pass(std::size_t count) { place_ += count; }

  [[nodiscard]] std::uint32_t line() const { return line_; }
  [[nodiscard]] std::uint32_t column() const {
    return static_cast<std::uint32_t>(passed() - line_begin_) + 1;
  }
  [[nodiscard]] const std::shared_ptr<const std::string>& name() const { return name_; }
  [[nodiscard]] engine::Place here() const { return {*name_, line_, column()}; }
  /// Characters passed so far.
  [[nodiscard]] std::uint64_t passed() const { return before_buffer_ + place_; }
  /// Items of lists read so far: each may become a text.
  void count_items(std::uint64_t count) { items_ += count; }
  [[nodiscard]] std::uint64_t items() const { return items_; }
  [[noreturn]] void fail(const std::string& message, const engine::Hint& hint) const {
    throw engine::InputError(here(), message, hint);
  }

 private:
  [[noreturn]] void fail_limit() const;
  /// Keeps what was not taken yet and reads more behind it; false at the end.
  bool refill();

  std::shared_ptr<const std::string> name_;
  checkers::Patience* patience_ = nullptr;
  std::optional<FileBytes> file_;
  std::string buffer_;
  std::size_t place_ = 0;
  std::size_t size_ = 0;
  std::uint64_t before_buffer_ = 0;
  std::uint64_t items_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t max_held_bytes_ = UINT64_MAX;
  std::uint32_t line_ = 1;
  /// Characters before the line.
  std::uint64_t line_begin_ = 0;
};

}  // namespace stampede::histories
