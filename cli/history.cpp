#include "cli/history.hpp"

#include <fstream>

namespace stampede::cli {

void write_history(const std::string& path, const scenarios::Scenario& scenario,
                   const scenarios::RunResult& result) {
  std::ofstream out(path);
  if (!out) throw engine::InputError("cannot write the history to " + path);
  engine::JsonWriter header;
  header.begin_object();
  header.key("h").integer(1);
  header.key("model").text(scenario.cluster.service->name);
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
  for (const Line& line : lines) {
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
  out.close();
  if (!out) throw engine::InputError("cannot write the history to " + path);
}

}  // namespace stampede::cli
