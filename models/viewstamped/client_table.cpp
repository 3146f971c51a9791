#include "models/viewstamped/client_table.hpp"

#include <algorithm>

namespace stampede::models::viewstamped {
namespace {

OpNumber session_held(const ClientEntry& entry) {
  const auto* opened = entry.result.get<client::SessionOpened>();
  return client::session_of(opened == nullptr ? entry.executed : opened->after);
}

}  // namespace

const ClientEntry* ClientTable::find(ClientId client) const {
  const auto found = client_table.find(client);
  return found == client_table.end() ? nullptr : &found->second;
}

bool ClientTable::is_in_session(const Request& request) const {
  if (opens_session(request)) return true;
  const ClientEntry* known = find(request.id.client);
  return known != nullptr && session_held(*known) == client::session_of(request.request_number);
}

bool ClientTable::note_bounded(const Request& request, Result result, std::size_t limit) {
  note(request, std::move(result));
  std::erase(by_use, request.id.client);
  by_use.push_back(request.id.client);
  if (by_use.size() <= limit) return false;
  client_table.erase(by_use.front());
  by_use.erase(by_use.begin());
  return true;
}

}  // namespace stampede::models::viewstamped
