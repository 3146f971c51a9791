#include "engine/process/observation.hpp"

namespace stampede::engine {

std::size_t ObservedLog::first_difference(const ObservedLog& other) const {
  std::size_t low = 0;
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

void write_value(JsonWriter& writer, const ObservedLog& log) {
  writer.begin_array();
  for (std::size_t position = 1; position <= log.size(); ++position)
    write(writer, log.at(position));
  writer.end_array();
}

}  // namespace stampede::engine
