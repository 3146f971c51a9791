// Which step each decision comes from: who sent the message, armed the timer, asked for the save. A
// world keeps it while somebody observes, and tells it with its events.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/process/local_state.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

class Causes {
 public:
  explicit Causes(std::size_t nodes) : nodes_(nodes) {}

  // The step that the next decision about it comes from; 0 = it was before anybody observed.
  [[nodiscard]] std::uint64_t of_message(MessageSlot slot) const { return at(sent_, slot); }
  [[nodiscard]] std::uint64_t of_timer(NodeId node, std::uint32_t slot) const {
    return at(nodes_.at(node.value).armed, slot);
  }
  [[nodiscard]] std::uint64_t of_save(NodeId node) const { return nodes_.at(node.value).save; }
  [[nodiscard]] std::uint64_t of_crash(NodeId node) const { return nodes_.at(node.value).crashed; }
  [[nodiscard]] std::uint64_t of_pause(NodeId node) const { return nodes_.at(node.value).paused; }
  /// Of the oldest of this name that is under way, which is over then.
  std::uint64_t of_fault(const std::string& name);
  /// Of the oldest request to the file, which is over then.
  std::uint64_t of_disk(NodeId node, const std::string& file);

  /// What the step let out; `sent` are the slots of its messages.
  void note(std::uint64_t step, NodeId node, const Effects& effects,
            std::span<const MessageSlot> sent);
  void note_copy(std::uint64_t step, MessageSlot copy) { place(sent_, copy) = step; }
  void note_crash(std::uint64_t step, NodeId node);
  void note_pause(std::uint64_t step, NodeId node) { nodes_.at(node.value).paused = step; }
  void note_fault(std::uint64_t step, const std::string& name) { faults_[name].push_back(step); }

 private:
  struct AtNode {
    std::uint64_t save = 0;
    std::uint64_t crashed = 0;
    std::uint64_t paused = 0;
    /// By slot of the timer.
    std::vector<std::uint64_t> armed;
    /// Of each file the requests under way, oldest first.
    std::map<std::string, std::deque<std::uint64_t>> files;
  };
  static std::uint64_t oldest(std::deque<std::uint64_t>& under_way);
  static std::uint64_t at(const std::vector<std::uint64_t>& list, std::uint32_t slot) {
    return slot < list.size() ? list[slot] : 0;
  }
  static std::uint64_t& place(std::vector<std::uint64_t>& list, std::uint32_t slot) {
    if (slot >= list.size()) list.resize(slot + 1);
    return list[slot];
  }

  std::vector<AtNode> nodes_;
  /// By slot of the message.
  std::vector<std::uint64_t> sent_;
  /// Those under way, oldest first.
  std::map<std::string, std::deque<std::uint64_t>> faults_;
};

}  // namespace stampede::engine
