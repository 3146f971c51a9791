#include "histories/import/input_text.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>

namespace stampede::histories {

void InputText::CloseFile::operator()(void* file) const { gzclose(static_cast<gzFile>(file)); }

InputText InputText::open(const std::string& path) {
  InputText text;
  text.name_ = std::make_shared<const std::string>(path);
  // Files that are not compressed are passed through.
  text.file_.reset(gzopen(path.c_str(), "rb"));
  if (!text.file_) {
    throw engine::InputError(engine::Place{path, 0, 0},
                             std::string("cannot read the history: ") + std::strerror(errno));
  }
  return text;
}

InputText InputText::of(std::string text, std::string name) {
  InputText input;
  input.name_ = std::make_shared<const std::string>(std::move(name));
  input.buffer_ = std::move(text);
  input.size_ = input.buffer_.size();
  return input;
}

void InputText::hold(std::uint64_t bytes) {
  if (bytes > max_held_bytes_ - held_bytes_) {
    throw checkers::Stopped("max_memory_bytes = " + std::to_string(max_held_bytes_) +
                            ", which the history takes up to line " + std::to_string(line_));
  }
  held_bytes_ += bytes;
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
  gzFile file = static_cast<gzFile>(file_.get());
  const int read = gzread(file, buffer_.data() + size_, piece);
  int status = Z_OK;
  const std::string message = gzerror(file, &status);
  if (read < 0 || (status != Z_OK && status != Z_STREAM_END)) {
    fail("cannot read on: " + message, "is the file damaged or cut off?");
  }
  size_ += static_cast<std::size_t>(read);
  buffer_.resize(size_);
  return read > 0;
}

std::string InputText::look_ahead(std::size_t count) {
  while (size_ - place_ < count && refill()) {
  }
  return buffer_.substr(place_, std::min(count, size_ - place_));
}

}  // namespace stampede::histories
