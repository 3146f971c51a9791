// The evidence against transactions: each reported cycle is one, of the kind that its name says,
// and no other of the kind is shorter. Dependencies are found here a second time, from the
// definitions, and all cycles by trying all ways.
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <set>

#include "checkers/transactions/transactions.hpp"
#include "tests/checkers/random_transactions.hpp"

namespace stampede::tests {
namespace {

using checkers::Dependency;
using checkers::Isolation;
using checkers::MicroOperation;
using checkers::Obeys;
using checkers::Step;
using checkers::Transaction;
using Kind = MicroOperation::Kind;
using Outcome = Transaction::Outcome;
using Content = std::vector<std::string>;

struct Edge {
  std::size_t to;
  Dependency kind;
};

/// What committed transactions saw of a key before they wrote it.
struct Seen {
  std::size_t reader;
  Content content;
};

class Dependencies {
 public:
  Dependencies(const std::vector<Transaction>& transactions, Obeys obeys)
      : transactions_(transactions), edges(transactions.size()) {
    for (const std::string key : {"x", "y"}) read(key);
    for (std::size_t from = 0; from < transactions.size(); ++from) {
      for (std::size_t to = 0; to < transactions.size(); ++to) {
        if (obeys != Obeys::nothing && precedes(from, to, obeys)) {
          edges[from].push_back(
              {to, obeys == Obeys::sessions ? Dependency::session : Dependency::time});
        }
      }
    }
  }

  [[nodiscard]] bool has(const Step& step) const {
    return std::any_of(edges[step.from].begin(), edges[step.from].end(), [&](const Edge& edge) {
      return edge.to == step.to && edge.kind == step.kind;
    });
  }
  /// The shortest cycles without crossings, by name.
  [[nodiscard]] std::map<std::string, std::size_t> shortest() const {
    std::map<std::string, std::size_t> found;
    std::vector<std::size_t> way;
    std::vector<Dependency> kinds;
    const std::function<void(std::size_t)> go = [&](std::size_t at) {
      for (const Edge& edge : edges[at]) {
        if (edge.to != way.front()) {
          if (edge.to < way.front() || std::count(way.begin(), way.end(), edge.to) > 0) continue;
          way.push_back(edge.to);
          kinds.push_back(edge.kind);
          go(edge.to);
          way.pop_back();
          kinds.pop_back();
          continue;
        }
        kinds.push_back(edge.kind);
        const auto [known, fresh] = found.emplace(name(kinds), kinds.size());
        known->second = std::min(known->second, kinds.size());
        kinds.pop_back();
      }
    };
    for (std::size_t start = 0; start < edges.size(); ++start) {
      way = {start};
      go(start);
    }
    return found;
  }

  static std::string name(const std::vector<Dependency>& kinds) {
    const auto is = [&](std::size_t at, Dependency kind) {
      return kinds[at % kinds.size()] == kind;
    };
    std::size_t rw = 0;
    bool wr = false;
    bool pair = false;
    std::string ending;
    for (std::size_t at = 0; at < kinds.size(); ++at) {
      rw += is(at, Dependency::rw) ? 1 : 0;
      wr = wr || is(at, Dependency::wr);
      pair = pair || (is(at, Dependency::rw) && is(at + 1, Dependency::rw));
      if (is(at, Dependency::session)) ending = "-process";
      if (is(at, Dependency::time)) ending = "-realtime";
    }
    if (rw == 0) return (wr ? "G1c" : "G0") + ending;
    if (rw == 1) return "G-single" + ending;
    return (pair ? "G2-item" : "G-nonadjacent") + ending;
  }

 private:
  [[nodiscard]] bool precedes(std::size_t first, std::size_t second, Obeys obeys) const {
    const Transaction& one = transactions_[first];
    const Transaction& two = transactions_[second];
    if (one.outcome != Outcome::committed || !happened(second)) return false;
    if (obeys == Obeys::sessions && one.client != two.client) return false;
    return one.responded_at < two.invoked_at;
  }
  [[nodiscard]] bool happened(std::size_t number) const {
    if (transactions_[number].outcome != Outcome::unknown) {
      return transactions_[number].outcome == Outcome::committed;
    }
    for (const MicroOperation& operation : transactions_[number].operations) {
      for (const std::string key : {"x", "y"}) {
        for (const Seen& seen : reads_of(key)) {
          const auto& content = seen.content;
          if (operation.key == key && operation.value &&
              std::find(content.begin(), content.end(), *operation.value) != content.end()) {
            return true;
          }
        }
      }
    }
    return false;
  }
  [[nodiscard]] std::vector<Seen> reads_of(const std::string& key) const {
    std::vector<Seen> seen;
    for (std::size_t at = 0; at < transactions_.size(); ++at) {
      if (transactions_[at].outcome != Outcome::committed) continue;
      Content own;
      for (const MicroOperation& operation : transactions_[at].operations) {
        if (operation.key != key) continue;
        if (operation.kind == Kind::append || operation.kind == Kind::write) {
          own.push_back(*operation.value);
        } else if (operation.kind == Kind::read_list) {
          Content content = *operation.list;
          if (content.size() < own.size()) continue;
          if (!std::equal(own.rbegin(), own.rend(), content.rbegin())) continue;
          content.resize(content.size() - own.size());
          seen.push_back({at, content});
        } else if (own.empty()) {
          seen.push_back({at, operation.value ? Content{*operation.value} : Content{}});
        }
      }
    }
    return seen;
  }
  /// Of values that were written, who wrote them, if that counts.
  [[nodiscard]] std::map<std::string, std::size_t> writers_of(const std::string& key) const {
    std::map<std::string, std::size_t> writers;
    for (std::size_t at = 0; at < transactions_.size(); ++at) {
      for (const MicroOperation& operation : transactions_[at].operations) {
        const bool writes = operation.kind == Kind::append || operation.kind == Kind::write;
        if (writes && operation.key == key && happened(at)) writers[*operation.value] = at;
      }
    }
    return writers;
  }

  void add(std::size_t from, std::size_t to, Dependency kind) {
    if (from != to) edges[from].push_back({to, kind});
  }

  void read(const std::string& key) {
    const auto writers = writers_of(key);
    const std::vector<Seen> reads = reads_of(key);
    const bool lists =
        std::any_of(transactions_.begin(), transactions_.end(), [](const Transaction& transaction) {
          return std::any_of(transaction.operations.begin(), transaction.operations.end(),
                             [](const MicroOperation& operation) {
                               return operation.kind == Kind::append ||
                                      operation.kind == Kind::read_list;
                             });
        });
    for (const Seen& seen : reads) {
      const auto writer = seen.content.empty() ? writers.end() : writers.find(seen.content.back());
      if (writer != writers.end()) add(writer->second, seen.reader, Dependency::wr);
    }
    if (lists) return order_list(writers, reads);
    for (const Seen& seen : reads) {
      if (!seen.content.empty() && writers.count(seen.content.front()) == 0) continue;
      for (const auto& [value, writer] : writers) {
        // Everything comes behind the initial value; what the writer had read, before its write.
        const bool behind =
            seen.content.empty() ||
            std::any_of(reads.begin(), reads.end(), [&, by = writer](const Seen& other) {
              return other.reader == by && other.content == seen.content;
            });
        if (behind) add(seen.reader, writer, Dependency::rw);
      }
    }
  }

  void order_list(const std::map<std::string, std::size_t>& writers,
                  const std::vector<Seen>& reads) {
    Content longest;
    for (const Seen& seen : reads) {
      if (seen.content.size() > longest.size()) longest = seen.content;
    }
    Content counted;
    std::set<std::string> unseen;
    for (const auto& [value, writer] : writers) unseen.insert(value);
    for (const std::string& value : longest) {
      if (unseen.erase(value) == 1) counted.push_back(value);
    }
    for (std::size_t at = 0; at < counted.size(); ++at) {
      if (at + 1 < counted.size()) {
        add(writers.at(counted[at]), writers.at(counted[at + 1]), Dependency::ww);
        continue;
      }
      for (const std::string& value : unseen) {
        add(writers.at(counted[at]), writers.at(value), Dependency::ww);
      }
    }
    for (const Seen& seen : reads) {
      if (!std::equal(seen.content.begin(), seen.content.end(), longest.begin())) continue;
      auto next = longest.begin() + static_cast<std::ptrdiff_t>(seen.content.size());
      while (next != longest.end() && writers.count(*next) == 0) ++next;
      if (next != longest.end()) {
        add(seen.reader, writers.at(*next), Dependency::rw);
        continue;
      }
      for (const std::string& value : unseen) {
        add(seen.reader, writers.at(value), Dependency::rw);
      }
    }
  }

  const std::vector<Transaction>& transactions_;

 public:
  std::vector<std::vector<Edge>> edges;
};

void check_cycles(Isolation isolation, std::uint64_t histories,
                  std::map<std::string, std::uint64_t>& counts) {
  const Obeys obeys = checkers::obeyed_by(isolation);
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    INFO("obeying " << static_cast<int>(obeys) << " seed " << seed);
    TransactionShape shape;
    shape.lists = seed % 2 == 0;
    shape.may_abort = seed / 2 % 2 == 0;
    shape.may_be_dirty = seed / 4 % 2 == 0;
    const auto transactions = random_transactions(shape, seed);
    const auto result = check_transactions(transactions, isolation);
    // What a list has twice, or nobody wrote, has no order to speak of.
    const bool is_garbled = std::any_of(
        result.anomalies.begin(), result.anomalies.end(), [](const checkers::Anomaly& anomaly) {
          return anomaly.name == "unwritten" || anomaly.name == "duplicate-elements";
        });
    if (is_garbled) continue;
    const Dependencies dependencies(transactions, obeys);
    std::map<std::string, std::size_t> reported;
    std::set<std::string> unsure;
    for (const checkers::Anomaly& anomaly : result.anomalies) {
      if (anomaly.cycle.empty()) continue;
      INFO(anomaly.name);
      std::vector<Dependency> kinds;
      std::set<std::uint32_t> met;
      for (std::size_t at = 0; at < anomaly.cycle.size(); ++at) {
        const Step& step = anomaly.cycle[at];
        REQUIRE(dependencies.has(step));
        REQUIRE(step.to == anomaly.cycle[(at + 1) % anomaly.cycle.size()].from);
        REQUIRE(step.from == anomaly.transactions.at(at));
        REQUIRE(met.insert(step.from).second);
        REQUIRE(!step.sentence.empty());
        kinds.push_back(step.kind);
      }
      REQUIRE(Dependencies::name(kinds) == anomaly.name);
      reported[anomaly.name] = anomaly.cycle.size();
      if (!anomaly.is_shortest) unsure.insert(anomaly.name);
      ++counts[anomaly.name];
    }
    const auto shortest = dependencies.shortest();
    for (const auto& [name, length] : reported) {
      INFO(name);
      if (unsure.count(name) == 0) REQUIRE(shortest.at(name) == length);
      REQUIRE(shortest.at(name) <= length);
      counts["unsure"] += unsure.count(name);
    }
    // A kind stays unseen only where another tells the same of the level.
    for (const auto& [name, length] : shortest) {
      INFO(name << " of " << length << " steps");
      const bool may_cross = name.rfind("G2", 0) == 0 || name.rfind("G-non", 0) == 0 ||
                             name.find("-process") != std::string::npos ||
                             name.find("-realtime") != std::string::npos;
      REQUIRE((reported.count(name) == 1 || (may_cross && !reported.empty())));
    }
  }
}

}  // namespace

TEST_CASE("transactions: reported cycles are real, of their kind, and the shortest", "[unit]") {
  std::map<std::string, std::uint64_t> counts;
  check_cycles(Isolation::serializable, 3'000, counts);
  check_cycles(Isolation::strong_session_serializable, 3'000, counts);
  check_cycles(Isolation::strict_serializable, 3'000, counts);
  CHECK(counts["unsure"] < 100);
  for (const std::string kind : {"G0", "G1c", "G-single", "G2-item"}) {
    for (const std::string time : {"", "-process", "-realtime"}) {
      INFO(kind + time);
      CHECK(counts[kind + time] > 0);
    }
  }
}

}  // namespace stampede::tests
