#include "histories/import/input_text.hpp"

#include <algorithm>

namespace stampede::histories {

InputText InputText::open(const std::string& path) {
  InputText text;
  text.name_ = std::make_shared<const std::string>(path);
  text.file_.emplace(path);
  if (!text.file_->damage().empty()) {
    throw engine::InputError(engine::Place{path, 0, 0},
                             "cannot read the history: " + text.file_->damage(),
                             "is it the right file, whole, and may it be read?");
  }
  return text;
}

InputText InputText::of(std::string text, std::string name) {
  return of(std::move(text), std::make_shared<const std::string>(std::move(name)));
}

InputText InputText::of(std::string text, std::shared_ptr<const std::string> name) {
  InputText input;
  input.name_ = std::move(name);
  input.buffer_ = std::move(text);
  input.size_ = input.buffer_.size();
  return input;
}

void InputText::fail_limit() const {
  throw checkers::Stopped("max_memory_bytes = " + std::to_string(max_held_bytes_) +
                          ", which the history takes up to line " + std::to_string(line_));
}

bool InputText::refill() {
  if (!file_) return false;
  constexpr std::size_t piece = 65'536;
  spend(checkers::Patience::interval);
  buffer_.erase(0, place_);
  before_buffer_ += place_;
  size_ -= place_;
  place_ = 0;
  buffer_.resize(size_ + piece);
  const std::size_t read = file_->read(buffer_.data() + size_, piece);
  if (!file_->damage().empty()) {
    fail("cannot read on: " + file_->damage(), "is the file damaged or cut off?");
  }
  size_ += read;
  buffer_.resize(size_);
  return read > 0;
}

std::string InputText::look_ahead(std::size_t count) {
  while (size_ - place_ < count && refill()) {
  }
  return buffer_.substr(place_, std::min(count, size_ - place_));
}

}  // namespace stampede::histories
