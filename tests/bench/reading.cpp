#include "tests/bench/reading.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"
#include "histories/import/import.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using engine::History;
using engine::HistoryOperation;
using histories::HistoryFormat;

double seconds_of_cpu() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// An event as each format tells it.
struct Told {
  const HistoryOperation& operation;
  bool responds;
  std::uint64_t event;
  std::string client;
  bool writes;
  /// What was read or written, as JSON and EDN write texts; empty if nothing.
  std::string value;
};

std::string ndjson_line(const Told& told) {
  const std::string client = "c" + told.client;
  const std::string id = client + "." + std::to_string(told.operation.id.number);
  return "{\"i\":" + std::to_string(told.event) + ",\"t\":" + std::to_string(1'000 * told.event) +
         ",\"p\":\"" + client + "\",\"e\":\"" + (told.responds ? "ok" : "call") + "\",\"id\":\"" +
         id + "\"," +
         (told.responds ? "\"o\":" + told.operation.result.to_json()
                        : "\"op\":" + told.operation.operation.to_json()) +
         "}\n";
}

std::string edn_line(const Told& told) {
  return "{:process " + told.client + ", :type " + (told.responds ? ":ok" : ":invoke") + ", :f " +
         (told.writes ? ":write" : ":read") + ", :value " +
         (told.value.empty() ? "nil" : told.value) + ", :index " + std::to_string(told.event) +
         ", :time " + std::to_string(1'000 * told.event) + "}\n";
}

std::string json_line(const Told& told) {
  return "{\"process\": " + told.client + ", \"type\": \"" + (told.responds ? "ok" : "invoke") +
         "\", \"f\": \"" + (told.writes ? "write" : "read") +
         "\", \"value\": " + (told.value.empty() ? "null" : told.value) +
         ", \"index\": " + std::to_string(told.event) +
         ", \"time\": " + std::to_string(1'000 * told.event) + "}\n";
}

std::string log_line(const Told& told) {
  return "INFO  jepsen.util - " + told.client + (told.responds ? "\t:ok\t" : "\t:invoke\t") +
         (told.writes ? ":write" : ":read") + "\t" + (told.value.empty() ? "nil" : told.value) +
         "\n";
}

/// One line for both events.
std::string porcupine_line(const Told& told) {
  if (!told.responds) return {};
  const std::string value = told.value.empty() ? "\"\"" : told.value;
  return "{\"clientId\": " + told.client + ", \"input\": {\"op\": " +
         (told.writes ? "\"put\", \"key\": \"x\", \"value\": " + value
                      : std::string("\"get\", \"key\": \"x\"")) +
         "}, \"call\": " + std::to_string(told.operation.invoked_at) +
         ", \"output\": " + (told.writes ? "\"\"" : value) +
         ", \"return\": " + std::to_string(told.event) + "}\n";
}

template <class Writer>
std::string told_as(const History& history, const engine::ServiceType& type, const Writer& writer) {
  std::vector<const HistoryOperation*> at(history.event_count());
  for (const HistoryOperation& operation : history.operations()) {
    at[operation.invoked_at] = at[operation.responded_at] = &operation;
  }
  std::string text;
  for (std::uint64_t event = 0; event < at.size(); ++event) {
    const HistoryOperation& operation = *at[event];
    const engine::Shape shape = type.shape(operation.operation, operation.result);
    const bool writes = shape.kind == engine::Shape::Kind::write;
    const bool responds = operation.responded_at == event;
    const engine::ShapeValue seen = writes ? shape.writes : shape.reads;
    const bool told = seen.is_text() && (writes || responds);
    text += writer(Told{operation, responds, event, std::to_string(operation.id.client.value),
                        writes, told ? "\"" + std::string(seen.text()) + "\"" : std::string()});
  }
  return text;
}

template <class Measured>
double shortest_of_three(const Measured& measured) {
  double best = INFINITY;
  for (int round = 0; round < 3; ++round) best = std::min(best, measured());
  return best;
}

void measure_format(HistoryFormat format, const std::string& text, std::size_t operations) {
  histories::ImportSettings settings;
  settings.format = format;
  settings.model = format == HistoryFormat::porcupine_json ? "kv" : "register";
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  histories::ImportedHistory imported;
  const double reading = shortest_of_three([&] {
    imported = {};
    histories::InputText input = histories::InputText::of(text, "history");
    const double start = seconds_of_cpu();
    imported = histories::import_history(std::move(input), settings);
    return seconds_of_cpu() - start;
  });
  bool fine = true;
  const double judging = shortest_of_three([&] {
    const double start = seconds_of_cpu();
    fine = fine && checkers::check_linearizability(imported.history, *imported.type).verdict ==
                       checkers::Verdict::ok;
    return seconds_of_cpu() - start;
  });
  const auto count = static_cast<double>(operations);
  std::printf("%-15s %6.2f M operations/s read, %6.2f M judged: %5.2fx%s\n",
              histories::format_name(format).c_str(), 1e-6 * count / reading,
              1e-6 * count / judging, reading / judging, fine ? "" : ", NOT OK");
  std::fflush(stdout);
}

}  // namespace

void measure_reading(std::uint32_t operations) {
  engine::ServiceType type = *models::service::find_service("register");
  type.kinds = {"read", "write"};
  HistoryShape shape;
  shape.clients = 100;
  shape.operations = operations;
  shape.keys = 1;
  shape.values = 0;
  shape.open_percent = 0;
  shape.stale_percent = 0;
  const History history = random_history(type, shape, 1);
  const auto measure_as = [&](HistoryFormat format, const auto& writer) {
    measure_format(format, told_as(history, type, writer), operations);
  };
  measure_as(HistoryFormat::ndjson, ndjson_line);
  measure_as(HistoryFormat::jepsen_edn, edn_line);
  measure_as(HistoryFormat::jepsen_json, json_line);
  measure_as(HistoryFormat::jepsen_log, log_line);
  measure_as(HistoryFormat::porcupine_json, porcupine_line);
}

}  // namespace stampede::tests
