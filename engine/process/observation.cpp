#include "engine/process/observation.hpp"

namespace stampede::engine {

std::size_t ObservedLog::first_difference(const ObservedLog& other) const {
  std::size_t low = base_ > other.base_ ? base_ : other.base_;
  if (low != 0 && !agrees(other, low)) return low;
  std::size_t high = size() < other.size() ? size() : other.size();
  const std::size_t shorter = high;
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (agrees(other, middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low == shorter ? 0 : low + 1;
}

void ObservedLog::continue_as(const ObservedLog& other, std::size_t length, std::size_t size) {
  ASSERT(methods_ != nullptr && methods_ == other.methods_);
  ASSERT(other.base_ <= length && length <= size && size <= other.size_);
  tip_ = methods_->continue_as(&storage_, &other.storage_, length, size);
  size_ = size;
  hash_ = other.prefix_hash(size);
}

void write_value(JsonWriter& writer, const ObservedLog& log) { detail::write_log(writer, log); }

}  // namespace stampede::engine
