#include "checkers/transactions/observations.hpp"

#include <algorithm>

namespace stampede::checkers {
namespace {

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

/// Bytes of an open-addressing table for `count` entries at its lowest load.
template <class Entry>
std::uint64_t table_bytes(std::uint64_t count) {
  return 3 * count * sizeof(Entry);
}

}  // namespace

void report(std::vector<Anomaly>& anomalies, Anomaly anomaly) {
  const bool known = std::any_of(anomalies.begin(), anomalies.end(), [&](const Anomaly& other) {
    return other.name == anomaly.name && other.level <= anomaly.level;
  });
  if (!known) anomalies.push_back(std::move(anomaly));
}

std::string transaction_name(std::uint32_t number) { return "T" + std::to_string(number); }

Observations::Observations(const std::vector<Transaction>& transactions,
                           std::vector<Anomaly>& anomalies, Allowance& allowance)
    : transactions_(transactions), allowance_(allowance) {
  count();
  read_writes();
  find_ambiguous_keys();
  read_reads(anomalies);
  allowance_.free(key_of_);
  allowance_.free(own_);
}

std::uint32_t Observations::find(std::uint32_t key, std::string_view value) const {
  const auto found = by_value_.find({key, value});
  return found == by_value_.end() ? none : found->second;
}

/// Numbers the keys, and makes room.
void Observations::count() {
  std::uint64_t operations = 0;
  std::uint64_t written = 0;
  for (const Transaction& transaction : transactions_) {
    operations += transaction.operations.size();
    for (const MicroOperation& operation : transaction.operations) written += operation.writes();
  }
  allowance_.assign(key_of_, operations, none);
  key_of_.clear();
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers;
  for (const Transaction& transaction : transactions_) {
    for (const MicroOperation& operation : transaction.operations) {
      const auto next = static_cast<std::uint32_t>(keys_.size());
      const auto [known, fresh] = numbers.emplace(operation.key, next);
      if (fresh) {
        using Entry = decltype(numbers)::value_type;
        allowance_.hold(table_bytes<Entry>(1));
        allowance_.push(keys_, Key{operation.key});
      }
      Key& key = keys_[known->second];
      const bool list = operation.kind == Kind::append || operation.kind == Kind::read_list;
      (list ? key.is_list : key.is_register) = true;
      key_of_.push_back(known->second);
      allowance_.work();
    }
  }
  allowance_.release(table_bytes<decltype(numbers)::value_type>(keys_.size()));
  allowance_.assign(own_, keys_.size(), Own{});
  allowance_.hold(table_bytes<decltype(by_value_)::value_type>(written));
  by_value_.reserve(written);
  allowance_.hold(written * sizeof(Version));
  versions_.reserve(written);
}

void Observations::read_writes() {
  std::size_t at = 0;
  for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
    for (const MicroOperation& operation : transactions_[number].operations) {
      const std::uint32_t key = key_of_[at++];
      if (!operation.writes()) continue;
      Own& own = own_[key];
      own.enter(number);
      add_version(key, number, operation, own);
      allowance_.work();
    }
  }
}

void Observations::add_version(std::uint32_t key, std::uint32_t transaction,
                               const MicroOperation& operation, Own& own) {
  if (!operation.value) {
    set_ambiguous(key, "an operation writes nothing to key " + operation.key);
    keys_[key].is_unclear = true;
    return;
  }
  if (own.last_version != none) versions_[own.last_version].is_final = false;
  const bool aborted = transactions_[transaction].outcome == Outcome::aborted;
  const auto number = static_cast<std::uint32_t>(versions_.size());
  const auto [known, fresh] = by_value_.emplace(KeyAndValue{key, *operation.value}, number);
  own.last_version = known->second;
  if (fresh) {
    versions_.push_back({key, transaction, *operation.value, true, true, aborted});
    return;
  }
  set_ambiguous(key, "two operations write " + *operation.value + " to key " + operation.key);
  Version& version = versions_[known->second];
  version.is_sole = false;
  version.is_aborted = version.is_aborted && aborted;
}

void Observations::find_ambiguous_keys() {
  for (std::uint32_t key = 0; key < keys_.size(); ++key) {
    if (!keys_[key].is_list || !keys_[key].is_register) continue;
    set_ambiguous(key, std::string("key ").append(keys_[key].name) + " is a list and a register");
    keys_[key].is_unclear = true;
  }
}

void Observations::set_ambiguous(std::uint32_t key, const std::string& why) {
  keys_[key].is_ambiguous = true;
  if (ambiguity_.empty()) ambiguity_ = why + ": who read which cannot be told";
}

void Observations::note_replaced(const Own& own) {
  if (own.read != none) reads_[own.read].is_replaced = true;
}

void Observations::read_reads(std::vector<Anomaly>& anomalies) {
  for (Own& own : own_) own.transaction = none;
  std::size_t at = 0;
  for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
    const Transaction& transaction = transactions_[number];
    if (transaction.outcome != Outcome::committed) {
      at += transaction.operations.size();
      continue;
    }
    for (const MicroOperation& operation : transaction.operations) {
      const std::uint32_t key = key_of_[at++];
      Own& own = own_[key];
      own.enter(number);
      allowance_.work();
      switch (operation.kind) {
        case Kind::append:
          note_replaced(own);
          if (!operation.value) break;
          if (own.appended.capacity() == own.appended.size()) {
            allowance_.hold((own.appended.size() + 4) * sizeof(void*));
          }
          own.appended.push_back(&*operation.value);
          break;
        case Kind::write:
          note_replaced(own);
          own.written = &operation;
          break;
        case Kind::read_list:
          if (operation.list) read_list(number, key, operation, own, anomalies);
          break;
        case Kind::read_value:
          read_value(number, key, operation, own, anomalies);
          break;
      }
    }
  }
}

void Observations::read_list(std::uint32_t transaction, std::uint32_t key,
                             const MicroOperation& operation, Own& own,
                             std::vector<Anomaly>& anomalies) {
  const std::vector<std::string>& list = *operation.list;
  allowance_.work(list.size());
  const bool ends_with_own =
      list.size() >= own.appended.size() &&
      std::equal(own.appended.rbegin(), own.appended.rend(), list.rbegin(),
                 [](const std::string* mine, const std::string& seen) { return *mine == seen; });
  if (!ends_with_own) {
    report(anomalies, {"internal",
                       transaction_name(transaction) + " does not see at the end of key " +
                           operation.key + " what itself had appended",
                       {transaction},
                       Level::read_uncommitted});
    return;
  }
  const auto length = static_cast<std::uint32_t>(list.size() - own.appended.size());
  if (own.read != none) {
    const Read& earlier = reads_[own.read];
    const auto& before = *earlier.operation->list;
    const auto end = before.begin() + earlier.length;
    if (earlier.length == length && std::equal(before.begin(), end, list.begin())) return;
    report(anomalies, {"internal",
                       transaction_name(transaction) + " read key " + operation.key +
                           " twice, and others had changed it between",
                       {transaction},
                       Level::snapshot});
  }
  own.read = static_cast<std::uint32_t>(reads_.size());
  allowance_.push(reads_, Read{key, transaction, &operation, length, !own.appended.empty()});
}

void Observations::read_value(std::uint32_t transaction, std::uint32_t key,
                              const MicroOperation& operation, Own& own,
                              std::vector<Anomaly>& anomalies) {
  const auto text = [](const std::optional<std::string>& value) {
    return value ? *value : std::string("nothing");
  };
  if (own.written != nullptr) {
    if (own.written->value == operation.value) return;
    report(anomalies, {"internal",
                       transaction_name(transaction) + " wrote " + text(own.written->value) +
                           " to key " + operation.key + " and then read " + text(operation.value),
                       {transaction},
                       Level::read_uncommitted});
    return;
  }
  if (own.read != none) {
    const auto& before = reads_[own.read].operation->value;
    if (before == operation.value) return;
    report(anomalies, {"internal",
                       transaction_name(transaction) + " read " + text(before) + " from key " +
                           operation.key + " and then " + text(operation.value),
                       {transaction},
                       Level::snapshot});
  }
  own.read = static_cast<std::uint32_t>(reads_.size());
  allowance_.push(reads_, Read{key, transaction, &operation, 0, false});
}

}  // namespace stampede::checkers
