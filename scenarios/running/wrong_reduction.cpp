#include "scenarios/running/wrong_reduction.hpp"

#include "engine/core/difference.hpp"
#include "engine/core/json.hpp"

namespace stampede::scenarios {
namespace {

std::string json_of(const engine::LocalState& state, const engine::NodeNames& names) {
  engine::JsonWriter json(&names);
  json.begin_object();
  json.key("up").boolean(state.up);
  json.key("incarnation").unsigned_integer(state.incarnation);
  json.key("process");
  state.process.type().write(json, state.process.get());
  json.key("timers");
  json.begin_array();
  for (const engine::TimerSlot& timer : state.timers) {
    if (timer.armed) json.text(timer.type->name_of(timer.instance, &names));
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace

WrongReduction told(const engine::WrongDeclaration& wrong,
                    const std::vector<engine::NodeSpec>& nodes) {
  std::vector<std::string> list;
  for (const engine::NodeSpec& node : nodes) list.push_back(node.name);
  const engine::NodeNames names(std::move(list));
  WrongReduction told;
  told.reduction = wrong.reduction;
  told.node = names.of(wrong.node);
  told.state = json_of(wrong.state, names);
  told.other_node = names.of(wrong.other_node);
  told.other_state = json_of(wrong.other_state, names);
  told.text = wrong.reduction + " is declared wrongly: " + wrong.what + " (at " + told.node;
  if (wrong.message) {
    const engine::PackedMessage& message = *wrong.message;
    told.text += ": " + message.type->name_of(message.instance, &names) + " " +
                 message.payload.to_json(&names) + " from " + names.of(message.from);
  }
  if (!wrong.by.empty()) told.text += "; by " + wrong.by;
  const std::string changes = engine::difference_text(engine::difference(
      engine::parse_json(told.state, "state"), engine::parse_json(told.other_state, "state")));
  if (!changes.empty()) told.text += ": " + changes;
  told.text += ")";
  return told;
}

}  // namespace stampede::scenarios
