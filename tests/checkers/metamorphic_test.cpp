// What a change of a history does to its verdict, for histories that are too large for brute force.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "checkers/brute_force.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/witness.hpp"
#include "histories/import/import.hpp"
#include "models/service/kv.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::Verdict;
using engine::History;
using engine::HistoryOperation;
using engine::ServiceType;

constexpr std::uint64_t history_count = 500;

/// 12 to 20 operations; about half of the histories are linearizable.
History medium_history(const ServiceType& type, std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
  shape.operations = 12 + static_cast<std::uint32_t>(seed % 9);
  shape.keys = 1 + static_cast<std::uint32_t>(seed / 4 % 3);
  shape.values = seed / 8 % 3 == 0 ? 0 : 4;
  shape.open_percent = seed / 32 % 2 == 0 ? 0 : 10;
  shape.stale_percent = seed % 2 == 0 ? 0 : 6;
  shape.lost_percent = seed % 2 == 0 ? 0 : 3;
  return random_history(type, shape, seed);
}

bool judge(const History& history, const ServiceType& type) {
  const auto result = checkers::check_linearizability(history, type);
  REQUIRE(result.verdict != Verdict::undecided);
  return result.verdict == Verdict::ok;
}

/// An invocation or a response, at a place among all events that may be between two of them.
struct Event {
  double at;
  const HistoryOperation* operation;
  bool response;
};

std::vector<Event> events_of(const History& history) {
  std::vector<Event> events;
  for (const HistoryOperation& operation : history.operations()) {
    events.push_back({static_cast<double>(operation.invoked_at), &operation, false});
    if (operation.is_open()) continue;
    events.push_back({static_cast<double>(operation.responded_at), &operation, true});
  }
  return events;
}

struct Rewrite {
  std::function<engine::Operation(const engine::Operation&)> operation =
      [](const engine::Operation& same) { return same; };
  std::function<engine::Result(const engine::Result&)> result = [](const engine::Result& same) {
    return same;
  };
  std::function<std::uint32_t(std::uint32_t)> client = [](std::uint32_t same) { return same; };
};

History rebuilt(std::vector<Event> events, const Rewrite& rewrite = {}) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& left, const Event& right) { return left.at < right.at; });
  History history;
  for (const Event& event : events) {
    const OperationId id{ClientId{rewrite.client(event.operation->id.client.value)},
                         event.operation->id.number};
    if (event.response) {
      history.respond(id, rewrite.result(event.operation->result), 0, {});
    } else {
      history.invoke(id, rewrite.operation(event.operation->operation), 0, {});
    }
  }
  return history;
}

/// Other names for keys and values: `k1` is `j8`, `v12` is `q87`.
std::string renamed(std::string json) {
  for (std::size_t at = 0; at + 1 < json.size(); ++at) {
    const bool named = (json[at] == 'k' || json[at] == 'v') && std::isdigit(json[at + 1]) != 0;
    if (!named) continue;
    json[at] = json[at] == 'k' ? 'j' : 'q';
    for (std::size_t digit = at + 1; std::isdigit(json[digit]) != 0; ++digit) {
      json[digit] = static_cast<char>('0' + '9' - json[digit]);
    }
  }
  return json;
}

/// Calls `check` with histories of services of all kinds.
void for_all(const std::function<void(const ServiceType&, const History&, std::uint64_t)>& check) {
  for (const char* name : {"kv", "register", "list", "queue", "stack", "set", "counter", "mutex"}) {
    const ServiceType& type = service(name);
    for (std::uint64_t seed = 0; seed < history_count; ++seed) {
      INFO(name << " seed " << seed);
      check(type, medium_history(type, seed), seed);
    }
  }
}

std::uint64_t below(std::uint64_t seed, std::uint64_t draw, std::uint64_t bound) {
  return engine::below(engine::draw(seed, engine::Domain::test, 5'000 + draw), bound);
}

}  // namespace

TEST_CASE("metamorphic: names of values, keys and clients do not count", "[unit]") {
  std::uint64_t linearizable = 0;
  for_all([&](const ServiceType& type, const History& history, std::uint64_t) {
    if (type.name == service("counter").name) return;  // sums are no names
    const auto parsed = [](const std::string& json) { return engine::parse_json(json, "renamed"); };
    Rewrite rewrite;
    rewrite.operation = [&](const engine::Operation& operation) {
      return type.parse(parsed(renamed(operation.to_json())));
    };
    rewrite.result = [&](const engine::Result& result) {
      std::string text = renamed(result.to_json());
      const engine::Document document = parsed(text);
      return type.parse_result(document);
    };
    rewrite.client = [](std::uint32_t client) { return 1'000 - client; };
    if (type.name == service("set").name) {
      rewrite.operation = Rewrite{}.operation;  // its reads are sorted by name
      rewrite.result = Rewrite{}.result;
    }
    const bool right = judge(history, type);
    linearizable += right ? 1 : 0;
    REQUIRE(judge(rebuilt(events_of(history), rewrite), type) == right);
  });
  CHECK(linearizable > 7 * history_count / 4);
  CHECK(linearizable < 7 * history_count * 9 / 10);
}

TEST_CASE("metamorphic: only the order of times counts, not when they begin or what they measure",
          "[unit]") {
  const auto dump = [](std::int64_t begin, std::int64_t unit, std::uint64_t seed) {
    std::string text = "[";
    const History history = medium_history(service("kv"), seed);
    for (const HistoryOperation& operation : history.operations()) {
      const auto time = [&](std::uint64_t event) {
        return std::to_string(begin + unit * static_cast<std::int64_t>(event));
      };
      text += text.size() == 1 ? "" : ",\n";
      text += "{\"client\":" + std::to_string(operation.id.client.value) +
              ",\"input\":" + operation.operation.to_json() +
              ",\"call\":" + time(operation.invoked_at);
      if (!operation.is_open()) {
        text += ",\"output\":" + operation.result.to_json() +
                ",\"return\":" + time(operation.responded_at);
      }
      text += "}";
    }
    histories::ImportSettings settings;
    settings.model = "kv";
    settings.find_service = &models::service::find_service;
    return histories::import_history(histories::InputText::of(text + "]", "h"), settings);
  };
  for (std::uint64_t seed = 0; seed < history_count; ++seed) {
    INFO(seed);
    const bool right = judge(medium_history(service("kv"), seed), service("kv"));
    for (const auto& [begin, unit] : {std::pair{0, 1}, {-7'000, 1}, {1'000'000, 350}}) {
      REQUIRE(judge(dump(begin, unit, seed).history, service("kv")) == right);
    }
  }
}

TEST_CASE("metamorphic: wider intervals keep a history linearizable", "[unit]") {
  for_all([](const ServiceType& type, const History& history, std::uint64_t seed) {
    std::vector<Event> events = events_of(history);
    for (std::size_t at = 0; at < events.size(); ++at) {
      const double by = static_cast<double>(below(seed, at, 6)) + 0.5;
      if (below(seed, 100 + at, 4) == 0) events[at].at += events[at].response ? by : -by;
    }
    const bool wider = judge(rebuilt(events), type);
    if (judge(history, type)) REQUIRE(wider);
  });
}

TEST_CASE("metamorphic: without an operation that changes nothing it stays linearizable",
          "[unit]") {
  for_all([](const ServiceType& type, const History& history, std::uint64_t seed) {
    std::vector<std::size_t> kept;
    for (std::size_t at = 0; at < history.operations().size(); ++at) {
      const HistoryOperation& operation = history.operations()[at];
      const bool pure = !operation.is_open() && type.is_pure(operation.operation, operation.result);
      if (!pure || below(seed, at, 2) == 0) kept.push_back(at);
    }
    const bool fewer = judge(checkers::sub_history(history, kept, {}), type);
    if (judge(history, type)) REQUIRE(fewer);
  });
}

TEST_CASE("metamorphic: without a response it stays linearizable", "[unit]") {
  for_all([](const ServiceType& type, const History& history, std::uint64_t seed) {
    std::vector<std::size_t> all;
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < history.operations().size(); ++at) {
      all.push_back(at);
      if (below(seed, at, 10) == 0) open.push_back(at);
    }
    const bool forgetful = judge(checkers::sub_history(history, all, open), type);
    if (judge(history, type)) REQUIRE(forgetful);
  });
}

TEST_CASE("metamorphic: behind a quiet moment a history goes on from a state of the first part",
          "[unit]") {
  std::uint64_t both = 0;
  std::uint64_t neither = 0;
  for (const char* name : {"register", "kv", "queue", "stack", "list", "mutex"}) {
    const ServiceType& type = service(name);
    for (std::uint64_t seed = 0; seed < history_count; ++seed) {
      INFO(name << " seed " << seed);
      HistoryShape shape;
      shape.operations = 5;
      shape.values = 2;
      shape.stale_percent = seed % 2 == 0 ? 0 : 30;
      const History first = random_history(type, shape, seed);
      const History second = random_history(type, shape, seed + 1'000'000);
      // All states that the first part can end in, by its definition.
      std::vector<engine::Payload> ends;
      const auto& operations = first.operations();
      const std::function<void(std::uint32_t, const engine::Payload&)> extend =
          [&](std::uint32_t done, const engine::Payload& state) {
            if (done == (1U << operations.size()) - 1) ends.push_back(state);
            for (std::size_t at = 0; at < operations.size(); ++at) {
              if ((done >> at & 1U) != 0) continue;
              bool ready = true;
              for (std::size_t other = 0; other < operations.size(); ++other) {
                if ((done >> other & 1U) != 0) continue;
                if (operations[other].responded_at < operations[at].invoked_at) ready = false;
              }
              if (!ready) continue;
              const auto [next, result] = type.apply(state, operations[at].operation);
              if (result == operations[at].result) extend(done | (1U << at), next);
            }
          };
      extend(0, type.initial);
      bool right = false;
      for (const engine::Payload& end : ends) {
        ServiceType from_there = type;
        from_there.initial = end;
        right = right || checkers::is_linearizable_by_brute_force(second, from_there);
      }
      std::vector<Event> events = events_of(first);
      History joined = rebuilt(events);
      std::vector<Event> later = events_of(second);
      std::sort(later.begin(), later.end(),
                [](const Event& left, const Event& one) { return left.at < one.at; });
      for (const Event& event : later) {
        const OperationId id{ClientId{event.operation->id.client.value + 100},
                             event.operation->id.number};
        if (event.response) {
          joined.respond(id, event.operation->result, 0, {});
        } else {
          joined.invoke(id, event.operation->operation, 0, {});
        }
      }
      REQUIRE(judge(joined, type) == right);
      ++(right ? both : neither);
    }
  }
  CHECK(both > history_count / 4);
  CHECK(neither > history_count);
}

TEST_CASE("metamorphic: a store is linearizable if each of its keys is", "[unit]") {
  const ServiceType& type = service("kv");
  for (std::uint64_t seed = 0; seed < 4 * history_count; ++seed) {
    INFO(seed);
    const History history = medium_history(type, seed);
    std::map<std::string_view, std::vector<std::size_t>> keys;
    for (std::size_t at = 0; at < history.operations().size(); ++at) {
      keys[type.key(history.operations()[at].operation)].push_back(at);
    }
    const bool each = std::all_of(keys.begin(), keys.end(), [&](const auto& key) {
      return judge(checkers::sub_history(history, key.second, {}), type);
    });
    REQUIRE(judge(history, type) == each);
  }
}

TEST_CASE("metamorphic: an open write that nobody sees changes nothing", "[unit]") {
  const ServiceType& type = service("kv");
  namespace kv = models::service::kv;
  for (std::uint64_t seed = 0; seed < 4 * history_count; ++seed) {
    INFO(seed);
    const History history = medium_history(type, seed);
    // A failed cas would see that something else is there.
    const bool sees_absence = std::any_of(
        history.operations().begin(), history.operations().end(), [&](const auto& operation) {
          const bool is_cas = std::holds_alternative<kv::CompareAndSet>(
              operation.operation.template as<models::service::KvOperation>().call);
          return is_cas && !operation.is_open() && operation.result.to_json() == R"({"ok":false})";
        });
    if (sees_absence) continue;
    std::vector<Event> events = events_of(history);
    HistoryOperation unseen;
    unseen.id = {ClientId{5'000}, 1};
    unseen.operation = engine::Operation::of(
        models::service::KvOperation{kv::Put{"k" + std::to_string(seed % 2), "unseen"}});
    events.push_back({static_cast<double>(below(seed, 0, events.size())) - 0.5, &unseen, false});
    REQUIRE(judge(rebuilt(events), type) == judge(history, type));
  }
}

TEST_CASE("metamorphic: a history told backwards is another history", "[unit]") {
  HistoryWriter writer(service("register"));
  const auto& type = service("register");
  const auto parsed = [&](const char* json) {
    return type.parse_result(engine::parse_json(json, "result"));
  };
  writer.complete(0, R"({"write":"1"})", parsed(R"({"ok":true})"));
  writer.complete(1, R"("read")", parsed(R"({"value":"1"})"));
  CHECK(judge(writer.history(), type));
  std::vector<Event> events = events_of(writer.history());
  const double last = static_cast<double>(writer.history().event_count());
  for (Event& event : events) {
    const HistoryOperation& operation = *event.operation;
    const std::uint64_t mirrored = event.response ? operation.invoked_at : operation.responded_at;
    event.at = last - static_cast<double>(mirrored);
  }
  CHECK(!judge(rebuilt(events), type));
}

TEST_CASE("metamorphic: creates, which workloads do not draw, agree with the definition",
          "[unit]") {
  ServiceType type = service("kv");
  type.kinds = {"read", "create", "delete", "write"};
  type.generate = [](std::string_view kind, const engine::OperationTemplate& request) {
    namespace kv = models::service::kv;
    using models::service::KvOperation;
    if (kind != "create") return models::service::find_service("kv")->generate(kind, request);
    return engine::Operation::of(KvOperation{kv::Create{request.key, request.unique_value}});
  };
  std::uint64_t linearizable = 0;
  for (std::uint64_t seed = 0; seed < 10 * history_count; ++seed) {
    INFO(seed);
    HistoryShape shape;
    shape.operations = 5 + static_cast<std::uint32_t>(seed % 4);
    shape.values = seed % 3 == 0 ? 0 : 2;
    shape.open_percent = seed % 5 == 0 ? 25 : 0;
    shape.stale_percent = 40;
    shape.lost_percent = 30;
    const History history = random_history(type, shape, seed);
    const bool right = checkers::is_linearizable_by_brute_force(history, type);
    REQUIRE(judge(history, type) == right);
    linearizable += right ? 1 : 0;
  }
  CHECK(linearizable > 2 * history_count);
  CHECK(linearizable < 9 * history_count);
}

}  // namespace stampede::tests
