// Models weaker than linearizability: against their definitions, against each other, and by the
// examples that tell them apart.
#include <catch2/catch.hpp>

#include "checkers/brute_force.hpp"
#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/eventual.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/sessions.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/description.hpp"
#include "checkers/transactions/transactions.hpp"
#include "models/service/kv.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_sequential;
using checkers::check_weak;
using checkers::Finding;
using checkers::Isolation;
using checkers::Transaction;
using checkers::Verdict;
using checkers::WeakModel;
using engine::History;
using engine::ServiceType;
using models::service::KvResult;

HistoryShape consistency_shape(std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
  shape.operations = 5 + static_cast<std::uint32_t>(seed % 4);
  shape.keys = 1 + static_cast<std::uint32_t>(seed / 4 % 2);
  shape.values = seed / 8 % 2 == 0 ? 0 : 2;
  shape.open_percent = seed / 32 % 2 == 0 ? 0 : 25;
  shape.stale_percent = seed / 64 % 4 == 0 ? 0 : 40;
  shape.lost_percent = seed / 64 % 4 == 0 ? 0 : 30;
  return shape;
}

/// `w x 1`, `r x 1`, `r x` (nothing), one session each: one list per client.
History sessions(const std::vector<std::vector<std::string>>& clients) {
  // All first operations overlap, then all second ones: only sessions order them.
  HistoryWriter writer(service("kv"));
  std::vector<std::size_t> left;
  for (std::size_t round = 0;; ++round) {
    std::vector<std::pair<std::size_t, engine::Result>> open;
    for (std::uint32_t client = 0; client < clients.size(); ++client) {
      if (round >= clients[client].size()) continue;
      const std::string& text = clients[client][round];
      const std::string key = text.substr(2, 1);
      const std::string value = text.size() > 4 ? text.substr(4) : "";
      namespace kv = models::service::kv;
      if (text[0] == 'w') {
        open.emplace_back(writer.invoke(client, R"({"put":[")" + key + R"(",")" + value + "\"]}"),
                          engine::Result::of(KvResult{kv::Done{}}));
      } else {
        kv::Found found;
        if (!value.empty()) found.value = value;
        open.emplace_back(writer.invoke(client, R"({"get":")" + key + "\"}"),
                          engine::Result::of(KvResult{found}));
      }
    }
    if (open.empty()) return writer.history();
    for (auto& [position, result] : open) writer.respond(position, std::move(result));
  }
}

bool fits(const History& history, WeakModel model) {
  const auto result = check_weak(history, service("kv"), model);
  REQUIRE(result.verdict != Verdict::undecided);
  if (result.verdict == Verdict::violated) CHECK(!result.reason.empty());
  return result.verdict == Verdict::ok;
}

bool is_sequential(const History& history) {
  return check_sequential(history, service("kv")).verdict == Verdict::ok;
}

Transaction transaction(std::uint64_t at, std::vector<checkers::MicroOperation> operations,
                        Transaction::Outcome outcome = Transaction::Outcome::committed) {
  Transaction made;
  made.invoked_at = 2 * at;
  made.responded_at = 2 * at + 1;
  made.outcome = outcome;
  made.operations = std::move(operations);
  return made;
}
using Micro = checkers::MicroOperation;
Micro append(const std::string& key, const std::string& value) {
  return {Micro::Kind::append, key, value, std::nullopt};
}
Micro reads(const std::string& key, std::vector<std::string> list) {
  return {Micro::Kind::read_list, key, std::nullopt, std::move(list)};
}
Micro write(const std::string& key, const std::string& value) {
  return {Micro::Kind::write, key, value, std::nullopt};
}
Micro read(const std::string& key, std::optional<std::string> value) {
  return {Micro::Kind::read_value, key, std::move(value), std::nullopt};
}

std::string anomalies(const std::vector<Transaction>& transactions,
                      Isolation isolation = Isolation::serializable) {
  const Finding result = check_transactions(transactions, isolation);
  std::string names;
  for (const auto& anomaly : result.anomalies) {
    CHECK(!anomaly.description.empty());
    names += (names.empty() ? "" : " ") + anomaly.name;
  }
  return names;
}

}  // namespace

TEST_CASE("sequential consistency: verdicts agree with the definition, witnesses hold", "[unit]") {
  for (const std::string& name : models::service::service_names()) {
    const ServiceType& type = service(name);
    std::uint64_t sequential = 0;
    constexpr std::uint64_t histories = 3'000;
    for (std::uint64_t seed = 0; seed < histories; ++seed) {
      const History history = random_history(type, consistency_shape(seed), seed);
      const auto result = check_sequential(history, type);
      const bool right = checkers::is_sequential_by_brute_force(history, type);
      INFO(name << " seed " << seed);
      REQUIRE(result.verdict == (right ? Verdict::ok : Verdict::violated));
      if (right) {
        ++sequential;
        REQUIRE(checkers::refute_sequential_witness(history, type, result.witness).empty());
      }
      if (checkers::is_linearizable_by_brute_force(history, type)) REQUIRE(right);
    }
    INFO(name << " sequential: " << sequential);
    CHECK(sequential > histories / 4);
    CHECK(sequential < histories * 19 / 20);
  }
}

TEST_CASE("consistency: each model implies the weaker ones", "[unit]") {
  for (const char* name : {"kv", "register"}) {
    ServiceType type = service(name);
    type.kinds = {"read", "write"};
    std::uint64_t counts[4] = {};
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
      HistoryShape shape = consistency_shape(seed);
      shape.values = 0;
      const History history = random_history(type, shape, seed);
      const auto holds = [&](WeakModel model) {
        const auto result = check_weak(history, type, model);
        REQUIRE(result.verdict != Verdict::undecided);
        return result.verdict == Verdict::ok;
      };
      const bool sequential = checkers::is_sequential_by_brute_force(history, type);
      const bool causal = holds(WeakModel::causal);
      const bool convergent = holds(WeakModel::causal_convergence);
      const bool memory = holds(WeakModel::causal_memory);
      INFO(name << " seed " << seed);
      if (sequential) REQUIRE(convergent);
      if (sequential) REQUIRE(memory);
      if (convergent) REQUIRE(causal);
      if (memory) REQUIRE(causal);
      if (sequential) REQUIRE(holds(WeakModel::session));
      if (convergent) REQUIRE(holds(WeakModel::session));
      if (holds(WeakModel::session)) {
        REQUIRE(holds(WeakModel::read_your_writes));
        REQUIRE(holds(WeakModel::monotonic_reads));
        REQUIRE(holds(WeakModel::monotonic_writes));
        REQUIRE(holds(WeakModel::writes_follow_reads));
      }
      counts[0] += sequential ? 1 : 0;
      counts[1] += convergent ? 1 : 0;
      counts[2] += memory ? 1 : 0;
      counts[3] += causal ? 1 : 0;
      if (sequential && shape.stale_percent == 0 && shape.lost_percent == 0) {
        REQUIRE(checkers::measure_staleness(history, type).stale_reads == 0);
      }
    }
    // Of one key alone, convergence is sequential consistency.
    if (type.key != nullptr) CHECK(counts[0] < counts[1]);
    if (type.key == nullptr) CHECK(counts[0] == counts[1]);
    CHECK(counts[0] < counts[2]);
    CHECK(counts[1] <= counts[3]);
    CHECK(counts[3] < 20'000);
  }
}

TEST_CASE("consistency: examples that tell the causal models apart", "[unit]") {
  // Bouajjani et al., POPL 2017, figure 3: (a) CM but not CCv, (b) CCv but not CM, (c) CC only, (d)
  // CC, CM and CCv but not sequential, (e) none.
  const History a = sessions({{"w x 1", "r x 2"}, {"w x 2", "r x 1"}});
  CHECK(fits(a, WeakModel::causal));
  CHECK(fits(a, WeakModel::causal_memory));
  CHECK(!fits(a, WeakModel::causal_convergence));
  CHECK(!is_sequential(a));

  const History b = sessions({{"w z 1", "w x 1", "w y 1"}, {"w x 2", "r z", "r y 1", "r x 2"}});
  CHECK(fits(b, WeakModel::causal_convergence));
  CHECK(!fits(b, WeakModel::causal_memory));

  const History c = sessions({{"w x 1"}, {"w x 2", "r x 1", "r x 2"}});
  CHECK(fits(c, WeakModel::causal));
  CHECK(!fits(c, WeakModel::causal_memory));
  CHECK(!fits(c, WeakModel::causal_convergence));

  const History d =
      sessions({{"w x 1", "r y", "w y 1", "r x 1"}, {"w x 2", "r y", "w y 2", "r x 2"}});
  CHECK(fits(d, WeakModel::causal_convergence));
  CHECK(fits(d, WeakModel::causal_memory));
  CHECK(!is_sequential(d));

  const History e = sessions({{"w x 1", "w y 1"}, {"r y 1", "w x 2"}, {"r x 2", "r x 1"}});
  CHECK(!fits(e, WeakModel::causal));
}

TEST_CASE("consistency: each session guarantee has its own violation", "[unit]") {
  const History own = sessions({{"w x 1", "r x"}});
  CHECK(!fits(own, WeakModel::read_your_writes));
  CHECK(fits(own, WeakModel::monotonic_reads));
  CHECK(fits(own, WeakModel::monotonic_writes));
  const History back = sessions({{"w x 1"}, {"r x 1", "r x"}});
  CHECK(!fits(back, WeakModel::monotonic_reads));
  CHECK(fits(back, WeakModel::read_your_writes));
  CHECK(!fits(back, WeakModel::session));
  // The writes of one client seen in the other order.
  const History writes = sessions({{"w x 1", "w x 2"}, {"r x 2", "r x 1"}});
  CHECK(!fits(writes, WeakModel::monotonic_writes));
  CHECK(fits(writes, WeakModel::writes_follow_reads));
  CHECK(!fits(writes, WeakModel::session));
  const History apart = sessions({{"w x 1"}, {"w x 2"}, {"r x 2", "r x 1"}});
  CHECK(fits(apart, WeakModel::monotonic_writes));
  // What one client reads it writes only later.
  const History ahead = sessions({{"r x 1", "w x 1"}});
  CHECK(!fits(ahead, WeakModel::writes_follow_reads));
  CHECK(!fits(ahead, WeakModel::session));
  CHECK(fits(ahead, WeakModel::monotonic_writes));
  const History follow = sessions({{"w x 1"}, {"r x 1", "w x 2"}, {"r x 2", "r x 1"}});
  CHECK(fits(follow, WeakModel::writes_follow_reads));
  CHECK(!fits(follow, WeakModel::session));
}

TEST_CASE("consistency: staleness counts the versions that a read misses", "[unit]") {
  HistoryWriter writer(service("kv"));
  namespace kv = models::service::kv;
  for (const char* value : {"1", "2", "3"}) {
    writer.complete(0, std::string(R"({"put":["x",")") + value + "\"]}",
                    engine::Result::of(KvResult{kv::Done{}}));
  }
  const std::size_t read =
      writer.complete(1, R"({"get":"x"})", engine::Result::of(KvResult{kv::Found{"1"}}));
  const auto staleness = checkers::measure_staleness(writer.history(), service("kv"));
  CHECK(staleness.known);
  CHECK(staleness.versions == 2);
  CHECK(staleness.stale_reads == 1);
  CHECK(staleness.read == read);
}

TEST_CASE("sessions: a client that came back without an answer is another session", "[unit]") {
  const auto result = [](const char* json) {
    return service("register").parse_result(engine::parse_json(json, "result"));
  };
  HistoryWriter writer(service("register"));
  writer.complete(7, R"({"write":"0"})", result(R"({"ok":true})"));
  writer.invoke(7, R"({"write":"1"})");  // never answered
  writer.complete(7, R"({"write":"2"})", result(R"({"ok":true})"));
  writer.complete(7, R"("read")", result(R"({"value":"1"})"));
  CHECK(check_sequential(writer.history(), service("register")).verdict == Verdict::violated);
  const checkers::Sessions sessions = checkers::sessions_of(writer.history());
  CHECK(sessions.names == std::vector<std::string>{"c7", "c7"});
  REQUIRE(sessions.history.operations().size() == 4);
  const auto client = [&](std::size_t at) {
    return sessions.history.operations()[at].id.client.value;
  };
  CHECK(client(0) == client(1));
  CHECK(client(1) != client(2));
  CHECK(client(2) == client(3));
  CHECK(sessions.history.event_count() == writer.history().event_count());
  CHECK(check_sequential(sessions.history, service("register")).verdict == Verdict::ok);
}

TEST_CASE("consistency: a weak model that does not apply is undecided", "[unit]") {
  HistoryWriter writer(service("kv"));
  namespace kv = models::service::kv;
  for (int repeat = 0; repeat < 2; ++repeat) {
    writer.complete(0, R"({"put":["x","1"]})", engine::Result::of(KvResult{kv::Done{}}));
  }
  const auto result = check_weak(writer.history(), service("kv"), WeakModel::causal);
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.limit == "two operations write the same value to one key");
}

TEST_CASE("transactions: anomalies of list-append histories by name", "[unit]") {
  CHECK(anomalies({transaction(0, {append("x", "1"), reads("x", {"1"})}),
                   transaction(1, {reads("x", {"1"}), append("x", "2")}),
                   transaction(2, {reads("x", {"1", "2"})})})
            .empty());
  CHECK(anomalies({transaction(0, {append("x", "1"), append("y", "1")}),
                   transaction(1, {append("x", "2"), append("y", "2")}),
                   transaction(2, {reads("x", {"1", "2"}), reads("y", {"2", "1"})})})
            .substr(0, 2) == "G0");
  CHECK(anomalies({transaction(0, {append("x", "1")}, Transaction::Outcome::aborted),
                   transaction(1, {reads("x", {"1"})})}) == "G1a");
  CHECK(anomalies({transaction(0, {append("x", "1"), append("x", "2")}),
                   transaction(1, {reads("x", {"1"})}), transaction(2, {reads("x", {"1", "2"})})})
            .substr(0, 3) == "G1b");
  CHECK(anomalies({transaction(0, {append("x", "1"), reads("y", {"1"})}),
                   transaction(1, {append("y", "1"), reads("x", {"1"})})}) == "G1c");
  // A reads x before B's append and y after it.
  CHECK(anomalies({transaction(0, {reads("x", {}), reads("y", {"1"})}),
                   transaction(1, {append("x", "1"), append("y", "1")}),
                   transaction(2, {reads("x", {"1"})})}) == "G-single");
  // Write skew.
  CHECK(anomalies({transaction(0, {reads("x", {}), append("y", "1")}),
                   transaction(1, {reads("y", {}), append("x", "1")}),
                   transaction(2, {reads("x", {"1"}), reads("y", {"1"})})}) == "G2-item");
  CHECK(anomalies({transaction(0, {reads("x", {}), append("x", "1")}),
                   transaction(1, {reads("x", {}), append("x", "2")}),
                   transaction(2, {reads("x", {"1", "2"})})})
            .find("lost-update") == 0);
  CHECK(anomalies({transaction(0, {append("x", "1"), append("x", "2")}),
                   transaction(1, {append("x", "3")}), transaction(2, {reads("x", {"1", "3"})}),
                   transaction(3, {reads("x", {"3", "1"})})})
            .find("incompatible-order") != std::string::npos);
  CHECK(anomalies({transaction(0, {append("x", "1"), reads("x", {})})}) == "internal");
  CHECK(anomalies({transaction(0, {reads("x", {"9"})})}) == "unwritten");
}

TEST_CASE("transactions: registers, isolation levels and real time", "[unit]") {
  const std::vector<Transaction> skew = {
      transaction(0, {read("x", std::nullopt), write("y", "1")}),
      transaction(1, {read("y", std::nullopt), write("x", "1")})};
  CHECK(anomalies(skew) == "G2-item");
  CHECK(check_transactions(skew, Isolation::serializable).verdict == Verdict::violated);
  CHECK(check_transactions(skew, Isolation::snapshot).verdict == Verdict::ok);
  CHECK(anomalies({transaction(0, {write("x", "1")}, Transaction::Outcome::aborted),
                   transaction(1, {read("x", "1")})}) == "G1a");
  CHECK(anomalies({transaction(0, {read("x", std::nullopt), write("x", "1")}),
                   transaction(1, {read("x", std::nullopt), write("x", "2")})})
            .find("lost-update") == 0);
  // Serializable, but the read comes after the write in real time.
  const std::vector<Transaction> stale = {transaction(0, {write("x", "1")}),
                                          transaction(1, {read("x", std::nullopt)})};
  CHECK(check_transactions(stale, Isolation::serializable).verdict == Verdict::ok);
  CHECK(check_transactions(stale, Isolation::strict_serializable).verdict == Verdict::violated);
  CHECK(anomalies(stale, Isolation::strict_serializable) == "G-single-realtime");
  // Written twice: nobody knows who read which, but some order may fit all the same.
  const std::vector<Transaction> twice = {
      transaction(0, {write("x", "1")}), transaction(1, {write("x", "1")}),
      transaction(2, {read("x", "1"), read("y", std::nullopt)})};
  CHECK(check_transactions(twice, Isolation::read_committed).verdict == Verdict::undecided);
  CHECK(check_transactions(twice, Isolation::snapshot).verdict == Verdict::ok);
  CHECK(check_transactions(twice, Isolation::strict_serializable).verdict == Verdict::ok);
  const std::vector<Transaction> never = {
      transaction(0, {write("x", "1"), write("y", "1")}), transaction(1, {write("x", "1")}),
      transaction(2, {read("x", std::nullopt), read("y", "1")})};
  const Finding refuted = check_transactions(never, Isolation::serializable);
  CHECK(refuted.verdict == Verdict::violated);
  CHECK(checkers::tell(refuted.reason, {}, {}) == "not-serializable");
}

TEST_CASE("transactions: what each level allows", "[unit]") {
  const auto holds = [](const std::vector<Transaction>& transactions, Isolation isolation) {
    return check_transactions(transactions, isolation).verdict == Verdict::ok;
  };
  // Read twice, changed between: what read-committed is for.
  const std::vector<Transaction> fuzzy = {transaction(0, {write("x", "1")}),
                                          transaction(1, {write("x", "2")}),
                                          transaction(2, {read("x", "1"), read("x", "2")})};
  CHECK(holds(fuzzy, Isolation::read_committed));
  CHECK(anomalies(fuzzy).find("internal") == 0);
  CHECK(!holds(fuzzy, Isolation::snapshot));
  // Its own write not seen: no level.
  CHECK(!holds({transaction(0, {write("x", "1"), read("x", std::nullopt)})},
               Isolation::read_uncommitted));
  const std::vector<Transaction> early = {transaction(0, {read("x", "1"), write("x", "1")})};
  CHECK(anomalies(early) == "future-read");
  CHECK(!holds(early, Isolation::read_committed));
  const std::vector<Transaction> dirty = {
      transaction(0, {append("x", "1")}, Transaction::Outcome::aborted),
      transaction(1, {append("x", "2")}), transaction(2, {reads("x", {"1", "2"})})};
  CHECK(anomalies(dirty) == "dirty-update G1a");
  CHECK(holds(dirty, Isolation::read_uncommitted));
  CHECK(!holds(dirty, Isolation::read_committed));
  CHECK(anomalies({transaction(0, {append("x", "1")}), transaction(1, {reads("x", {"1", "1"})})})
            .find("duplicate-elements") == 0);
  // What one transaction appended, in another order or in part.
  for (const std::vector<std::string>& seen : {std::vector<std::string>{"2", "1"}, {"2"}}) {
    const std::vector<Transaction> turned = {transaction(0, {append("x", "1"), append("x", "2")}),
                                             transaction(1, {reads("x", seen)})};
    CHECK(anomalies(turned).find("incompatible-order") == 0);
    CHECK(!holds(turned, Isolation::read_committed));
  }
  // Two writers in opposite orders: the only cycle that read-uncommitted forbids.
  const std::vector<Transaction> twisted = {
      transaction(0, {append("x", "1"), append("y", "1")}),
      transaction(1, {append("x", "2"), append("y", "2")}),
      transaction(2, {reads("x", {"1", "2"}), reads("y", {"2", "1"})})};
  CHECK(!holds(twisted, Isolation::read_uncommitted));
  // A process does not see what it wrote before.
  std::vector<Transaction> forgot = {transaction(0, {write("x", "1")}),
                                     transaction(1, {read("x", std::nullopt)})};
  CHECK(holds(forgot, Isolation::snapshot));
  CHECK(!holds(forgot, Isolation::strong_session_snapshot));
  CHECK(anomalies(forgot, Isolation::strong_session_serializable) == "G-single-process");
  forgot[1].client = 1;
  CHECK(holds(forgot, Isolation::strong_session_snapshot));
  CHECK(!holds(forgot, Isolation::strong_snapshot));
  // A key whose writers cannot be told hides nothing of the others.
  std::vector<Transaction> mixed = twisted;
  mixed.push_back(transaction(3, {append("z", "1")}));
  mixed.push_back(transaction(4, {append("z", "1")}));
  CHECK(!holds(mixed, Isolation::read_uncommitted));
  // Nothing written is not the initial state.
  const std::vector<Transaction> erased = {
      transaction(0, {write("x", "1")}),
      transaction(1, {{Micro::Kind::write, "x", std::nullopt, std::nullopt}}),
      transaction(2, {read("x", std::nullopt)})};
  CHECK(holds(erased, Isolation::strict_serializable));
}

TEST_CASE("transactions: many readers and writers of one version stay few edges", "[unit]") {
  // Everybody reads nothing and then writes: each before each other.
  std::vector<Transaction> all;
  for (std::uint32_t number = 0; number < 20'000; ++number) {
    all.push_back(transaction(number, {read("x", std::nullopt), read("y", std::nullopt)}));
    all.push_back(transaction(number, {write("y", std::to_string(number))}));
  }
  const Finding result = check_transactions(all, Isolation::serializable);
  CHECK(result.verdict == Verdict::ok);
  all.push_back(transaction(50'000, {read("x", std::nullopt), write("x", "1")}));
  all.push_back(transaction(50'001, {read("x", std::nullopt), write("x", "2")}));
  CHECK(anomalies(all) == "lost-update G2-item");
}

}  // namespace stampede::tests
