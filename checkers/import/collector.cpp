#include "checkers/import/collector.hpp"

namespace stampede::checkers {

std::uint32_t Collector::client_number(const std::string& client) {
  const auto [found, inserted] =
      client_numbers_.emplace(client, static_cast<std::uint32_t>(clients_.size()));
  if (inserted) clients_.push_back(client);
  return found->second;
}

std::size_t Collector::begin(const std::string& client, engine::Operation operation,
                             std::int64_t time) {
  Entry& entry = entries_.emplace_back();
  entry.client = client_number(client);
  entry.operation = std::move(operation);
  entry.invoked_at = events_++;
  entry.invoked_time = time;
  return entries_.size() - 1;
}

void Collector::complete(std::size_t number, engine::Result result, std::int64_t time) {
  Entry& entry = entries_[number];
  entry.outcome = Outcome::completed;
  entry.result = std::move(result);
  entry.responded_at = events_++;
  entry.responded_time = time;
}

void Collector::fail(std::size_t number) {
  entries_[number].outcome = Outcome::failed;
  entries_[number].responded_at = events_++;
}

void Collector::finish(ImportedHistory& imported) {
  constexpr std::uint32_t none = UINT32_MAX;
  struct Event {
    std::uint32_t entry = none;
    bool response = false;
  };
  std::vector<Event> events(events_);
  for (std::uint32_t number = 0; number < entries_.size(); ++number) {
    const Entry& entry = entries_[number];
    if (entry.outcome == Outcome::failed) {
      imported.failed.push_back({entry.operation, entry.invoked_at, entry.responded_at});
      continue;
    }
    events[entry.invoked_at] = {number, false};
    if (entry.outcome == Outcome::completed) events[entry.responded_at] = {number, true};
  }
  std::vector<std::uint32_t> numbers(clients_.size(), 0);
  std::vector<OperationId> ids(entries_.size());
  for (const Event& event : events) {
    if (event.entry == none) continue;
    Entry& entry = entries_[event.entry];
    if (event.response) {
      imported.history.respond(ids[event.entry], std::move(entry.result), 0,
                               {entry.responded_time});
    } else {
      ids[event.entry] = {ClientId{entry.client}, ++numbers[entry.client]};
      imported.history.invoke(ids[event.entry], std::move(entry.operation), 0,
                              {entry.invoked_time});
    }
  }
  imported.clients = std::move(clients_);
}

}  // namespace stampede::checkers
