#include "checkers/monitors/client_histories.hpp"

#include <algorithm>
#include <set>

#include "engine/core/watch.hpp"

namespace stampede::checkers {
namespace {

/// How far each client is in an order that is being tried; one past its completed operations, the
/// open one has taken effect.
struct Position {
  std::vector<std::uint32_t> done{};
  engine::Payload state{};
  friend bool operator<(const Position& left, const Position& right) {
    return left.done != right.done ? left.done < right.done : left.state < right.state;
  }
};

/// An operation, when it began: how many operations were complete then, its client's own included.
struct Begun {
  std::size_t complete = 0;
  ClientId client{};
  std::uint32_t number = 0;
};

}  // namespace

void ClientHistories::invoke(OperationId id, const Operation& operation, bool real_time) {
  ClientHistory& mine = clients[id.client];
  if (mine.open) {
    mine.next = operation;
    return;
  }
  mine.open = OpenOperation{operation, {}};
  if (!real_time) return;
  for (const auto& [client, history] : clients) {
    if (client != id.client && !history.past.empty())
      mine.open->before[client] = static_cast<std::uint32_t>(history.past.size());
  }
}

Operation ClientHistories::respond(OperationId id, const Result& result, bool real_time) {
  ClientHistory& mine = clients[id.client];
  if (!mine.open) return {};
  Operation operation = mine.open->operation;
  mine.past.push_back({operation, result, std::move(mine.open->before)});
  mine.open.reset();
  if (mine.next) {
    const Operation next = *std::exchange(mine.next, std::nullopt);
    invoke({id.client, id.number + 1}, next, real_time);
  }
  return operation;
}

bool ClientHistories::explained_by(const engine::ServiceType& service) const {
  std::vector<const ClientHistory*> all;
  std::map<ClientId, std::size_t> place;
  for (const auto& [client, history] : clients) {
    place[client] = all.size();
    all.push_back(&history);
  }
  std::set<Position> seen;
  std::vector<Position> open = {{std::vector<std::uint32_t>(all.size(), 0), service.initial}};
  while (!open.empty()) {
    const Position at = std::move(open.back());
    open.pop_back();
    bool finished = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::uint32_t done = at.done[i];
      const ClientHistory& history = *all[i];
      const bool past = done < history.past.size();
      finished = finished && !past;
      if (!past && (done > history.past.size() || !history.open)) continue;
      const Completed& before = past ? history.past[done].before : history.open->before;
      const bool may = std::all_of(before.begin(), before.end(), [&](const auto& entry) {
        return at.done[place.at(entry.first)] >= entry.second;
      });
      if (!may) continue;
      engine::Watch::tick();
      auto [state, result] =
          service.apply(at.state, past ? history.past[done].operation : history.open->operation);
      if (past && !(result == history.past[done].result)) continue;
      Position next{at.done, std::move(state)};
      ++next.done[i];
      if (seen.insert(next).second) open.push_back(std::move(next));
    }
    if (finished) return true;
  }
  return false;
}

engine::History ClientHistories::to_history() const {
  // What was complete only grows, so operations began in the order of how much that was.
  std::vector<Begun> begun;
  const auto complete_before = [](const Completed& before, std::uint32_t own) {
    std::size_t count = own;
    for (const auto& [client, number] : before) count += number;
    return count;
  };
  for (const auto& [client, mine] : clients) {
    std::uint32_t number = 0;
    for (const PastOperation& past : mine.past) {
      begun.push_back({complete_before(past.before, number), client, number});
      ++number;
    }
    if (mine.open) begun.push_back({complete_before(mine.open->before, number), client, number});
  }
  std::stable_sort(begun.begin(), begun.end(), [](const Begun& left, const Begun& right) {
    return left.complete < right.complete;
  });
  engine::History history;
  std::map<ClientId, std::uint32_t> responded;
  // Answers come as late as they may: when something begins that they were there for.
  const auto respond_up_to = [&](ClientId client, std::uint32_t count) {
    for (std::uint32_t& done = responded[client]; done < count; ++done)
      history.respond({client, done + 1}, clients.at(client).past[done].result, 0, {});
  };
  for (const Begun& one : begun) {
    const ClientHistory& mine = clients.at(one.client);
    const bool past = one.number < mine.past.size();
    respond_up_to(one.client, one.number);
    for (const auto& [client, count] : past ? mine.past[one.number].before : mine.open->before)
      respond_up_to(client, count);
    history.invoke({one.client, one.number + 1},
                   past ? mine.past[one.number].operation : mine.open->operation, 0, {});
  }
  for (const auto& [client, mine] : clients)
    respond_up_to(client, static_cast<std::uint32_t>(mine.past.size()));
  return history;
}

}  // namespace stampede::checkers
