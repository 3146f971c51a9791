#include "scenarios/running/told_script.hpp"

#include "engine/core/difference.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/process/durable.hpp"

namespace stampede::scenarios {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

namespace {

/// The node's process; while it is down, what it finds again of it when it comes back.
Document state_of(const engine::World& world, NodeId node) {
  const engine::LocalState& local = static_cast<const engine::WorldView&>(world).local(node);
  const engine::ProcessType& type = local.process.type();
  if (local.up || type.durable.empty() || local.cell_state != engine::CellState::saved)
    return engine::parse_json(world.state_json(node), "state");
  engine::ProcessValue back = world.boot(node);
  engine::restore_durable(type, back.get(), local.cell);
  engine::JsonWriter json(&world.names());
  type.write(json, back.get());
  return engine::parse_json(json.take(), "state");
}

}  // namespace

void ScriptTeller::perform(const Decision& decision) {
  std::string text = items_.text(world_, decision);
  const NodeId place = place_of(decision);
  const auto state = [&] { return state_of(world_, place); };
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

namespace {

/// A name in it may hold anything, also the end of the line.
std::string comment_line(const std::string& text) {
  const std::string quoted = engine::json_quote(text);
  return "# " + quoted.substr(1, quoted.size() - 2) + "\n";
}

}  // namespace

std::string to_yaml(const ScriptFile& file) {
  std::string text = comment_line(file.origin) + "about: " + engine::json_quote(file.about) + "\n";
  for (const auto& [key, value] : file.sections) text += key + ": " + value + "\n";
  text += "script:\n" + script_block(file.script.items, file.script.changes);
  return text + "expect: { violation: " + file.violation + " }\n";
}

}  // namespace stampede::scenarios
