#include "checkers/consistency/sessions.hpp"

#include <map>

namespace stampede::checkers {

Sessions sessions_of(const engine::History& history) {
  const auto& operations = history.operations();
  std::vector<std::uint32_t> events(history.event_count());  // positions
  for (std::uint32_t position = 0; position < operations.size(); ++position) {
    events[operations[position].invoked_at] = position;
    if (!operations[position].is_open()) events[operations[position].responded_at] = position;
  }
  struct Session {
    ClientId client;
    std::uint32_t operations = 0;
    bool is_busy = false;
  };
  Sessions sessions;
  std::map<ClientId, Session> latest;
  std::vector<OperationId> ids(operations.size());
  for (std::uint64_t event = 0; event < events.size(); ++event) {
    const engine::HistoryOperation& operation = operations[events[event]];
    OperationId& id = ids[events[event]];
    const auto known = latest.find(operation.id.client);
    if (operation.invoked_at != event) {
      if (known->second.client == id.client) known->second.is_busy = false;
      sessions.history.respond(id, operation.result, operation.responded_step,
                               operation.responded_time);
      continue;
    }
    if (known == latest.end() || known->second.is_busy) {
      latest[operation.id.client] = {ClientId{static_cast<std::uint32_t>(sessions.names.size())}};
      sessions.names.push_back("c" + std::to_string(operation.id.client.value));
    }
    Session& session = latest[operation.id.client];
    session.is_busy = true;
    id = {session.client, ++session.operations};
    sessions.history.invoke(id, operation.operation, operation.invoked_step,
                            operation.invoked_time);
  }
  return sessions;
}

}  // namespace stampede::checkers
