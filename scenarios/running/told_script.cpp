#include "scenarios/running/told_script.hpp"

#include <algorithm>

#include "engine/core/difference.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::scenarios {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

/// The same decision named as a person would: without ordinals where the name means it anyway,
/// timers by their values.
Decision ScriptTeller::as_written(Decision decision) const {
  if (is_about_message(decision.kind)) {
    engine::MessageName shorter = decision.message;
    shorter.nth = 0;
    shorter.copy = 0;
    const auto oldest = world_.find_message(shorter);
    if (oldest && engine::name_of(world_.message(*oldest)) == decision.message)
      decision.message = shorter;
  } else if (decision.kind == DecisionKind::fire) {
    engine::TimerName shorter = decision.timer;
    shorter.nth = 0;
    const auto first = world_.find_timers(shorter);
    const auto& timers = world_.local(shorter.node).timers;
    if (!first.empty() && timers[first.front()].nth == decision.timer.nth) decision.timer = shorter;
  }
  return decision;
}

/// The item of the decision, without the number of an operation that is the client's next.
Document ScriptTeller::item_of(const Decision& decision) {
  Document item = engine::decision_document(as_written(decision), world_.names());
  if (decision.kind == DecisionKind::begin &&
      ++begun_[decision.node] == decision.operation.id.number) {
    std::erase_if(item.entries.front().value.entries,
                  [](const Document::Entry& entry) { return entry.key == "id"; });
  }
  return item;
}

void ScriptTeller::perform(const Decision& decision) {
  std::string text;
  for (const std::string& line : engine::decision_lines(item_of(decision)))
    text += (text.empty() ? "" : "\n    ") + line;
  const NodeId place = place_of(decision);
  const auto state = [&] { return engine::parse_json(world_.state_json(place), "state"); };
  const bool steps = place != no_node && decision.kind != DecisionKind::drop &&
                     decision.kind != DecisionKind::duplicate;
  const Document before = steps ? state() : Document();
  if (!world_.apply(decision))
    throw engine::AssertionFailed("not enabled in the value world: " + text);
  const std::string changed =
      steps && !world_.broken() ? engine::difference_text(engine::difference(before, state())) : "";
  told_.items.push_back(std::move(text));
  told_.changes.push_back(changed.empty() ? "" : world_.name(place) + ": " + changed);
}

std::string to_yaml(const ScriptFile& file) {
  constexpr std::size_t column = 56;
  std::string text = "# " + file.origin + "\nabout: " + engine::json_quote(file.about) + "\n";
  for (const auto& [key, value] : file.sections) text += key + ": " + value + "\n";
  text += "script:\n";
  for (std::size_t i = 0; i < file.script.items.size(); ++i) {
    const std::string& item = file.script.items[i];
    const std::string& change = file.script.changes[i];
    const std::size_t end = item.find('\n');
    std::string line = "  - " + item.substr(0, end);
    if (!change.empty()) {
      line.resize(std::max(line.size() + 2, column), ' ');
      line += "# " + change;
    }
    text += line + "\n";
    if (end != std::string::npos) text += item.substr(end + 1) + "\n";
  }
  return text + "expect: { violation: " + file.violation + " }\n";
}

}  // namespace stampede::scenarios
