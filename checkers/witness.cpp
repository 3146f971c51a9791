#include "checkers/witness.hpp"

#include <algorithm>

namespace stampede::checkers {

using engine::HistoryOperation;

std::string refute_witness(const engine::History& history, const engine::ServiceType& type,
                           const std::vector<std::size_t>& order) {
  const std::vector<HistoryOperation>& operations = history.operations();
  std::vector<bool> seen(operations.size(), false);
  engine::ServiceState state(type);
  std::uint64_t latest_invocation = 0;
  for (const std::size_t position : order) {
    const std::string name = "operation " + std::to_string(position);
    if (position >= operations.size()) return name + " does not exist";
    if (seen[position]) return name + " occurs twice";
    seen[position] = true;
    const HistoryOperation& operation = operations[position];
    latest_invocation = std::max(latest_invocation, operation.invoked_at);
    if (operation.responded_at < latest_invocation) {
      return name + " responded before an operation ahead of it was invoked";
    }
    const engine::Result result = state.apply(operation.operation);
    if (!operation.is_open() && !(result == operation.result)) {
      return name + " " + operation.operation.to_json() + " returned " +
             operation.result.to_json() + ", not " + result.to_json();
    }
  }
  for (std::size_t position = 0; position < operations.size(); ++position) {
    if (!seen[position] && !operations[position].is_open()) {
      return "operation " + std::to_string(position) + " is missing";
    }
  }
  return {};
}

engine::History sub_history(const engine::History& history,
                            const std::vector<std::size_t>& positions,
                            const std::vector<std::size_t>& open) {
  Patience unlimited;
  return sub_history(history, positions, open, unlimited);
}

engine::History sub_history(const engine::History& history,
                            const std::vector<std::size_t>& positions,
                            const std::vector<std::size_t>& open, Patience& patience) {
  struct Event {
    std::uint64_t number;
    const HistoryOperation* operation;
    bool is_response;
  };
  std::vector<Event> events;
  for (const std::size_t position : positions) {
    patience.spend();
    const HistoryOperation& operation = history.operations()[position];
    events.push_back({operation.invoked_at, &operation, false});
    const bool opened = std::find(open.begin(), open.end(), position) != open.end();
    if (!opened && !operation.is_open()) {
      events.push_back({operation.responded_at, &operation, true});
    }
  }
  std::sort(events.begin(), events.end(), [&](const Event& left, const Event& right) {
    patience.spend();
    return left.number < right.number;
  });
  engine::History sub;
  for (const Event& event : events) {
    patience.spend(2);
    const HistoryOperation& operation = *event.operation;
    if (event.is_response) {
      sub.respond(operation.id, operation.result, operation.responded_step,
                  operation.responded_time);
    } else {
      sub.invoke(operation.id, operation.operation, operation.invoked_step, operation.invoked_time);
    }
  }
  return sub;
}

}  // namespace stampede::checkers
