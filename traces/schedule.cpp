#include "traces/schedule.hpp"

namespace stampede::traces {

using engine::EventKind;

ScheduleRecorder::ScheduleRecorder(std::vector<std::string> node_names)
    : names_(std::move(node_names)), booted_(names_.size(), false) {
  out_.begin_array();
}

std::string ScheduleRecorder::take() {
  out_.end_array();
  return out_.take();
}

void ScheduleRecorder::item(const engine::Event& event, std::string_view action,
                            const std::string& json) {
  out_.begin_object();
  out_.key(action).raw(json);
  out_.key("at").text(engine::to_string(event.time));
  out_.end_object();
}

void ScheduleRecorder::event(const engine::Event& event) {
  const auto message = [&](bool with_copy) {
    std::string text = std::string(event.type) + " " + name(event.peer) + "->" + name(event.node) +
                       " nth " + std::to_string(event.nth);
    if (with_copy && event.copy != 0) text += " copy " + std::to_string(event.copy);
    return engine::json_quote(text);
  };
  const auto node = [&] { return engine::json_quote(name(event.node)); };
  switch (event.kind) {
    case EventKind::deliver:
    case EventKind::ignore:
      item(event, "deliver", message(true));
      break;
    case EventKind::drop:
      item(event, "drop", message(true));
      break;
    case EventKind::duplicate:
      item(event, "duplicate", message(false));
      break;
    case EventKind::corrupt:
      item(event, "corrupt", message(true));
      break;
    case EventKind::fire:
      item(event, "fire",
           engine::json_quote(std::string(event.type) + " " + name(event.node) + " nth " +
                              std::to_string(event.nth)));
      break;
    case EventKind::complete:
      item(event, "complete",
           "{\"node\":" + node() + ",\"file\":" + engine::json_quote(event.type) + "}");
      break;
    case EventKind::begin:
      begun_ = Begun{event.time, event.node, std::string(event.detail)};
      break;
    case EventKind::invoke: {
      if (!begun_) break;
      // detail is {"id":"c0.3","operation":...}
      const std::string_view detail = event.detail;
      const std::string id(detail.substr(6, detail.find(',') - 6));
      out_.begin_object();
      out_.key("invoke").raw("{\"client\":" + engine::json_quote(name(begun_->client)) +
                             ",\"id\":" + id + ",\"operation\":" + begun_->operation + "}");
      out_.key("at").text(engine::to_string(begun_->time));
      out_.end_object();
      begun_.reset();
      break;
    }
    case EventKind::crash:
      if (event.type == "wipe") {
        item(event, "wipe", node());
      } else {
        item(event, "crash",
             "{\"node\":" + node() + ",\"disk\":" + std::string(event.detail) + "}");
      }
      break;
    case EventKind::restart:
      // The first one is its boot, which every world makes by itself.
      if (booted_[event.node.value]) item(event, "restart", node());
      booted_[event.node.value] = true;
      break;
    case EventKind::pause:
      item(event, "pause", node());
      break;
    case EventKind::resume:
      item(event, "resume", node());
      break;
    case EventKind::begin_fault:
      item(event, "begin_fault",
           "{\"name\":" + engine::json_quote(event.type) +
               ",\"about\":" + std::string(event.detail) + "}");
      break;
    case EventKind::end_fault:
      item(event, "end_fault", engine::json_quote(event.type));
      break;
    case EventKind::clock:
      // The detail has advance and monotonic.
      item(event, "clock", "{\"node\":" + node() + "," + std::string(event.detail.substr(1)));
      break;
    default:
      break;
  }
}

}  // namespace stampede::traces
