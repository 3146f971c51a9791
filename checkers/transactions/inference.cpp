#include "checkers/transactions/inference.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace stampede::checkers {
namespace {

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

constexpr std::uint32_t no_version = DependencyGraph::none;

}  // namespace

Inference::Inference(const std::vector<Transaction>& transactions, Obeys obeys,
                     Allowance& allowance)
    : allowance_(allowance),
      observations_(transactions, anomalies_, allowance),
      graph_(static_cast<std::uint32_t>(transactions.size()), allowance),
      reads_(group(observations_.reads())),
      versions_(group(observations_.versions())) {
  allowance_.assign(final_version_, transactions.size(), no_version);
  allowance_.assign(first_place_, transactions.size(), no_version);
  allowance_.hold((observations_.versions().size() + observations_.reads().size()) / 8 + 16);
  is_in_order_.resize(observations_.versions().size());
  fits_.resize(observations_.reads().size(), true);
  order_lists();
  find_what_happened();
  for (std::uint32_t key = 0; key < observations_.keys().size(); ++key) {
    const Observations::Key& about = observations_.keys()[key];
    if (about.is_unclear) continue;
    if (about.is_ambiguous) {
      if (about.is_list) check_ambiguous_list(key);
      if (about.is_register) check_ambiguous_register(key);
      find_lost_updates(key);
      continue;
    }
    note_final_versions(key);
    if (about.is_list) infer_list(key);
    if (about.is_register) infer_register(key);
    find_lost_updates(key);
  }
  if (obeys == Obeys::sessions) add_sessions();
  if (obeys == Obeys::real_time) add_real_time();
  graph_.finish();
}

template <class Item>
Inference::ByKey Inference::group(const std::vector<Item>& items) {
  ByKey grouped;
  const std::size_t keys = observations_.keys().size();
  allowance_.assign(grouped.first, keys + 1, 0U);
  for (const Item& item : items) ++grouped.first[item.key + 1];
  for (std::size_t key = 0; key < keys; ++key) grouped.first[key + 1] += grouped.first[key];
  allowance_.assign(grouped.items, items.size(), 0U);
  std::vector<std::uint32_t> next;
  allowance_.assign(next, keys, 0U);
  for (std::uint32_t number = 0; number < items.size(); ++number) {
    const std::uint32_t key = items[number].key;
    grouped.items[grouped.first[key] + next[key]++] = number;
  }
  allowance_.free(next);
  return grouped;
}

void Inference::report(const char* name, Level level, std::string text,
                       std::vector<std::uint32_t> involved) {
  checkers::report(anomalies_, {name, std::move(text), std::move(involved), level});
}

void Inference::report_unwritten(const Read& read, const std::string& value) {
  report(unwritten_value, Level::read_uncommitted,
         transaction_name(read.transaction) + " read " + value + " from " + key_name(read.key) +
             ", which nobody wrote",
         {read.transaction});
}

std::string Inference::key_name(std::uint32_t key) const {
  return "key " + std::string(observations_.keys()[key].name);
}

std::string Inference::element(std::uint32_t version) const {
  return std::string(observations_.versions()[version].value);
}

std::uint32_t Inference::owner(std::uint32_t version) const {
  return observations_.versions()[version].transaction;
}

void Inference::note_final_versions(std::uint32_t key) {
  for (const std::uint32_t version : versions_.of(key)) final_version_[owner(version)] = version;
}

std::uint32_t Inference::final_version(std::uint32_t transaction) const {
  return final_version_[transaction];
}

/// Committed, or of unknown outcome with a write that somebody saw.
void Inference::find_what_happened() {
  const auto& transactions = observations_.transactions();
  allowance_.hold(transactions.size() / 8 + 8);
  happened_.resize(transactions.size());
  for (std::uint32_t number = 0; number < transactions.size(); ++number) {
    happened_[number] = transactions[number].outcome == Outcome::committed;
  }
  const auto seen = [&](std::uint32_t version) {
    if (version == no_version) return;
    if (transactions[owner(version)].outcome == Outcome::unknown) happened_[owner(version)] = true;
  };
  for (const std::uint32_t version : order_) seen(version);
  for (const std::uint32_t version : seen_elsewhere_) seen(version);
  for (const Read& read : observations_.reads()) {
    const Observations::Key& key = observations_.keys()[read.key];
    if (key.is_ambiguous) continue;
    if (key.is_register && read.operation->value) {
      seen(observations_.find(read.key, *read.operation->value));
    }
    allowance_.work();
  }
}

void Inference::order_lists() {
  allowance_.push(order_first_, std::size_t{0});
  for (std::uint32_t key = 0; key < observations_.keys().size(); ++key) {
    const Observations::Key& about = observations_.keys()[key];
    if (about.is_list && !about.is_ambiguous) order_list(key);
    allowance_.push(order_first_, order_.size());
  }
}

void Inference::order_list(std::uint32_t key) {
  const Read* longest = nullptr;
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    if (longest == nullptr || read.length > longest->length) longest = &read;
  }
  if (longest == nullptr) return;
  const std::vector<std::string>& list = *longest->operation->list;
  const std::size_t begin = order_.size();
  for (std::uint32_t place = 0; place < longest->length; ++place) {
    const std::uint32_t version = observations_.find(key, list[place]);
    if (version == no_version) report_unwritten(*longest, list[place]);
    allowance_.push(order_, version);
  }
  check_order(key, {order_.data() + begin, order_.size() - begin});
  for (const std::uint32_t number : reads_.of(key)) {
    check_list(number, *longest);
  }
}

/// What a transaction wrote itself was seen as if it came from outside. At the end of the list
/// stands what it had appended before it read.
void Inference::report_own(const Read& read, std::uint32_t version) {
  const std::string saw = transaction_name(read.transaction) + " read " + element(version) +
                          " from " + key_name(read.key);
  const auto& list = read.operation->list;
  if (list && std::find(list->begin() + read.length, list->end(),
                        observations_.versions()[version].value) != list->end()) {
    report("duplicate-elements", Level::read_uncommitted, saw + " twice", {read.transaction});
    return;
  }
  report("future-read", Level::read_committed, saw + ", which itself wrote only later",
         {read.transaction});
}

/// What the same transaction appended to the list right before; none if nothing.
std::uint32_t Inference::appended_before(std::uint32_t version) const {
  const std::span<const std::uint32_t> versions =
      versions_.of(observations_.versions()[version].key);
  const auto at = std::lower_bound(versions.begin(), versions.end(), version);
  if (at == versions.begin() || owner(*(at - 1)) != owner(version)) return no_version;
  return *(at - 1);
}

/// What the order of a list says of those who read long enough pieces of it.
void Inference::check_order(std::uint32_t key, std::span<const std::uint32_t> order) {
  const auto& transactions = observations_.transactions();
  std::uint32_t first_twice = no_version;
  std::uint32_t first_aborted = no_version;
  std::uint32_t on_top = no_version;
  std::uint32_t first_misplaced = no_version;
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    const std::uint32_t version = order[place];
    if (version == no_version) continue;
    if (is_in_order_[version] && first_twice == no_version) first_twice = place;
    const std::uint32_t before = appended_before(version);
    const bool misplaced = before != no_version && !is_in_order_[before];
    if (misplaced && first_misplaced == no_version) first_misplaced = place;
    is_in_order_[version] = true;
    std::uint32_t& first = first_place_[owner(version)];
    first = std::min(first, place);
    const bool aborted = transactions[owner(version)].outcome == Outcome::aborted;
    if (aborted && first_aborted == no_version) first_aborted = place;
    if (!aborted && first_aborted != no_version && on_top == no_version) on_top = place;
  }
  if (on_top != no_version) {
    const std::uint32_t aborted = owner(order[first_aborted]);
    report("dirty-update", Level::read_committed,
           transaction_name(owner(order[on_top])) + " appended " + element(order[on_top]) + " to " +
               key_name(key) + " behind " + element(order[first_aborted]) + ", which " +
               transaction_name(aborted) + " appended and aborted",
           {aborted, owner(order[on_top])});
  }
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    const std::uint32_t own = first_place_[read.transaction];
    const auto saw = [&](std::uint32_t version) {
      return transaction_name(read.transaction) + " read " + element(version) + " from " +
             key_name(key);
    };
    for (std::uint32_t place = own; place < read.length; ++place) {
      if (order[place] != no_version && owner(order[place]) == read.transaction) {
        report_own(read, order[place]);
      }
    }
    if (first_twice < read.length) {
      report("duplicate-elements", Level::read_uncommitted, saw(order[first_twice]) + " twice",
             {read.transaction});
    }
    if (first_misplaced < read.length) {
      const std::uint32_t version = order[first_misplaced];
      report("incompatible-order", Level::read_committed,
             saw(version) + " without " + element(appended_before(version)) + " before it, which " +
                 transaction_name(owner(version)) + " had appended first",
             {owner(version), read.transaction});
    }
    if (first_aborted < read.length) {
      const std::uint32_t writer = owner(order[first_aborted]);
      report(
          "G1a", Level::read_committed,
          saw(order[first_aborted]) + ", which " + transaction_name(writer) + " wrote and aborted",
          {writer, read.transaction});
    }
  }
  for (const std::uint32_t version : order) {
    if (version != no_version) first_place_[owner(version)] = no_version;
  }
}

void Inference::check_list(std::uint32_t number, const Read& longest) {
  const Read& read = observations_.reads()[number];
  if (read.length == 0) return;
  const std::vector<std::string>& list = *read.operation->list;
  const auto end = list.begin() + read.length;
  allowance_.work(read.length);
  check_source(read, observations_.find(read.key, *(end - 1)));
  const auto differ = std::mismatch(list.begin(), end, longest.operation->list->begin());
  if (differ.first == end) return;
  fits_[number] = false;
  report("incompatible-order", Level::read_committed,
         transaction_name(read.transaction) + " read " + *differ.first + " from " +
             key_name(read.key) + " where " + transaction_name(longest.transaction) + " read " +
             *differ.second,
         {read.transaction, longest.transaction});
  std::vector<std::uint32_t> versions;
  for (auto at = differ.first; at != end; ++at) {
    const std::uint32_t version = observations_.find(read.key, *at);
    if (version == no_version) {
      report_unwritten(read, *at);
      continue;
    }
    versions.push_back(version);
    allowance_.push(seen_elsewhere_, version);
    if (owner(version) == read.transaction) check_source(read, version);
    if (observations_.transactions()[owner(version)].outcome == Outcome::aborted) {
      check_source(read, version);
    }
  }
  for (auto at = list.begin(); at != differ.first; ++at) {
    versions.push_back(observations_.find(read.key, *at));
  }
  std::sort(versions.begin(), versions.end());
  const auto twice = std::adjacent_find(versions.begin(), versions.end());
  if (twice == versions.end() || *twice == no_version) return;
  report("duplicate-elements", Level::read_uncommitted,
         transaction_name(read.transaction) + " read " + element(*twice) + " from " +
             key_name(read.key) + " twice",
         {read.transaction});
}

void Inference::check_source(const Read& read, std::uint32_t version) {
  if (version == no_version) return;
  const Observations::Version& source = observations_.versions()[version];
  const std::string saw = transaction_name(read.transaction) + " read " + element(version) +
                          " from " + key_name(read.key) + ", which ";
  if (source.transaction == read.transaction) return report_own(read, version);
  const std::string writer = transaction_name(source.transaction);
  if (observations_.transactions()[source.transaction].outcome == Outcome::aborted) {
    report("G1a", Level::read_committed, saw + writer + " wrote and aborted",
           {source.transaction, read.transaction});
  }
  if (!source.is_final) {
    report("G1b", Level::read_committed, saw + writer + " itself wrote over before its end",
           {source.transaction, read.transaction});
  }
}

void Inference::infer_list(std::uint32_t key) {
  const std::span<const std::uint32_t> order{order_.data() + order_first_[key],
                                             order_first_[key + 1] - order_first_[key]};
  const auto counts = [&](std::uint32_t version) {
    return version != no_version && happened_[owner(version)];
  };
  // What comes next behind the first elements of the order.
  std::vector<std::uint32_t> next;
  allowance_.assign(next, order.size() + 1, no_version);
  for (std::size_t place = order.size(); place-- > 0;) {
    next[place] = counts(order[place]) ? order[place] : next[place + 1];
  }
  std::uint32_t last = no_version;
  for (const std::uint32_t version : order) {
    if (!counts(version)) continue;
    if (last != no_version)
      graph_.add(owner(last), {owner(version), Dependency::ww, last, version});
    last = version;
  }
  std::vector<End> unseen;
  for (const std::uint32_t version : versions_.of(key)) {
    if (!happened_[owner(version)] || is_in_order_[version]) continue;
    if (!unseen.empty() && unseen.back().transaction == owner(version)) continue;
    allowance_.push(unseen, End{owner(version), version});
    if (last != no_version)
      graph_.add(owner(last), {owner(version), Dependency::ww, last, version});
  }
  std::vector<std::uint32_t> full;
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    const std::vector<std::string>& list = *read.operation->list;
    std::uint32_t seen = no_version;
    if (read.length > 0) {
      seen = observations_.find(key, list[read.length - 1]);
      if (counts(seen)) {
        graph_.add(owner(seen), {read.transaction, Dependency::wr, seen, no_version});
      }
      // A read in another order says nothing of what comes next.
      if (!fits_[number] || seen == no_version) continue;
    }
    if (next[read.length] == no_version) {
      allowance_.push(full, read.transaction);
    } else {
      const std::uint32_t version = next[read.length];
      graph_.add(read.transaction, {owner(version), Dependency::rw, seen, version});
    }
  }
  full.erase(std::unique(full.begin(), full.end()), full.end());
  graph_.add_anti_dependencies(full, last, unseen);
  allowance_.free(next);
  allowance_.free(unseen);
  allowance_.free(full);
}

void Inference::infer_register(std::uint32_t key) {
  std::vector<End> writers;
  for (const std::uint32_t version : versions_.of(key)) {
    if (!happened_[owner(version)]) continue;
    if (!writers.empty() && writers.back().transaction == owner(version)) writers.pop_back();
    allowance_.push(writers, End{owner(version), version});
  }
  // Reads by the version that they saw; behind each, those that replaced what they had read.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    std::uint32_t version = no_version;
    if (read.operation->value) {
      version = observations_.find(key, *read.operation->value);
      if (version == no_version) {
        report_unwritten(read, *read.operation->value);
        continue;
      }
      check_source(read, version);
      if (!happened_[owner(version)]) continue;
      graph_.add(owner(version), {read.transaction, Dependency::wr, version, no_version});
    }
    allowance_.push(seen, std::pair{version, read.transaction});
  }
  std::sort(seen.begin(), seen.end());
  std::vector<std::uint32_t> readers;
  std::vector<End> replaced;
  for (std::size_t at = 0; at < seen.size(); ++at) {
    const auto [version, reader] = seen[at];
    allowance_.push(readers, reader);
    const std::uint32_t own = final_version(reader);
    const bool replaces = own != no_version && observations_.versions()[own].key == key;
    if (replaces && (replaced.empty() || replaced.back().transaction != reader)) {
      allowance_.push(replaced, End{reader, own});
    }
    if (at + 1 < seen.size() && seen[at + 1].first == version) continue;
    graph_.add_anti_dependencies(readers, version, version == no_version ? writers : replaced);
    readers.clear();
    replaced.clear();
  }
  allowance_.free(writers);
  allowance_.free(seen);
  allowance_.free(readers);
  allowance_.free(replaced);
}

void Inference::find_lost_updates(std::uint32_t key) {
  struct Update {
    std::uint32_t length;
    std::uint32_t version;
    std::uint32_t transaction;
  };
  const auto same = [](const Update& left, const Update& right) {
    return left.length == right.length && left.version == right.version;
  };
  std::vector<Update> updates;
  const bool list = observations_.keys()[key].is_list;
  const bool ambiguous = observations_.keys()[key].is_ambiguous;
  for (const std::uint32_t number : reads_.of(key)) {
    const Read& read = observations_.reads()[number];
    // Lists that were read alike are one version, whoever wrote their elements.
    if (!read.is_replaced || (ambiguous && list && !fits_[number])) continue;
    const MicroOperation& operation = *read.operation;
    std::uint32_t version = no_version;
    if (list ? read.length > 0 : operation.value.has_value()) {
      version =
          observations_.find(key, list ? (*operation.list)[read.length - 1] : *operation.value);
      if (version == no_version) continue;
      if (ambiguous && !list && !observations_.versions()[version].is_sole) continue;
    }
    allowance_.push(updates, Update{read.length, version, read.transaction});
  }
  std::sort(updates.begin(), updates.end(), [](const Update& left, const Update& right) {
    return std::tie(left.length, left.version, left.transaction) <
           std::tie(right.length, right.version, right.transaction);
  });
  for (std::size_t at = 1; at < updates.size(); ++at) {
    const auto& [length, version, second] = updates[at];
    const std::uint32_t first = updates[at - 1].transaction;
    if (!same(updates[at - 1], updates[at]) || first == second) continue;
    report("lost-update", Level::snapshot,
           transaction_name(first) + " and " + transaction_name(second) + " both read " +
               (version == no_version ? "nothing" : element(version)) + " from " + key_name(key) +
               " and both wrote behind it",
           {first, second});
    break;
  }
  allowance_.free(updates);
}

/// Through a chain for each process: from what ran before to all that ran later.
void Inference::add_sessions() {
  std::map<std::uint32_t, std::uint32_t> latest;
  const auto& transactions = observations_.transactions();
  for (std::uint32_t number = 0; number < transactions.size(); ++number) {
    if (!happened_[number]) continue;
    const std::uint32_t behind = graph_.add_junction();
    const auto [before, fresh] = latest.emplace(transactions[number].client, behind);
    if (!fresh) {
      graph_.add(before->second, {number, Dependency::session});
      graph_.add(before->second, {behind, Dependency::session});
      before->second = behind;
    }
    graph_.add(number, {behind, Dependency::session});
  }
}

/// Through a chain of moments, one for each batch of responses that something begins behind.
void Inference::add_real_time() {
  struct Event {
    std::uint64_t at;
    std::uint32_t transaction;
    bool response;
  };
  std::vector<Event> events;
  const auto& transactions = observations_.transactions();
  for (std::uint32_t number = 0; number < transactions.size(); ++number) {
    if (!happened_[number]) continue;
    allowance_.push(events, Event{transactions[number].invoked_at, number, false});
    if (transactions[number].outcome != Outcome::committed) continue;
    allowance_.push(events, Event{transactions[number].responded_at, number, true});
  }
  std::sort(events.begin(), events.end(),
            [](const Event& left, const Event& right) { return left.at < right.at; });
  std::uint32_t moment = no_version;
  bool was_response = false;
  for (const Event& event : events) {
    if (event.response) {
      if (!was_response) {
        const std::uint32_t later = graph_.add_junction();
        if (moment != no_version) graph_.add(moment, {later, Dependency::time});
        moment = later;
      }
      graph_.add(event.transaction, {moment, Dependency::time});
    } else if (moment != no_version) {
      graph_.add(moment, {event.transaction, Dependency::time});
    }
    was_response = event.response;
  }
  allowance_.free(events);
}

}  // namespace stampede::checkers
