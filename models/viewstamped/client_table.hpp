// models/viewstamped/client_table.hpp: what a replica knows of the clients (VRR 4.1), and, where
// that is bounded (option client_table_limit), of their sessions.
//
// 1. A client's requests are executed in a session only. The operation that opens one gives it its
//    op-number, so no two have the same, and a later one has a larger number.
// 2. Request-numbers say of which session they are, and rise over all of them and all lives of a
//    client. So a request of a session that is over is told from one of the next, and an opening of
//    an earlier life stands in no other's way, however late they come.
// 3. Who opens a session when the table is full takes the place of the client that was executed for
//    the longest time ago. All of that happens in the order of execution, so replicas that have
//    executed the same have the same table, and so has who was restored from a checkpoint of it.
#pragma once

#include <map>
#include <vector>

#include "engine/process/reconfigure.hpp"
#include "models/client/client.hpp"
#include "models/client/session.hpp"
#include "models/viewstamped/messages.hpp"

namespace stampede::models::viewstamped {

using client::Request;

/// What the client table knows of one client: the newest request that was executed, and its result;
/// retries of it are answered from here. Differs from the paper: which requests wait in the log is
/// asked of the log.
struct ClientEntry {
  RequestNumber executed{};
  OperationId executed_id{};
  Result result{};
};
STAMPEDE_VALUE(ClientEntry, executed, executed_id, result);

struct ClientTable {
  std::map<ClientId, ClientEntry> client_table{};
  /// All clients of a bounded table, the one first for which nothing was executed for the longest
  /// time; else empty.
  std::vector<ClientId> by_use{};

  /// What was executed for this client last; null if nothing is known.
  [[nodiscard]] const ClientEntry* find(ClientId client) const;
  /// It opens a session, or is of the one that its client has.
  [[nodiscard]] bool is_in_session(const Request& request) const;
  /// The request was executed.
  const ClientEntry& note(const Request& request, Result&& result) {
    ClientEntry& entry = client_table[request.id.client];
    entry = {request.request_number, request.id, std::move(result)};
    return entry;
  }
  /// The same in a table of no more than so many clients, 1 at least; true if one had to go.
  bool note_bounded(const Request& request, Result result, std::size_t limit);
};
STAMPEDE_VALUE(ClientTable, client_table, by_use);

[[nodiscard]] inline bool opens_session(const Request& request) {
  return request.operation.get<client::OpenSession>() != nullptr;
}
/// The operation is one of the service, and not of the protocol itself.
[[nodiscard]] inline bool is_of_service(const Request& request) {
  return !opens_session(request) && request.operation.get<engine::Reconfigure>() == nullptr;
}

}  // namespace stampede::models::viewstamped
