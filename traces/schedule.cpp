#include "traces/schedule.hpp"

#include "engine/world/decision_text.hpp"

namespace stampede::traces {

ScheduleRecorder::ScheduleRecorder(engine::NodeNames names)
    : names_(std::move(names)), booted_(names_.size(), false) {
  out_.begin_array();
}

std::string ScheduleRecorder::take() {
  out_.end_array();
  return out_.take();
}

void ScheduleRecorder::event(const engine::Event& event) {
  if (event.decision == nullptr) return;
  // A node's first start is its boot, which every world makes by itself.
  if (event.kind == engine::EventKind::restart && !booted_[event.node.value]) {
    booted_[event.node.value] = true;
    return;
  }
  write_value(out_, engine::decision_document(*event.decision, names_));
}

}  // namespace stampede::traces
