#include "scenarios/running/history.hpp"

#include <fstream>

#include "models/service/services.hpp"

namespace stampede::scenarios {
namespace {

void write_mark(std::ofstream& out, const HistoryMarks::Mark& mark, const RunResult& result) {
  const bool about_node = mark.node.value < result.nodes.size();
  engine::JsonWriter json;
  json.begin_object();
  json.key("e").text("mark");
  json.key("t").integer(mark.time.nanoseconds);
  json.key("text").text((about_node ? result.nodes[mark.node.value].name : "") + mark.text);
  json.key("edge").text(mark.begins ? "begins" : "ends");
  json.end_object();
  out << json.str() << '\n';
}

}  // namespace

void HistoryMarks::event(const engine::Event& event) {
  using Kind = engine::EventKind;
  const auto mark = [&](std::string text, NodeId node, bool begins) {
    // A node's first start ends nothing.
    const std::pair<std::string, NodeId> subject{text, node};
    if (begins ? !going_on_.insert(subject).second : going_on_.erase(subject) == 0) return;
    marks_.push_back({event.step, event.time, std::move(text), node, begins});
  };
  switch (event.kind) {
    case Kind::begin_fault:
    case Kind::end_fault:
      return mark(std::string(event.type), engine::no_node, event.kind == Kind::begin_fault);
    case Kind::crash:
    case Kind::restart:
      return mark(" is down", event.node, event.kind == Kind::crash);
    case Kind::pause:
    case Kind::resume:
      return mark(" is paused", event.node, event.kind == Kind::pause);
    default:
      return;
  }
}

void write_history(const std::string& path, const Scenario& scenario, const RunResult& result,
                   const HistoryMarks& marks) {
  std::ofstream out(path);
  if (!out)
    throw engine::InputError("cannot write the history to " + path,
                             "is there such a folder, may it be written, is there room?");
  engine::JsonWriter header;
  header.begin_object();
  header.key("h").integer(1);
  header.key("model").text(models::service::name_of(*scenario.cluster.service));
  header.key("unit").text("ns");
  header.key("clock").text("sim");
  header.key("seed").unsigned_integer(result.seed);
  header.end_object();
  out << header.str() << '\n';
  struct Line {
    std::uint64_t index;
    const engine::HistoryOperation* operation;
    bool call;
  };
  std::vector<Line> lines(result.history.event_count());
  for (const engine::HistoryOperation& operation : result.history.operations()) {
    lines[operation.invoked_at] = {operation.invoked_at, &operation, true};
    if (!operation.is_open())
      lines[operation.responded_at] = {operation.responded_at, &operation, false};
  }
  auto mark = marks.all().begin();
  const auto pass_marks = [&](std::uint64_t step) {
    for (; mark != marks.all().end() && mark->step <= step; ++mark) write_mark(out, *mark, result);
  };
  for (const Line& line : lines) {
    pass_marks(line.call ? line.operation->invoked_step : line.operation->responded_step);
    engine::JsonWriter json;
    json.begin_object();
    json.key("i").unsigned_integer(line.index);
    json.key("t").integer(
        (line.call ? line.operation->invoked_time : line.operation->responded_time).nanoseconds);
    json.key("p").unsigned_integer(line.operation->id.client.value);
    json.key("e").text(line.call ? "call" : "ok");
    json.key("id");
    engine::write(json, line.operation->id);
    json.key(line.call ? "op" : "o");
    engine::write(json, line.call ? line.operation->operation : line.operation->result);
    json.end_object();
    out << json.str() << '\n';
  }
  pass_marks(UINT64_MAX);
  out.close();
  if (!out)
    throw engine::InputError("cannot write the history to " + path,
                             "is there such a folder, may it be written, is there room?");
}

}  // namespace stampede::scenarios
