#include "engine/world/causes.hpp"

namespace stampede::engine {

std::uint64_t Causes::of_fault(const std::string& name) { return oldest(faults_[name]); }

std::uint64_t Causes::of_disk(NodeId node, const std::string& file) {
  return oldest(nodes_.at(node.value).files[file]);
}

std::uint64_t Causes::oldest(std::deque<std::uint64_t>& under_way) {
  if (under_way.empty()) return 0;
  const std::uint64_t step = under_way.front();
  under_way.pop_front();
  return step;
}

void Causes::note(std::uint64_t step, NodeId node, const Effects& effects,
                  std::span<const MessageSlot> sent) {
  AtNode& at_node = nodes_.at(node.value);
  for (const MessageSlot slot : sent) place(sent_, slot) = step;
  for (const TimerChange& change : effects.timers) {
    if (change.armed) place(at_node.armed, change.slot) = step;
  }
  if (effects.save_started) at_node.save = step;
  for (const std::string& file : effects.disk_requests) at_node.files[file].push_back(step);
}

void Causes::note_crash(std::uint64_t step, NodeId node) {
  AtNode& at_node = nodes_.at(node.value);
  at_node.crashed = step;
  at_node.files.clear();
}

}  // namespace stampede::engine
