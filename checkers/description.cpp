#include "checkers/description.hpp"

#include <algorithm>

namespace stampede::checkers {

std::string client_name(OperationId id, const std::vector<std::string>& clients) {
  if (id.client.value < clients.size()) return clients[id.client.value];
  return "c" + std::to_string(id.client.value);
}

std::string times_of(const engine::HistoryOperation& operation, bool open) {
  const bool timed =
      operation.invoked_time.nanoseconds != 0 || operation.responded_time.nanoseconds != 0;
  if (!timed) return {};
  const bool ends = !operation.is_open() && !open;
  return engine::to_string(operation.invoked_time) +
         (ends ? " to " + engine::to_string(operation.responded_time) : " on");
}

std::string describe(const engine::HistoryOperation& operation,
                     const std::vector<std::string>& clients, bool open) {
  const bool ends = !operation.is_open() && !open;
  std::string text = client_name(operation.id, clients) + "'s " + operation.operation.to_json();
  if (ends) text += " -> " + operation.result.to_json();
  text += " at [" + std::to_string(operation.invoked_at) + ", " +
          (ends ? std::to_string(operation.responded_at) : "...") + "]";
  const std::string times = times_of(operation, open);
  return times.empty() ? text : text + ", " + times;
}

std::string describe_briefly(const engine::HistoryOperation& operation, bool open) {
  std::string text = to_string(operation.id) + " " + operation.operation.to_json();
  if (open || operation.is_open()) return text + " (response not needed)";
  return text + " -> " + operation.result.to_json();
}

std::string tell(const Sentence& reason, const engine::History& history,
                 const std::vector<std::string>& clients) {
  return reason.tell(
      [&](std::size_t position) { return describe(history.operations().at(position), clients); });
}

std::string tell_briefly(const Finding& finding, const engine::History& history) {
  return finding.reason.tell([&](std::size_t position) {
    const bool open = std::find(finding.core_open.begin(), finding.core_open.end(), position) !=
                      finding.core_open.end();
    return describe_briefly(history.operations().at(position), open);
  });
}

}  // namespace stampede::checkers
