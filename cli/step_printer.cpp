#include "cli/step_printer.hpp"

#include <cstdio>

#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {

void print_place(std::uint64_t step, engine::Time time) {
  std::printf("%7llu %10s  ", static_cast<unsigned long long>(step),
              engine::to_string(time).c_str());
}

void StepPrinter::begin_with(const engine::World& world) {
  states_.resize(world.node_count());
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    if (world.up(NodeId{i})) states_[i] = engine::parse_json(world.state_json(NodeId{i}), "state");
  }
}

void StepPrinter::event(const engine::Event& event) {
  if (event.step > to_) return;
  if (event.kind == engine::EventKind::state) return print_state(event);
  const bool is_there = !node_ || event.node == *node_ || event.peer == *node_;
  if (event.step < from_ || !is_there) return;
  const std::string text = engine::event_text(event, names_);
  if (is_decision(event.kind)) {
    print_place(event.step, event.time);
    std::printf("%s\n", text.c_str());
  } else if (what_ == What::events || event.kind == engine::EventKind::violation) {
    std::printf("%20s  %s\n", "", text.c_str());
  }
}

void StepPrinter::print_state(const engine::Event& event) {
  if (states_.size() <= event.node.value) states_.resize(event.node.value + 1);
  std::optional<engine::Document>& known = states_[event.node.value];
  const std::string whole(event.detail);
  const std::optional<engine::Document> before =
      std::exchange(known, engine::parse_json(whole, "state"));
  if (event.step < from_) return;
  const std::string name = names_.of(event.node);
  if (!before) {
    std::printf("%20s  %s = %s\n", "", name.c_str(), whole.c_str());
    return;
  }
  const auto changes = engine::difference(*before, *known);
  if (changes.empty()) return;
  std::printf("%20s  %s: %s\n", "", name.c_str(), engine::difference_text(changes).c_str());
}

}  // namespace stampede::cli
