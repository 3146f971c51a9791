#include "scenarios/documents/override.hpp"

#include <algorithm>

#include "scenarios/documents/yaml.hpp"

namespace stampede::scenarios {

using engine::Document;

void apply_override(Document& document, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  const auto fail = [&](const std::string& message, const std::string& hint = {}) {
    throw engine::InputError("--set " + assignment + ": " + message, hint);
  };
  if (equals == std::string::npos || equals == 0)
    fail("expected PATH=VALUE", "for example --set cluster.replicas=5");
  // The value is YAML of one line: reuse the strict parser by giving it a key.
  Document value;
  try {
    value =
        parse_yaml("value: " + assignment.substr(equals + 1), "--set " + assignment).at("value");
  } catch (const engine::InputError& error) {
    fail("the value is not YAML", error.what());
  }
  Document* at = &document;
  std::string path = assignment.substr(0, equals);
  std::size_t position = 0;
  while (position < path.size()) {
    if (path[position] == '[') {
      const std::size_t close = path.find(']', position);
      const std::string index =
          close == std::string::npos ? "" : path.substr(position + 1, close - position - 1);
      if (index.empty() || index.size() > 6 ||
          index.find_first_not_of("0123456789") != std::string::npos)
        fail("'[' needs a position and ']'");
      if (!at->is_sequence() || std::stoul(index) >= at->items.size())
        fail("there is no item " + path.substr(0, close + 1));
      at = &at->items[std::stoul(index)];
      position = close + 1;
      if (position < path.size() && path[position] == '.') ++position;
      continue;
    }
    const std::size_t end = std::min(path.find_first_of(".[", position), path.size());
    const std::string key = path.substr(position, end - position);
    if (key.empty()) fail("the path has an empty part");
    if (at->kind == Document::Kind::null) at->kind = Document::Kind::mapping;
    if (!at->is_mapping()) fail("'" + path.substr(0, position) + "' has no keys");
    auto entry = std::find_if(at->entries.begin(), at->entries.end(),
                              [&](const Document::Entry& one) { return one.key == key; });
    if (entry == at->entries.end()) {
      Document fresh;
      fresh.file = value.file;
      fresh.line = 1;
      fresh.column = 1;
      entry = at->entries.insert(at->entries.end(), {key, 1, 1, std::move(fresh)});
    }
    at = &entry->value;
    position = end < path.size() && path[end] == '.' ? end + 1 : end;
  }
  *at = std::move(value);
}

}  // namespace stampede::scenarios
