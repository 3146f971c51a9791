#include "viewer/indexer.hpp"

#include <utility>

namespace stampede::viewer {

void Indexer::event(const engine::Event& event) {
  also_.event(event);
  if (is_decision(event.kind)) {
    nodes_.push_back(event.node);
  } else if (event.kind == engine::EventKind::send || event.kind == engine::EventKind::observe ||
             event.kind == engine::EventKind::violation) {
    // What is sent belongs to the step in which it arrives, what is shown is in the states, and
    // what is violated is known when the run has ended.
    return;
  } else if (!event.type.empty()) {
    engine::JsonWriter type;
    type.text(event.type);
    index_.note(event.step, type.str(), boost::describe::enum_to_string(event.kind, ""));
  }
  if (!event.detail.empty()) index_.note(event.step, event.detail);
}

void Indexer::see(std::uint64_t step, const engine::World& world) {
  if (!std::exchange(begun_, true)) return changes_.begin(world);
  const std::string edit = changes_.edit(nodes_.at(step - 1), world);
  if (!edit.empty()) index_.note_edit(step, edit);
}

}  // namespace stampede::viewer
