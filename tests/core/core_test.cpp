#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <queue>
#include <set>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/per_node.hpp"
#include "engine/core/random.hpp"
#include "engine/core/shared_log.hpp"
#include "engine/process/observation.hpp"
#include "engine/simulate/event_queue.hpp"

using namespace stampede;

TEST_CASE("duration: text and value agree both ways", "[unit]") {
  using engine::parse_duration;
  CHECK(parse_duration("1.5s") == engine::milliseconds(1500));
  CHECK(parse_duration("200ms") == engine::milliseconds(200));
  CHECK(parse_duration("0.2ms") == engine::microseconds(200));
  CHECK(parse_duration("-3us") == engine::Duration{-3000});
  CHECK(parse_duration("2min") == engine::seconds(120));
  CHECK(parse_duration("0") == engine::Duration{0});
  // The most there may be, and the longest draw with it as the mean.
  const auto year = parse_duration("8760h");
  REQUIRE(year);
  CHECK(engine::exponential(0, *year) > *year * 44);
  for (const char* wrong :
       {"", "s", "1", "1.s", ".s", "1.5", "1s ", "0.1ns", "1e3s", "99999999h", "8761h", "--1s"}) {
    INFO(wrong);
    CHECK(!parse_duration(wrong));
  }
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const engine::Duration value{
        static_cast<std::int64_t>(engine::draw(1, engine::Domain::test, i) >> (i % 40 + 10))};
    CHECK(parse_duration(engine::to_string(value)) == value);
  }
}

TEST_CASE("random: draws are spread evenly and the exponential has its mean", "[unit]") {
  constexpr std::uint64_t count = 200'000;
  std::vector<std::uint64_t> buckets(16, 0);
  std::int64_t sum = 0;
  std::int64_t above = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t bits = engine::draw(7, engine::Domain::test, i);
    ++buckets[engine::below(bits, 16)];
    const auto sample = engine::exponential(bits, engine::microseconds(1000));
    sum += sample.nanoseconds;
    above += sample > engine::microseconds(3000) ? 1 : 0;
  }
  for (const std::uint64_t bucket : buckets) {
    CHECK(bucket > count / 16 - 600);
    CHECK(bucket < count / 16 + 600);
  }
  const std::int64_t mean = sum / static_cast<std::int64_t>(count);
  CHECK(mean > 990'000);
  CHECK(mean < 1'010'000);
  // P(X > 3 means) = e^-3 = 4.979 %.
  CHECK(above > 9'700);
  CHECK(above < 10'250);
}

TEST_CASE("random: different domains and seeds give unrelated draws", "[unit]") {
  int equal_bits = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t a = engine::draw(1, engine::Domain::latency, i);
    const std::uint64_t b = engine::draw(1, engine::Domain::loss, i);
    const std::uint64_t c = engine::draw(2, engine::Domain::latency, i);
    CHECK(a != b);
    CHECK(a != c);
    equal_bits += static_cast<int>(64 - __builtin_popcountll(a ^ b));
  }
  CHECK(equal_bits > 31'000);
  CHECK(equal_bits < 33'000);
}

TEST_CASE("shared log: is like a vector under random appends, truncations, replacements and forks",
          "[unit]") {
  std::vector<std::pair<engine::SharedLog<std::uint64_t>, std::vector<std::uint64_t>>> logs(4);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto pick = [&](std::uint64_t what, std::uint64_t bound) {
      return engine::below(engine::draw(3, engine::Domain::test, engine::mix(i, what)), bound);
    };
    auto& [log, model] = logs[pick(1, logs.size())];
    switch (pick(2, 10)) {
      case 0: {
        const std::size_t length = pick(3, model.size() + 1);
        log.truncate(length);
        model.resize(std::min(length, model.size()));
        break;
      }
      case 1: {
        const auto& other = logs[pick(3, logs.size())];
        log = engine::SharedLog<std::uint64_t>(other.first);
        model = std::vector<std::uint64_t>(other.second);
        break;
      }
      case 2: {
        const std::size_t position = 1 + pick(3, model.size() + 3);
        log = log.replaced(position, 4);
        model.resize(std::max(position, model.size()));
        model[position - 1] = 4;
        break;
      }
      default: {
        const std::uint64_t value = pick(3, 4);
        log.push_back(value);
        model.push_back(value);
      }
    }
    REQUIRE(log.size() == model.size());
    if (!model.empty()) {
      const std::size_t position = 1 + pick(4, model.size());
      REQUIRE(log.at(position) == model[position - 1]);
    }
    const auto& [other, other_model] = logs[pick(5, logs.size())];
    REQUIRE((log == other) == (model == other_model));
    REQUIRE((log < other) == (model < other_model));
    const auto mismatch =
        std::mismatch(model.begin(), model.end(), other_model.begin(), other_model.end());
    REQUIRE(log.common_prefix(other) == static_cast<std::size_t>(mismatch.first - model.begin()));
  }
}

TEST_CASE("shared log: entries at any depth, and a long one is released without deep recursion",
          "[unit]") {
  engine::SharedLog<std::uint64_t> log;
  for (std::uint64_t i = 1; i <= 1'000'000; ++i) log.push_back(i);
  for (std::uint64_t position = 1; position <= log.size(); position = position * 3 + 1)
    CHECK(log.at(position) == position);
  engine::SharedLog<std::uint64_t> shorter = log.prefix(500'000);
  CHECK(log.extends(shorter));
  CHECK(!shorter.extends(log));
  log.truncate(0);
  CHECK(shorter.back() == 500'000);
  CHECK_THROWS_AS(static_cast<void>(shorter.at(500'001)), engine::AssertionFailed);
}

TEST_CASE("shared log: one that stands on a base is the rest of one that does not", "[unit]") {
  // Against the whole log and the number of entries forgotten.
  using Log = engine::SharedLog<std::uint64_t>;
  struct Twin {
    Log log;
    Log whole;
    std::size_t base = 0;
  };
  std::vector<Twin> twins(4);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto pick = [&](std::uint64_t what, std::uint64_t bound) {
      return engine::below(engine::draw(4, engine::Domain::test, engine::mix(i, what)), bound);
    };
    Twin& twin = twins[pick(1, twins.size())];
    switch (pick(2, 12)) {
      case 0: {
        const std::size_t length = twin.base + pick(3, twin.whole.size() - twin.base + 1);
        twin.log.truncate(length);
        twin.whole.truncate(length);
        break;
      }
      case 1:
        twin.base += pick(3, twin.whole.size() - twin.base + 1);
        twin.log = twin.log.forgetting(twin.base);
        break;
      case 2:
        twin = Twin(twins[pick(3, twins.size())]);
        break;
      case 3:
        if (pick(3, 20) == 0) twin = Twin{};
        break;
      default: {
        const std::uint64_t value = pick(3, 3);
        twin.log.push_back(value);
        twin.whole.push_back(value);
      }
    }
    REQUIRE(twin.log.size() == twin.whole.size());
    REQUIRE(twin.log.base() == twin.base);
    const std::size_t position = twin.base + pick(4, twin.whole.size() - twin.base + 1);
    REQUIRE(twin.log.prefix_hash(position) == twin.whole.prefix_hash(position));
    if (position > twin.base) REQUIRE(twin.log.at(position) == twin.whole.at(position));
    const Twin& other = twins[pick(5, twins.size())];
    const bool same = twin.whole == other.whole && twin.base == other.base;
    REQUIRE((twin.log == other.log) == same);
    REQUIRE((twin.log < other.log ? 1 : 0) + (other.log < twin.log ? 1 : 0) == (same ? 0 : 1));
    REQUIRE((engine::hash_of(twin.log) == engine::hash_of(other.log)) == same);
    const std::size_t higher = std::max(twin.base, other.base);
    if (higher > std::min(twin.whole.size(), other.whole.size())) continue;
    const std::size_t common = twin.whole.common_prefix(other.whole);
    REQUIRE(twin.log.common_prefix(other.log) == (common < higher ? 0 : common));
  }
}

TEST_CASE("shared log: what is forgotten cannot be asked for", "[unit]") {
  engine::SharedLog<std::uint64_t> log;
  for (std::uint64_t i = 1; i <= 40; ++i) log.push_back(i);
  const engine::SharedLog<std::uint64_t> rest = log.forgetting(33);
  CHECK(rest.at(34) == 34);
  CHECK_THROWS_AS(static_cast<void>(rest.at(33)), engine::AssertionFailed);
  CHECK_THROWS_AS(static_cast<void>(rest.prefix_hash(32)), engine::AssertionFailed);
  CHECK_THROWS_AS(static_cast<void>(rest.prefix(32)), engine::AssertionFailed);
  CHECK(rest.extends(log.prefix(33)));
  CHECK_FALSE(rest.extends(log.prefix(32)));
  CHECK(engine::to_json(log.forgetting(38)) == "{\"after\":38,\"entries\":[39,40]}");
}

TEST_CASE("event queue: pops by time, then by the order of pushing", "[unit]") {
  engine::EventQueue queue;
  std::multimap<std::pair<std::int64_t, std::uint32_t>, std::uint32_t> model;
  std::uint32_t pushed = 0;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    const std::uint64_t bits = engine::draw(5, engine::Domain::test, i);
    if (engine::below(bits, 100) < 55 || model.empty()) {
      const auto time = static_cast<std::int64_t>(engine::below(engine::mix(bits, 1), 50));
      // Messages and other events lie in different places and are in one order all the same.
      const bool message = engine::below(engine::mix(bits, 2), 2) == 0;
      if (message) {
        queue.push_message(engine::Time{time}, ++pushed);
      } else {
        queue.push(engine::Time{time}, {engine::TimedEvent::Kind::client, ++pushed, 0, 0});
      }
      model.emplace(std::pair{time, pushed}, pushed);
    } else {
      REQUIRE(queue.next_time().nanoseconds == model.begin()->first.first);
      const engine::EventQueue::Due due = queue.pop();
      REQUIRE((due.message ? due.place : queue.take(due).a) == model.begin()->second);
      model.erase(model.begin());
    }
    REQUIRE(queue.size() == model.size());
  }
}

TEST_CASE("node set and per-node values: ordered by identity, absent ones throw", "[unit]") {
  NodeSet set;
  CHECK(set.insert(NodeId{5}));
  CHECK(!set.insert(NodeId{5}));
  CHECK(set.insert(NodeId{0}));
  CHECK(set.size() == 2);
  CHECK(set.members() == std::vector{NodeId{0}, NodeId{5}});
  PerNode<int> values;
  values[NodeId{3}] = 30;
  values[NodeId{1}] = 10;
  CHECK(values.begin()->first == NodeId{1});
  CHECK(values.at(NodeId{3}) == 30);
  CHECK_THROWS_AS(static_cast<void>(values.at(NodeId{2})), engine::AssertionFailed);
}

TEST_CASE("per-node values: are like a map, whoever is missing", "[unit]") {
  PerNode<std::uint32_t> values;
  std::map<std::uint32_t, std::uint32_t> model;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const auto node = static_cast<std::uint32_t>(engine::below(engine::draw(5, {}, i), 7));
    if (engine::below(engine::draw(6, {}, i), 3) == 0) {
      values.erase(NodeId{node});
      model.erase(node);
    } else {
      values[NodeId{node}] = i;
      model[node] = i;
    }
    REQUIRE(values.size() == model.size());
    auto expected = model.begin();
    for (const auto& [identity, value] : values) {
      REQUIRE(identity.value == expected->first);
      REQUIRE(value == (expected++)->second);
    }
    for (std::uint32_t asked = 0; asked < 8; ++asked)
      REQUIRE(values.contains(NodeId{asked}) == model.contains(asked));
  }
}

TEST_CASE("observed log: its hashes are the log's, and what was moved from is empty", "[unit]") {
  using engine::ObservedLog;
  engine::SharedLog<OperationId> log;
  for (std::uint32_t i = 1; i <= 100; ++i) log.push_back({ClientId{0}, i});
  const auto identify = +[](const OperationId& id) { return id; };
  for (const engine::SharedLog<OperationId>& shown : {log, log.forgetting(40)}) {
    ObservedLog observed = ObservedLog::of<OperationId>(shown, identify);
    for (std::size_t position = shown.base(); position <= shown.size(); ++position)
      REQUIRE(observed.prefix_hash(position) == log.prefix_hash(position));
    CHECK_THROWS_AS(static_cast<void>(observed.prefix_hash(101)), engine::AssertionFailed);
    const ObservedLog longer = observed;
    log.push_back({ClientId{0}, 101});
    observed.show<OperationId>(log, identify);
    CHECK(observed.agrees(longer, 100));
    CHECK(observed.size() == 101);
    log.truncate(100);
    const ObservedLog taken = std::move(observed);
    CHECK(taken.prefix_hash(100) == log.hash());
    CHECK(observed == ObservedLog());
    CHECK(observed.prefix_hash(0) == ObservedLog().prefix_hash(0));
  }
}

TEST_CASE("node set: no identity is too large, and order and equality are those of the members",
          "[unit]") {
  // Against std::set over identities around the end of the word.
  std::vector<std::pair<NodeSet, std::set<std::uint32_t>>> all;
  NodeSet set;
  std::set<std::uint32_t> model;
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const auto node = 56 + static_cast<std::uint32_t>(engine::mix(i, 7) % 16);
    if (engine::mix(i, 8) % 2 == 0) {
      REQUIRE(set.insert(NodeId{node}) == model.insert(node).second);
    } else {
      set.erase(NodeId{node});
      model.erase(node);
    }
    REQUIRE(set.size() == model.size());
    REQUIRE(set.empty() == model.empty());
    REQUIRE(set.contains(NodeId{node}) == model.contains(node));
    std::vector<NodeId> members;
    for (const std::uint32_t one : model) members.push_back(NodeId{one});
    REQUIRE(set.members() == members);
    if (i % 20 == 0) all.emplace_back(set, model);
  }
  for (const auto& [left, left_model] : all) {
    for (const auto& [right, right_model] : all) {
      REQUIRE((left == right) == (left_model == right_model));
      REQUIRE((engine::hash_of(left) == engine::hash_of(right)) == (left_model == right_model));
      const int before = (left < right ? 1 : 0) + (right < left ? 1 : 0);
      REQUIRE(before == (left_model == right_model ? 0 : 1));
    }
  }
  set.clear();
  CHECK(set == NodeSet{});
  // Small identities are as they always were: recorded digests depend on it.
  set.insert(NodeId{1});
  set.insert(NodeId{3});
  engine::Hasher bits;
  bits.add(10);
  engine::Hasher hashed;
  set.append_hash(hashed);
  CHECK(hashed.finish() == bits.finish());
}

TEST_CASE("did you mean: near names only", "[unit]") {
  const std::vector<std::string> known = {"partition", "pause", "crash"};
  CHECK(engine::did_you_mean("partion", known) == "did you mean 'partition'?");
  CHECK(engine::did_you_mean("crahs", known) == "did you mean 'crash'?");
  CHECK(engine::did_you_mean("wipe", known).empty());
}
