#include "checkers/transactions/proofs.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <string_view>

namespace stampede::checkers {
namespace {

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

/// Of a key: its elements, or its one value; empty if there is nothing.
using Content = std::vector<std::string_view>;
using Store = boost::unordered_flat_map<std::string_view, Content>;

std::string name(std::uint32_t number) { return "T" + std::to_string(number); }

void write(const MicroOperation& operation, Content& content) {
  if (operation.kind == Kind::write) content.clear();
  if (operation.value) content.push_back(*operation.value);
}

bool saw(const MicroOperation& operation, const Content& content) {
  if (operation.kind == Kind::read_list) {
    return !operation.list || std::equal(content.begin(), content.end(), operation.list->begin(),
                                         operation.list->end());
  }
  if (!operation.value) return content.empty();
  return content.size() == 1 && content.front() == *operation.value;
}

/// Whether all that must have happened is there, once, and nothing that must not.
class Attendance {
 public:
  explicit Attendance(const std::vector<Transaction>& transactions)
      : transactions_(transactions), seen_(transactions.size(), false) {}

  std::string enter(std::uint32_t number) {
    if (number >= transactions_.size()) return name(number) + " does not exist";
    if (seen_[number]) return name(number) + " occurs twice";
    seen_[number] = true;
    if (transactions_[number].outcome == Outcome::aborted) return name(number) + " aborted";
    return {};
  }
  [[nodiscard]] std::string missing() const {
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      if (transactions_[number].outcome == Outcome::committed && !seen_[number]) {
        return name(number) + " is missing";
      }
    }
    return {};
  }

 private:
  const std::vector<Transaction>& transactions_;
  std::vector<bool> seen_;
};

/// Whether nothing was over, in time or in its own session, before what began in front of it.
class Clock {
 public:
  explicit Clock(Obeys obeys) : obeys_(obeys) {}

  void begin(const Transaction& transaction) {
    std::uint64_t& latest = latest_begin_[scope(transaction)];
    latest = std::max(latest, transaction.invoked_at);
  }
  std::string commit(std::uint32_t number, const Transaction& transaction) {
    if (obeys_ == Obeys::nothing) return {};
    if (transaction.responded_at >= latest_begin_[scope(transaction)]) return {};
    return name(number) + " was over before one in front of it began";
  }

 private:
  [[nodiscard]] std::uint32_t scope(const Transaction& transaction) const {
    return obeys_ == Obeys::sessions ? transaction.client : 0;
  }

  Obeys obeys_;
  std::map<std::uint32_t, std::uint64_t> latest_begin_;
};

/// Empty if the transaction, done on `store`, sees what it saw.
std::string replay(std::uint32_t number, const Transaction& transaction, Store& store) {
  for (const MicroOperation& operation : transaction.operations) {
    Content& content = store[operation.key];
    if (operation.writes()) {
      write(operation, content);
    } else if (transaction.outcome == Outcome::committed && !saw(operation, content)) {
      return name(number) + " sees another content of key " + operation.key;
    }
  }
  return {};
}

}  // namespace

std::string refute_serial_order(const std::vector<Transaction>& transactions, Obeys obeys,
                                const std::vector<std::size_t>& order) {
  Store store;
  Attendance attendance(transactions);
  Clock clock(obeys);
  for (const std::size_t position : order) {
    const auto number = static_cast<std::uint32_t>(position);
    std::string wrong = attendance.enter(number);
    if (!wrong.empty()) return wrong;
    wrong = clock.commit(number, transactions[number]);
    if (!wrong.empty()) return wrong;
    clock.begin(transactions[number]);
    wrong = replay(number, transactions[number], store);
    if (!wrong.empty()) return wrong;
  }
  return attendance.missing();
}

std::string refute_schedule(const std::vector<Transaction>& transactions, Obeys obeys,
                            const std::vector<Moment>& schedule) {
  Store store;
  Attendance attendance(transactions);
  Clock clock(obeys);
  std::vector<bool> is_running(transactions.size(), false);
  boost::unordered_flat_map<std::string_view, std::uint32_t> written_by;
  for (const Moment& moment : schedule) {
    const std::uint32_t number = moment.transaction;
    if (!moment.commits) {
      std::string wrong = attendance.enter(number);
      if (!wrong.empty()) return wrong;
      is_running[number] = true;
      clock.begin(transactions[number]);
      Store snapshot;
      for (const MicroOperation& operation : transactions[number].operations) {
        if (!operation.writes()) {
          snapshot[operation.key] = store[operation.key];
          continue;
        }
        const auto [other, fresh] = written_by.emplace(operation.key, number);
        if (!fresh && other->second != number) {
          return name(number) + " and " + name(other->second) + " overlap and write to key " +
                 operation.key;
        }
      }
      wrong = replay(number, transactions[number], snapshot);
      if (!wrong.empty()) return wrong;
      continue;
    }
    if (number >= transactions.size() || !is_running[number]) return name(number) + " never began";
    is_running[number] = false;
    std::string wrong = clock.commit(number, transactions[number]);
    if (!wrong.empty()) return wrong;
    for (const MicroOperation& operation : transactions[number].operations) {
      if (!operation.writes()) continue;
      write(operation, store[operation.key]);
      written_by.erase(operation.key);
    }
  }
  const auto running = std::find(is_running.begin(), is_running.end(), true);
  if (running != is_running.end()) {
    return name(static_cast<std::uint32_t>(running - is_running.begin())) + " never commits";
  }
  return attendance.missing();
}

std::string refute_committed_reads(const std::vector<Transaction>& transactions,
                                   const std::vector<std::size_t>& order) {
  // All that a key ever was; of lists, how much of it each transaction left. A read from outside is
  // found there by its last value.
  struct Version {
    std::uint32_t place;
    std::size_t length;
  };
  struct History {
    Content elements;
    boost::unordered_flat_map<std::string_view, Version> versions;
  };
  boost::unordered_flat_map<std::string_view, History> keys;
  Attendance attendance(transactions);
  std::vector<std::uint32_t> places(transactions.size(), UINT32_MAX);
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    std::string wrong = attendance.enter(static_cast<std::uint32_t>(order[place]));
    if (!wrong.empty()) return wrong;
    places[order[place]] = place;
    const auto& operations = transactions[order[place]].operations;
    for (std::size_t at = 0; at < operations.size(); ++at) {
      const MicroOperation& operation = operations[at];
      if (!operation.writes() || !operation.value) continue;
      History& history = keys[operation.key];
      history.elements.push_back(*operation.value);
      const bool is_last = std::none_of(operations.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                        operations.end(), [&](const MicroOperation& later) {
                                          return later.writes() && later.key == operation.key;
                                        });
      if (is_last) history.versions[*operation.value] = {place, history.elements.size()};
    }
  }
  for (const std::size_t position : order) {
    const auto number = static_cast<std::uint32_t>(position);
    if (transactions[number].outcome != Outcome::committed) continue;
    std::map<std::string_view, Content> own;
    for (const MicroOperation& operation : transactions[number].operations) {
      if (operation.writes()) {
        write(operation, own[operation.key]);
        continue;
      }
      std::string wrong =
          name(number) + " sees what key " + operation.key + " was at no time before it";
      const auto mine = own.find(operation.key);
      const History& history = keys[operation.key];
      const bool is_list = operation.kind == Kind::read_list;
      if (is_list && !operation.list) continue;
      Content seen;
      if (is_list) seen.assign(operation.list->begin(), operation.list->end());
      if (!is_list && operation.value) seen.push_back(*operation.value);
      if (mine != own.end()) {
        const Content& tail = mine->second;
        if (seen.size() < tail.size() || !std::equal(tail.rbegin(), tail.rend(), seen.rbegin())) {
          return name(number) + " does not see its own write of key " + operation.key;
        }
        seen.resize(seen.size() - tail.size());
      }
      if (seen.empty()) continue;
      const auto version = history.versions.find(seen.back());
      if (version == history.versions.end() || version->second.place >= places[number])
        return wrong;
      if (is_list && (version->second.length != seen.size() ||
                      !std::equal(seen.begin(), seen.end(), history.elements.begin()))) {
        return wrong;
      }
    }
  }
  return attendance.missing();
}

}  // namespace stampede::checkers
