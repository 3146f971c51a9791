// Edits as the page makes them (viewer/page/src/edits.ts).
#pragma once

#include <algorithm>

#include "engine/core/document.hpp"

namespace stampede {

inline engine::Document edited(engine::Document value, const engine::Document& edit) {
  const auto number = [](const engine::Document& of) {
    return static_cast<std::ptrdiff_t>(engine::read_integer(of, 0, INT32_MAX));
  };
  if (const engine::Document* to = edit.find("to")) return *to;
  if (const engine::Document* put = edit.find("put")) {
    const auto at = value.items.begin() + number(edit.at("at"));
    const auto rest = value.items.erase(at, at + number(edit.at("out")));
    value.items.insert(rest, put->items.begin(), put->items.end());
    return value;
  }
  for (const engine::Document& changed : edit.at("in").items) {
    const engine::Document& key = changed.items.at(0);
    if (value.kind == engine::Document::Kind::sequence) {
      engine::Document& item = value.items.at(static_cast<std::size_t>(number(key)));
      item = edited(std::move(item), changed.items.at(1));
    } else {
      const auto entry =
          std::find_if(value.entries.begin(), value.entries.end(),
                       [&](const engine::Document::Entry& each) { return each.key == key.text; });
      REQUIRE(entry != value.entries.end());
      entry->value = edited(std::move(entry->value), changed.items.at(1));
    }
  }
  return value;
}

}  // namespace stampede
