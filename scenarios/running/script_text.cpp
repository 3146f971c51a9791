#include "scenarios/running/script_text.hpp"

#include <algorithm>

#include "engine/world/decision_text.hpp"

namespace stampede::scenarios {
namespace {

using engine::Decision;
using engine::DecisionKind;

/// The same decision under the shortest name that means it.
Decision named_shortly(const engine::World& world, Decision decision) {
  if (is_about_message(decision.kind)) {
    engine::MessageName shorter = decision.message;
    shorter.nth = 0;
    shorter.copy = 0;
    const auto oldest = world.find_message(shorter);
    if (oldest && engine::name_of(world.message(*oldest)) == decision.message)
      decision.message = shorter;
  } else if (decision.kind == DecisionKind::fire) {
    engine::TimerName shorter = decision.timer;
    shorter.nth = 0;
    const auto first = world.find_timers(shorter);
    const auto& timers = world.local(shorter.node).timers;
    if (!first.empty() && timers[first.front()].nth == decision.timer.nth) decision.timer = shorter;
  }
  return decision;
}

}  // namespace

std::string ScriptItems::text(const engine::World& world, Decision decision) {
  if (decision.at == world.now() + engine::milliseconds(1)) decision.at.reset();
  engine::Document item = engine::decision_document(named_shortly(world, decision), world.names());
  if (decision.kind == DecisionKind::begin &&
      ++begun_[decision.node] == decision.operation.id.number) {
    std::erase_if(item.entries.front().value.entries,
                  [](const engine::Document::Entry& entry) { return entry.key == "id"; });
  }
  std::string text;
  for (const std::string& line : engine::decision_lines(item))
    text += (text.empty() ? "" : "\n    ") + line;
  return text;
}

std::string script_block(const std::vector<std::string>& items,
                         const std::vector<std::string>& changes) {
  constexpr std::size_t column = 56;
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t end = items[i].find('\n');
    std::string line = "  - " + items[i].substr(0, end);
    if (!changes[i].empty()) {
      line.resize(std::max(line.size() + 2, column), ' ');
      line += "# " + changes[i];
    }
    text += line + "\n";
    if (end != std::string::npos) text += items[i].substr(end + 1) + "\n";
  }
  return text;
}

}  // namespace stampede::scenarios
