#include "checkers/consistency/transactions.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include "checkers/consistency/dependency_graph.hpp"
#include "checkers/consistency/serial_order.hpp"

namespace stampede::checkers {
namespace {

using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;

constexpr std::uint32_t none = UINT32_MAX;

struct Writer {
  std::uint32_t transaction = none;
  /// The transaction's last write of the key.
  bool is_final = false;
};

/// What a transaction saw of a key before it wrote it.
struct ExternalRead {
  std::uint32_t transaction;
  std::string key;
  std::vector<std::string> list;
  std::optional<std::string> value;
};

class Judge {
 public:
  Judge(const std::vector<Transaction>& transactions, Isolation isolation,
        const LinearizabilityLimits& limits)
      : transactions_(transactions),
        isolation_(isolation),
        limits_(limits),
        graph_(transactions.size()),
        happened_(transactions.size(), false) {}

  TransactionResult judge() {
    if (!find_writers()) {
      if (is_serial()) find_order();
      return std::move(result_);
    }
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) read_externals(number);
    find_what_happened();
    order_lists();
    order_registers();
    find_lost_updates();
    if (is_timed()) add_real_time();
    find_cycles();
    conclude();
    if (is_serial() && result_.verdict == Judgement::ok) prove_order();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool is_serial() const { return isolation_ >= Isolation::serializable; }
  [[nodiscard]] bool is_timed() const { return isolation_ == Isolation::strict_serializable; }

  void report(std::string name, std::string description, std::vector<std::uint32_t> involved) {
    for (const Anomaly& known : result_.anomalies) {
      if (known.name == name) return;
    }
    result_.anomalies.push_back({std::move(name), std::move(description), std::move(involved)});
  }

  [[nodiscard]] static std::string title(std::uint32_t number) {
    return "T" + std::to_string(number);
  }

  bool find_writers() {
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      std::map<std::string, Writer*> last;
      for (const MicroOperation& operation : transactions_[number].operations) {
        const bool writes = operation.kind == Kind::append || operation.kind == Kind::write;
        if (!writes || !operation.value) continue;
        const auto [found, fresh] =
            writers_.emplace(std::pair{operation.key, *operation.value}, Writer{number, true});
        if (!fresh) {
          result_.limit = "two operations write " + *operation.value + " to key " + operation.key +
                          ": who read which cannot be told";
          return false;
        }
        if (Writer*& earlier = last[operation.key]) earlier->is_final = false;
        last[operation.key] = &found->second;
      }
    }
    return true;
  }

  [[nodiscard]] const Writer* writer(const std::string& key, const std::string& value) const {
    const auto found = writers_.find({key, value});
    return found == writers_.end() ? nullptr : &found->second;
  }

  void read_externals(std::uint32_t number) {
    const Transaction& transaction = transactions_[number];
    if (transaction.outcome != Outcome::committed) return;
    std::map<std::string, std::vector<std::string>> appended;
    std::map<std::string, std::vector<std::string>> lists;
    std::map<std::string, std::optional<std::string>> values;
    for (const MicroOperation& operation : transaction.operations) {
      const std::string& key = operation.key;
      switch (operation.kind) {
        case Kind::append:
          if (operation.value) appended[key].push_back(*operation.value);
          break;
        case Kind::write:
          values[key] = operation.value;
          break;
        case Kind::read_list: {
          if (!operation.list) break;
          std::vector<std::string> list = *operation.list;
          const std::vector<std::string>& own = appended[key];
          const bool ends_with_own =
              list.size() >= own.size() && std::equal(own.rbegin(), own.rend(), list.rbegin());
          if (ends_with_own) list.resize(list.size() - own.size());
          const auto known = lists.find(key);
          if (!ends_with_own || (known != lists.end() && known->second != list)) {
            report("internal",
                   title(number) + " does not see what itself saw or appended of key " + key,
                   {number});
          } else if (known == lists.end()) {
            lists.emplace(key, list);
            externals_.push_back({number, key, list, std::nullopt});
          }
          break;
        }
        case Kind::read_value: {
          const auto known = values.find(key);
          if (known != values.end()) {
            if (known->second != operation.value) {
              report("internal",
                     title(number) + " does not see what itself saw or wrote of key " + key,
                     {number});
            }
          } else {
            values.emplace(key, operation.value);
            externals_.push_back({number, key, {}, operation.value});
            registers_.insert(key);
          }
          break;
        }
      }
    }
  }

  /// Committed, or of unknown outcome with a write that somebody saw.
  void find_what_happened() {
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      happened_[number] = transactions_[number].outcome == Outcome::committed;
    }
    const auto saw = [&](const std::string& key, const std::string& value) {
      const Writer* source = writer(key, value);
      if (source == nullptr) return;
      if (transactions_[source->transaction].outcome == Outcome::unknown) {
        happened_[source->transaction] = true;
      }
    };
    for (const ExternalRead& read : externals_) {
      for (const std::string& element : read.list) saw(read.key, element);
      if (read.value) saw(read.key, *read.value);
    }
  }

  void add(std::uint32_t from, std::uint32_t to, Dependency kind, const std::string& why) {
    if (from == to || from == none || to == none) return;
    graph_.add(from, to, kind, why);
  }

  /// G1a and G1b of one version that a transaction read.
  void check_source(std::uint32_t reader, const std::string& key, const std::string& value,
                    bool is_version) {
    const Writer* source = writer(key, value);
    if (source == nullptr) {
      report("unwritten",
             title(reader) + " read " + value + " of key " + key + ", which nobody wrote",
             {reader});
      return;
    }
    if (source->transaction == reader) return;
    if (transactions_[source->transaction].outcome == Outcome::aborted) {
      report("G1a",
             title(reader) + " read " + value + " of key " + key + ", which " +
                 title(source->transaction) + " wrote and aborted",
             {source->transaction, reader});
    }
    if (is_version && !source->is_final) {
      report("G1b",
             title(reader) + " read " + value + " of key " + key + ", which " +
                 title(source->transaction) + " itself replaced",
             {source->transaction, reader});
    }
  }

  void order_lists() {
    std::map<std::string, const ExternalRead*> longest;
    std::map<std::string, std::vector<const ExternalRead*>> reads;
    for (const ExternalRead& read : externals_) {
      if (registers_.count(read.key) == 1) continue;
      reads[read.key].push_back(&read);
      const ExternalRead*& best = longest[read.key];
      if (best == nullptr || read.list.size() > best->list.size()) best = &read;
    }
    for (const ExternalRead& read : externals_) {
      if (registers_.count(read.key) == 1) continue;
      for (const std::string& element : read.list) {
        check_source(read.transaction, read.key, element, &element == &read.list.back());
      }
      if (std::set<std::string>(read.list.begin(), read.list.end()).size() != read.list.size()) {
        report("duplicate-elements",
               title(read.transaction) + " read an element of key " + read.key + " twice",
               {read.transaction});
      }
      const ExternalRead& best = *longest[read.key];
      if (!std::equal(read.list.begin(), read.list.end(), best.list.begin())) {
        report("incompatible-order",
               title(read.transaction) + " and " + title(best.transaction) + " read key " +
                   read.key + " in different orders",
               {read.transaction, best.transaction});
      }
    }
    for (const auto& [key, best] : longest) order_list(key, *best, reads[key]);
  }

  [[nodiscard]] std::uint32_t owner(const std::string& key, const std::string& value) const {
    const Writer* source = writer(key, value);
    return source == nullptr ? none : source->transaction;
  }

  static std::string about(const std::string& key, const std::string& what) {
    return std::string("key ").append(key).append(": ").append(what);
  }

  void order_list(const std::string& key, const ExternalRead& longest,
                  const std::vector<const ExternalRead*>& reads) {
    const std::vector<std::string>& order = longest.list;
    for (std::size_t place = 1; place < order.size(); ++place) {
      add(owner(key, order[place - 1]), owner(key, order[place]), Dependency::ww,
          about(key, order[place - 1] + " before " + order[place]));
    }
    // What was committed and is not there yet comes behind.
    const std::set<std::string> known(order.begin(), order.end());
    std::vector<std::string> unseen;
    for (auto at = writers_.lower_bound({key, ""}); at != writers_.end() && at->first.first == key;
         ++at) {
      const bool happened = happened_[at->second.transaction];
      if (happened && known.count(at->first.second) == 0) unseen.push_back(at->first.second);
    }
    if (!order.empty()) {
      for (const std::string& element : unseen) {
        add(owner(key, order.back()), owner(key, element), Dependency::ww,
            about(key, order.back() + " before " + element));
      }
    }
    for (const ExternalRead* each : reads) {
      const ExternalRead& read = *each;
      if (read.list.size() > order.size()) continue;
      if (!read.list.empty()) {
        add(owner(key, read.list.back()), read.transaction, Dependency::wr,
            about(key, "read " + read.list.back()));
      }
      if (read.list.size() < order.size()) {
        const std::string& next = order[read.list.size()];
        add(read.transaction, owner(key, next), Dependency::rw, about(key, "did not see " + next));
      } else {
        for (const std::string& element : unseen) {
          add(read.transaction, owner(key, element), Dependency::rw,
              about(key, "did not see " + element));
        }
      }
    }
  }

  void order_registers() {
    // Values of a key in the order they must have: from what a transaction read to what it wrote.
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> replaced_by;
    for (const ExternalRead& read : externals_) {
      if (registers_.count(read.key) == 0) continue;
      if (read.value) {
        check_source(read.transaction, read.key, *read.value, true);
        add(owner(read.key, *read.value), read.transaction, Dependency::wr,
            "key " + read.key + ": read " + *read.value);
        for (const MicroOperation& operation : transactions_[read.transaction].operations) {
          if (operation.kind != Kind::write || operation.key != read.key || !operation.value) {
            continue;
          }
          add(owner(read.key, *read.value), read.transaction, Dependency::inferred,
              "key " + read.key + ": " + *read.value + " before " + *operation.value);
          replaced_by[{read.key, *read.value}].push_back(*operation.value);
        }
      }
    }
    for (const ExternalRead& read : externals_) {
      if (registers_.count(read.key) == 0) continue;
      if (read.value) {
        for (const std::string& next : replaced_by[{read.key, *read.value}]) {
          add(read.transaction, owner(read.key, next), Dependency::rw,
              "key " + read.key + ": did not see " + next);
        }
        continue;
      }
      for (auto at = writers_.lower_bound({read.key, ""});
           at != writers_.end() && at->first.first == read.key; ++at) {
        if (!happened_[at->second.transaction]) continue;
        add(read.transaction, at->second.transaction, Dependency::rw,
            "key " + read.key + ": did not see " + at->first.second);
      }
    }
  }

  void find_lost_updates() {
    std::map<std::pair<std::string, std::string>, std::uint32_t> first;
    for (const ExternalRead& read : externals_) {
      const bool is_register = registers_.count(read.key) == 1;
      bool writes = false;
      for (const MicroOperation& operation : transactions_[read.transaction].operations) {
        const bool change = operation.kind == Kind::write || operation.kind == Kind::append;
        writes = writes || (change && operation.key == read.key);
      }
      if (!writes) continue;
      std::string version = is_register ? (read.value ? "=" + *read.value : "")
                                        : (read.list.empty() ? "" : "=" + read.list.back());
      const auto [found, fresh] = first.emplace(std::pair{read.key, version}, read.transaction);
      if (fresh) continue;
      report("lost-update",
             title(found->second) + " and " + title(read.transaction) + " both read " +
                 (version.empty() ? std::string("nothing") : version.substr(1)) + " of key " +
                 read.key + " and both replaced it",
             {found->second, read.transaction});
    }
  }

  /// Through a chain of vertices, one for each response: few edges for many pairs.
  void add_real_time() {
    struct Event {
      std::uint64_t at;
      std::uint32_t transaction;
      bool response;
    };
    std::vector<Event> events;
    for (std::uint32_t number = 0; number < transactions_.size(); ++number) {
      const Transaction& transaction = transactions_[number];
      if (transaction.outcome == Outcome::aborted) continue;
      events.push_back({transaction.invoked_at, number, false});
      if (transaction.outcome == Outcome::committed) {
        events.push_back({transaction.responded_at, number, true});
      }
    }
    std::sort(events.begin(), events.end(),
              [](const Event& left, const Event& right) { return left.at < right.at; });
    std::uint32_t latest = none;
    for (const Event& event : events) {
      if (event.response) {
        const std::uint32_t chain = graph_.add_vertex();
        if (latest != none) graph_.add(latest, chain, Dependency::time, "");
        graph_.add(event.transaction, chain, Dependency::time, "was over before");
        latest = chain;
      } else if (latest != none) {
        graph_.add(latest, event.transaction, Dependency::time, "");
      }
    }
  }

  void report_cycle(const std::string& name, const DependencyGraph::Cycle& cycle) {
    if (cycle.empty()) return;
    std::string text;
    std::vector<std::uint32_t> involved;
    bool by_time = false;
    for (const auto& [from, edge] : cycle) {
      by_time = by_time || edge.kind == Dependency::time;
      if (from >= transactions_.size()) continue;
      involved.push_back(from);
      text += (text.empty() ? "" : ", ") + title(from) + " -" + name_of(edge.kind) + "-> ";
      text += edge.to < transactions_.size() ? title(edge.to) : std::string("later ones");
      if (!edge.why.empty()) text += " (" + edge.why + ")";
    }
    report(by_time ? name + "-realtime" : name, text, involved);
  }

  void find_cycles() {
    using D = Dependency;
    for (const bool by_time : {false, true}) {
      if (by_time && !is_timed()) continue;
      const auto timed = [&](Dependencies kinds) { return by_time ? kinds.with(D::time) : kinds; };
      const Dependencies dependencies = timed({D::ww, D::inferred, D::wr});
      report_cycle("G0", graph_.cycle_through(D::ww, timed({D::ww})));
      report_cycle("G1c", graph_.cycle_through(D::wr, dependencies));
      report_cycle("G1c", graph_.cycle_through(D::inferred, dependencies));
      report_cycle("G-single", graph_.cycle_through(D::rw, dependencies));
      report_cycle("G2-item", graph_.cycle_through(D::rw, dependencies.with(D::rw), true));
    }
    const DependencyGraph::Cycle cycle = graph_.nonadjacent_cycle();
    const auto rw = std::count_if(cycle.begin(), cycle.end(), [](const auto& step) {
      return step.edge.kind == Dependency::rw;
    });
    if (rw > 1) report_cycle("G-nonadjacent", cycle);
  }

  /// Nothing forbidden was found: the order that the edges leave, or a searched one, has to explain
  /// all that was read before that is believed.
  void prove_order() {
    std::vector<std::uint32_t> order = sorted();
    if (refute_serial_order(transactions_, is_timed(), order).empty()) {
      result_.order = std::move(order);
      return;
    }
    find_order();
  }

  void find_order() {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> before;
    for (std::uint32_t from = 0; from < transactions_.size(); ++from) {
      for (const auto& edge : graph_.from(from)) {
        if (edge.to < transactions_.size()) before.emplace_back(from, edge.to);
      }
    }
    SerialOrder found = find_serial_order(transactions_, before, is_timed(), limits_);
    result_.verdict = found.verdict;
    result_.order = std::move(found.order);
    result_.limit = std::move(found.limit);
    if (found.verdict != Judgement::violated) return;
    report("not-serializable",
           std::string("no serial order of the transactions") +
               (is_timed() ? ", in real time," : "") + " explains what was read",
           {});
    result_.forbidden = {"not-serializable"};
  }

  /// What happened, in an order that keeps all edges, earlier ends first.
  [[nodiscard]] std::vector<std::uint32_t> sorted() const {
    std::vector<std::uint32_t> missing(graph_.size(), 0);
    for (std::uint32_t vertex = 0; vertex < graph_.size(); ++vertex) {
      for (const auto& edge : graph_.from(vertex)) ++missing[edge.to];
    }
    using Entry = std::pair<std::uint64_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    const auto push = [&](std::uint32_t vertex) {
      // Vertices that only stand for moments come first.
      const bool moment = vertex >= transactions_.size();
      ready.emplace(moment ? 0 : transactions_[vertex].responded_at, vertex);
    };
    for (std::uint32_t vertex = 0; vertex < graph_.size(); ++vertex) {
      if (missing[vertex] == 0) push(vertex);
    }
    std::vector<std::uint32_t> order;
    while (!ready.empty()) {
      const std::uint32_t vertex = ready.top().second;
      ready.pop();
      if (vertex < transactions_.size() && happened_[vertex]) order.push_back(vertex);
      for (const auto& edge : graph_.from(vertex)) {
        if (--missing[edge.to] == 0) push(edge.to);
      }
    }
    return order;
  }

  void conclude() {
    const auto is_forbidden = [&](const std::string& name) {
      const bool timed = name.size() > 9 && name.substr(name.size() - 9) == "-realtime";
      if (timed) return isolation_ == Isolation::strict_serializable;
      if (name == "G2-item") return isolation_ >= Isolation::serializable;
      if (name == "G-single" || name == "G-nonadjacent" || name == "lost-update")
        return isolation_ >= Isolation::snapshot;
      if (name == "G1a" || name == "G1b" || name == "G1c") {
        return isolation_ >= Isolation::read_committed;
      }
      return true;
    };
    for (const Anomaly& anomaly : result_.anomalies) {
      if (is_forbidden(anomaly.name)) result_.forbidden.push_back(anomaly.name);
    }
    result_.verdict = result_.forbidden.empty() ? Judgement::ok : Judgement::violated;
    if (graph_.gave_up() && result_.verdict == Judgement::ok) {
      result_.verdict = Judgement::undecided;
      result_.limit = "too many edges inside one component to try them all";
    }
  }

  const std::vector<Transaction>& transactions_;
  Isolation isolation_;
  const LinearizabilityLimits& limits_;
  std::map<std::pair<std::string, std::string>, Writer> writers_;
  std::vector<ExternalRead> externals_;
  std::set<std::string> registers_;
  DependencyGraph graph_;
  std::vector<bool> happened_;
  TransactionResult result_;
};

}  // namespace

const std::vector<std::pair<std::string, Isolation>>& isolation_levels() {
  static const std::vector<std::pair<std::string, Isolation>> levels = {
      {"read-uncommitted", Isolation::read_uncommitted},
      {"read-committed", Isolation::read_committed},
      {"snapshot-isolation", Isolation::snapshot},
      {"serializable", Isolation::serializable},
      {"strict-serializable", Isolation::strict_serializable}};
  return levels;
}

TransactionResult check_transactions(const std::vector<Transaction>& transactions,
                                     Isolation isolation, const LinearizabilityLimits& limits) {
  return Judge(transactions, isolation, limits).judge();
}

}  // namespace stampede::checkers
