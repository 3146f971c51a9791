#include "engine/core/edited.hpp"

#include <algorithm>

#include "engine/core/error.hpp"

namespace stampede::engine {
namespace {

std::ptrdiff_t count_in(const Document& edit, std::string_view key) {
  return static_cast<std::ptrdiff_t>(read_integer(edit.at(key), 0, INT64_MAX));
}

Document& member_of(Document& value, const Document& key) {
  if (value.is_sequence()) {
    const std::int64_t place = read_integer(key, 0, INT64_MAX);
    return value.items.at(static_cast<std::size_t>(place));
  }
  const auto entry =
      std::find_if(value.entries.begin(), value.entries.end(),
                   [&](const Document::Entry& each) { return each.key == key.text; });
  ASSERT(entry != value.entries.end());
  return entry->value;
}

}  // namespace

void apply_edit(Document& value, const Document& edit) {
  if (const Document* to = edit.find("to")) {
    value = *to;
  } else if (const Document* put = edit.find("put")) {
    const auto at = value.items.begin() + count_in(edit, "at");
    const auto rest = value.items.erase(at, at + count_in(edit, "out"));
    value.items.insert(rest, put->items.begin(), put->items.end());
  } else {
    for (const Document& changed : edit.at("in").items)
      apply_edit(member_of(value, changed.items.at(0)), changed.items.at(1));
  }
}

}  // namespace stampede::engine
