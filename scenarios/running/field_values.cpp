#include "scenarios/running/field_values.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"

namespace stampede::scenarios {

std::vector<FieldValues> values_of_fields(const engine::StateSpace& space, std::uint64_t locals) {
  std::map<std::string, std::set<std::string>> values;
  for (std::uint32_t id = 0; id < locals; ++id) {
    const engine::LocalState& local = space.transitions().local(id);
    if (!local.up) continue;
    const engine::ProcessType& type = local.process.type();
    engine::JsonWriter json;
    type.write(json, local.process.get());
    const engine::Document state = engine::parse_json(json.str(), "a state");
    for (const engine::Document::Entry& entry : state.entries)
      values[std::string(type.name) + "." + entry.key].insert(entry.value.to_plain_text());
  }
  std::vector<FieldValues> fields;
  for (const auto& [field, seen] : values) fields.push_back({field, seen.size()});
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& left, const auto& right) { return left.values > right.values; });
  return fields;
}

}  // namespace stampede::scenarios
