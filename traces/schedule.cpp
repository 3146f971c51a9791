#include "traces/schedule.hpp"

#include "engine/world/decision_text.hpp"

namespace stampede::traces {

ScheduleRecorder::ScheduleRecorder(engine::NodeNames names) : names_(std::move(names)) {
  out_.begin_array();
}

std::string ScheduleRecorder::take() {
  out_.end_array();
  return out_.take();
}

void ScheduleRecorder::event(const engine::Event& event) {
  if (event.decision == nullptr) return;
  // A run begins with the boots of its nodes in their order, which every world makes by itself. Who
  // boots behind them was a spare.
  const bool is_boot = event.kind == engine::EventKind::restart &&
                       (last_booted_ == no_node || last_booted_ < event.node);
  if (booting_ && is_boot) {
    last_booted_ = event.node;
    return;
  }
  booting_ = false;
  write_value(out_, engine::decision_document(*event.decision, names_));
}

}  // namespace stampede::traces
