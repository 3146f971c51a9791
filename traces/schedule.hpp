// The complete schedule of a run: all its decisions as script items, enough to drive a world of the
// same scenario alone.
#pragma once

#include <string>

#include "engine/core/json.hpp"
#include "engine/core/names.hpp"
#include "engine/world/world.hpp"

namespace stampede::traces {

/// Collects the decisions of a run as a JSON array of script items, each with its time and the
/// choices that were taken. The items are those of `script:` in scenarios, so that what was
/// recorded can be read, changed and played by a person.
class ScheduleRecorder final : public engine::WorldObserver {
 public:
  explicit ScheduleRecorder(engine::NodeNames names);
  void event(const engine::Event& event) override;
  /// The schedule so far; call once, at the end of the run.
  [[nodiscard]] std::string take();

 private:
  engine::NodeNames names_;
  bool booting_ = true;
  NodeId last_booted_ = no_node;
  engine::JsonWriter out_;
};

}  // namespace stampede::traces
