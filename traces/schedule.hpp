// The complete schedule of a run: all its decisions as script items, enough to drive a world of the
// same scenario alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/json.hpp"
#include "engine/world/world.hpp"

namespace stampede::traces {

/// Collects the decisions of a run as a JSON array of script items, each with its time. The items
/// are those of `script:` in scenarios, so that what was recorded can be read, changed and played
/// by a person.
class ScheduleRecorder final : public engine::WorldObserver {
 public:
  explicit ScheduleRecorder(std::vector<std::string> node_names);
  void event(const engine::Event& event) override;
  /// The schedule so far; call once, at the end of the run.
  [[nodiscard]] std::string take();

 private:
  void item(const engine::Event& event, std::string_view action, const std::string& json);
  [[nodiscard]] std::string name(NodeId node) const { return names_.at(node.value); }

  std::vector<std::string> names_;
  std::vector<bool> booted_;
  engine::JsonWriter out_;
  /// A `begin` that still lacks its operation's identity: the invocation that follows has it.
  struct Begun {
    engine::Time time{};
    NodeId client{};
    std::string operation;
  };
  std::optional<Begun> begun_;
};

}  // namespace stampede::traces
