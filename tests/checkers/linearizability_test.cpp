// The linearizability checker against the definition, and the pitfalls of this kind of checker, one
// test each.
#include "checkers/linearizability/linearizability.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "checkers/brute_force.hpp"
#include "checkers/description.hpp"
#include "checkers/partition.hpp"
#include "checkers/witness.hpp"
#include "models/service/kv.hpp"
#include "models/service/list.hpp"
#include "models/service/register.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_linearizability;
using checkers::Finding;
using checkers::is_linearizable_by_brute_force;
using checkers::Verdict;
using engine::History;
using engine::ServiceType;
using models::service::KvResult;
using models::service::RegisterResult;
namespace kv = models::service::kv;
namespace cell = models::service::cell;

engine::Result found(std::optional<std::string> value) {
  return engine::Result::of(KvResult{kv::Found{std::move(value)}});
}
engine::Result done(bool ok = true) { return engine::Result::of(KvResult{kv::Done{ok}}); }
engine::Result cell_found(std::optional<std::string> value) {
  return engine::Result::of(RegisterResult{cell::Found{std::move(value)}});
}
engine::Result cell_done(bool ok = true) {
  return engine::Result::of(RegisterResult{cell::Done{ok}});
}

/// The operations of one part that were invoked before `event`, without the responses from `event`
/// on.
History before_event(const History& history, const ServiceType& type, const std::string& key,
                     std::uint64_t event) {
  std::vector<std::size_t> positions;
  std::vector<std::size_t> open;
  for (const checkers::Part& part : checkers::partition(history, type)) {
    if (part.key != key) continue;
    for (const checkers::PartOperation& operation : part.operations) {
      if (operation.invoked_at >= event) continue;
      positions.push_back(operation.position);
      if (operation.responded_at >= event) open.push_back(operation.position);
    }
  }
  return checkers::sub_history(history, positions, open);
}

/// What is wrong with the checker's answer about a small history, or nothing.
std::string fault_of(const Finding& result, const History& history, const ServiceType& definition) {
  const bool linearizable = is_linearizable_by_brute_force(history, definition);
  if (result.verdict == Verdict::undecided) return "undecided";
  if ((result.verdict == Verdict::ok) != linearizable) return "wrong verdict";
  if (linearizable) return checkers::refute_witness(history, definition, result.witness);
  const History core = checkers::sub_history(history, result.core, result.core_open);
  if (is_linearizable_by_brute_force(core, definition)) return "the core is linearizable";
  const std::uint64_t event = result.impossible_at_event;
  if (!is_linearizable_by_brute_force(before_event(history, definition, result.key, event),
                                      definition)) {
    return "impossible before it is said to be";
  }
  if (is_linearizable_by_brute_force(before_event(history, definition, result.key, event + 1),
                                     definition)) {
    return "possible after it is said to be impossible";
  }
  return {};
}

/// Half of the shapes have open operations, some have all values distinct.
HistoryShape small_shape(std::uint64_t seed) {
  HistoryShape shape;
  shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
  shape.operations = 5 + static_cast<std::uint32_t>(seed % 4);
  shape.keys = 1 + static_cast<std::uint32_t>(seed / 4 % 2);
  shape.values = seed / 8 % 4 == 0 ? 0 : 1 + static_cast<std::uint32_t>(seed / 8 % 4);
  shape.open_percent = seed / 32 % 2 == 0 ? 0 : 25;
  shape.stale_percent = seed / 64 % 4 == 0 ? 0 : 40;
  shape.lost_percent = seed / 64 % 4 == 0 ? 0 : 30;
  return shape;
}

/// Does the checker, given the wrong service, answer wrongly about one of the first `count` small
/// histories?
bool is_caught(const ServiceType& wrong, const ServiceType& right, std::uint64_t count) {
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const History history = random_history(right, small_shape(seed), seed);
    if (!fault_of(check_linearizability(history, wrong), history, right).empty()) return true;
  }
  return false;
}

}  // namespace

/// All services, and some with fewer kinds of operations, for which there are specialists.
std::vector<ServiceType> judged_services() {
  std::vector<ServiceType> types;
  for (const std::string& name : models::service::service_names()) types.push_back(service(name));
  const auto add = [&](const char* name, std::vector<std::string> kinds) {
    types.push_back(service(name));
    types.back().kinds = std::move(kinds);
  };
  add("register", {"read", "write"});
  add("kv", {"read", "write"});
  add("kv", {"read", "write", "append"});
  add("set", {"read", "add"});
  return types;
}

/// Compares all answers about `histories` small histories of each service with the definition.
void compare_with_definition(const std::vector<ServiceType>& types,
                             HistoryShape (*shape_for)(std::uint64_t), std::uint64_t first_seed,
                             std::uint64_t histories) {
  for (const ServiceType& type : types) {
    ServiceType without_shapes = type;
    without_shapes.shape = nullptr;
    std::uint64_t linearizable = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + histories; ++seed) {
      const History history = random_history(type, shape_for(seed), seed);
      const Finding result = check_linearizability(history, type);
      const std::string fault = fault_of(result, history, type);
      if (!fault.empty()) FAIL(fault << ": " << type.name << " seed " << seed);
      if (result.verdict == Verdict::ok) ++linearizable;
      if (check_linearizability(history, type, {}, checkers::Method::search).verdict !=
          result.verdict) {
        FAIL("the verdict depends on specialists: " << type.name << " seed " << seed);
      }
      if (check_linearizability(history, without_shapes).verdict != result.verdict) {
        FAIL("the verdict depends on shapes: " << type.name << " seed " << seed);
      }
    }
    INFO(type.name << " linearizable: " << linearizable);
    CHECK(linearizable > histories / 4);
    CHECK(linearizable < histories * 9 / 10);
  }
}

TEST_CASE("linearizability: verdict, witness, core and first event agree with the definition",
          "[unit]") {
  compare_with_definition(judged_services(), small_shape, 0, 10'000);
}

// Hidden: some minutes. `stampede_tests "[campaign]"`, seeds that no other test uses.
TEST_CASE("linearizability: a million histories of each service agree with the definition",
          "[.][campaign]") {
  compare_with_definition(judged_services(), small_shape, 1'000'000, 1'000'000);
}

/// For those that judge different values: few operations at a time, now and then an open one.
HistoryShape different_values(std::uint64_t seed) {
  HistoryShape shape = small_shape(seed);
  shape.values = 0;
  shape.keys = 1;
  shape.operations += seed % 8 == 7 ? 2 : 0;
  shape.open_percent = seed / 32 % 4 == 3 ? 40 : shape.open_percent / 2;
  shape.stale_percent /= 2;
  shape.lost_percent /= 2;
  return shape;
}

std::vector<ServiceType> services_of_different_values() {
  return {service("queue"), service("stack"), service("counter"), service("lock")};
}

TEST_CASE("linearizability: queues, stacks, counters and locks agree with the definition",
          "[unit]") {
  compare_with_definition(services_of_different_values(), different_values, 0, 20'000);
}

TEST_CASE("linearizability: a million queues, stacks, counters and locks of different values",
          "[.][campaign]") {
  compare_with_definition(services_of_different_values(), different_values, 1'000'000, 1'000'000);
}

TEST_CASE("linearizability: register values and service states give the same verdicts", "[unit]") {
  std::uint64_t violated = 0;
  for (const char* name : {"kv", "register"}) {
    ServiceType general = service(name);
    general.shape = nullptr;
    for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
      HistoryShape shape = small_shape(seed);
      shape.clients = 6;
      shape.operations = 40;
      shape.open_percent = seed % 2 == 0 ? 0 : 10;
      shape.stale_percent = seed % 3 == 0 ? 8 : 0;
      shape.lost_percent = seed % 5 == 0 ? 8 : 0;
      const History history = random_history(service(name), shape, seed);
      const Finding fast = check_linearizability(history, service(name));
      INFO(name << " seed " << seed);
      REQUIRE(fast.verdict != Verdict::undecided);
      REQUIRE(fast.verdict == check_linearizability(history, general).verdict);
      if (fast.verdict == Verdict::violated) {
        ++violated;
        const History core = checkers::sub_history(history, fast.core, fast.core_open);
        REQUIRE(check_linearizability(core, general).verdict == Verdict::violated);
      } else {
        REQUIRE(checkers::refute_witness(history, general, fast.witness).empty());
      }
    }
  }
  CHECK(violated > 300);
  CHECK(violated < 1'700);
}

TEST_CASE("linearizability: an open operation may take effect late, or never", "[unit]") {
  HistoryWriter writer(service("kv"));
  writer.invoke(0, R"({"put":["x","1"]})");
  writer.complete(1, R"({"get":"x"})", found(std::nullopt));
  writer.complete(1, R"({"get":"x"})", found("1"));
  const auto late = check_linearizability(writer.history(), service("kv"));
  CHECK(late.verdict == Verdict::ok);
  CHECK(late.witness == std::vector<std::size_t>{1, 0, 2});

  writer.complete(1, R"({"get":"x"})", found(std::nullopt));
  CHECK(check_linearizability(writer.history(), service("kv")).verdict == Verdict::violated);
}

TEST_CASE("linearizability: closing or deleting open operations would give false alarms",
          "[unit]") {
  HistoryWriter writer(service("register"));
  writer.complete(0, R"({"write":"1"})", cell_done());
  const std::size_t cas = writer.invoke(1, R"({"cas":["1","2"]})");
  const std::size_t read = writer.invoke(2, R"("read")");
  writer.complete(0, R"({"write":"3"})", cell_done());
  const History open = writer.history();
  REQUIRE(check_linearizability(open, service("register")).verdict == Verdict::ok);

  HistoryWriter closed_cas = writer;  // the cas is taken to have succeeded, at the end
  closed_cas.complete(0, R"("read")", cell_found("3"));
  closed_cas.complete(0, R"({"write":"4"})", cell_done());
  closed_cas.respond(read, cell_found(std::nullopt));  // and the read to have seen nothing
  CHECK(check_linearizability(closed_cas.history(), service("register")).verdict ==
        Verdict::violated);

  HistoryWriter seen = writer;  // the cas did take effect; deleted, its value comes from nowhere
  seen.respond(read, cell_found("2"));
  REQUIRE(check_linearizability(seen.history(), service("register")).verdict == Verdict::ok);
  const History deleted = checkers::sub_history(seen.history(), {0, read, 3}, {});
  CHECK(check_linearizability(deleted, service("register")).verdict == Verdict::violated);
  CHECK(cas == 1);
}

TEST_CASE("linearizability: a value that is absent is a value, and not unknown", "[unit]") {
  HistoryWriter writer(service("kv"));
  writer.complete(0, R"({"get":"x"})", found(std::nullopt));
  writer.complete(0, R"({"put":["x",""]})", done());
  writer.complete(0, R"({"get":"x"})", found(""));
  CHECK(check_linearizability(writer.history(), service("kv")).verdict == Verdict::ok);
  writer.complete(0, R"({"get":"x"})", found(std::nullopt));
  const auto result = check_linearizability(writer.history(), service("kv"));
  CHECK(result.verdict == Verdict::violated);
  CHECK(result.key == "x");
  CHECK(result.impossible_at_event == 7);
  CHECK(result.core == std::vector<std::size_t>{1, 3});
  CHECK(result.core_open.empty());
  CHECK(
      tell_briefly(result, writer.history()) ==
      "no order explains c0.4 {\"get\":\"x\"} -> {\"value\":null}, completed at event 7, together "
      "with c0.2 {\"put\":[\"x\",\"\"]} -> {\"ok\":true}");
}

TEST_CASE("linearizability: a core does not lose the operation that a value comes from", "[unit]") {
  HistoryWriter writer(service("register"));
  writer.complete(0, R"({"write":"0"})", cell_done());
  writer.complete(0, R"({"write":"1"})", cell_done());
  writer.complete(0, R"("read")", cell_found("1"));
  writer.complete(0, R"({"cas":["1","2"]})", cell_done());
  writer.complete(0, R"("read")", cell_found("1"));
  const auto result = check_linearizability(writer.history(), service("register"));
  CHECK(result.verdict == Verdict::violated);
  CHECK(result.core == std::vector<std::size_t>{1, 3, 4});
  CHECK(result.core_open == std::vector<std::size_t>{1});
}

TEST_CASE("linearizability: only the order of events counts, equal times are concurrent",
          "[unit]") {
  // Both writes and the read have one and the same time stamp; the events say that they overlap.
  HistoryWriter writer(service("register"));
  const std::size_t first = writer.invoke(0, R"({"write":"1"})");
  const std::size_t second = writer.invoke(1, R"({"write":"2"})");
  writer.respond(first, cell_done());
  writer.respond(second, cell_done());
  writer.complete(2, R"("read")", cell_found("1"));
  CHECK(check_linearizability(writer.history(), service("register")).verdict == Verdict::ok);
}

TEST_CASE("linearizability: results that the service never gives are violations", "[unit]") {
  HistoryWriter writer(service("kv"));
  writer.complete(0, R"({"put":["x","1"]})", done(false));
  CHECK(check_linearizability(writer.history(), service("kv")).verdict == Verdict::violated);
  HistoryWriter get(service("kv"));
  get.complete(0, R"({"get":"x"})", done());
  CHECK(check_linearizability(get.history(), service("kv")).verdict == Verdict::violated);
}

TEST_CASE("linearizability: parts are independent, and the failing one is named", "[unit]") {
  HistoryWriter writer(service("kv"));
  writer.complete(0, R"({"put":["x","1"]})", done());
  writer.complete(0, R"({"put":["y","1"]})", done());
  writer.complete(1, R"({"get":"y"})", found("2"));
  writer.complete(1, R"({"get":"x"})", found("1"));
  const auto result = check_linearizability(writer.history(), service("kv"));
  CHECK(result.verdict == Verdict::violated);
  CHECK(result.key == "y");
  CHECK(result.core == std::vector<std::size_t>{2});
}

TEST_CASE("linearizability: an empty history is linearizable", "[unit]") {
  const auto result = check_linearizability(History(), service("kv"));
  CHECK(result.verdict == Verdict::ok);
  CHECK(result.witness.empty());
}

TEST_CASE("linearizability: a million operations on one key need no recursion", "[unit]") {
  HistoryShape shape;
  shape.clients = 5;
  shape.operations = 1'000'000;
  shape.keys = 1;
  shape.values = 0;
  ServiceType reads_and_writes = service("register");
  reads_and_writes.kinds = {"read", "write"};
  const History history = random_history(reads_and_writes, shape, 1);
  const auto result = check_linearizability(history, reads_and_writes);
  CHECK(result.verdict == Verdict::ok);
  CHECK(checkers::refute_witness(history, reads_and_writes, result.witness).empty());
}

TEST_CASE("linearizability: a cap that is reached means undecided, and is named", "[unit]") {
  HistoryWriter writer(service("list"));
  for (std::uint32_t client = 0; client < 12; ++client) {
    writer.invoke(client, R"({"append":")" + std::to_string(client) + "\"}");
  }
  using models::service::ListResult;
  writer.complete(12, R"("read")",
                  engine::Result::of(ListResult{models::service::list::Found{{"nowhere"}}}));
  using checkers::Method;
  const auto steps = check_linearizability(writer.history(), service("list"), {5'000, 1U << 30, {}},
                                           Method::search);
  CHECK(steps.verdict == Verdict::undecided);
  CHECK(steps.limit == "max_configurations = 5000");
  CHECK(steps.configurations == 5'000);
  CHECK(steps.known_prefix == 13);  // all but the response of the read
  const auto memory = check_linearizability(writer.history(), service("list"),
                                            {1'000'000, 65'536, {}}, Method::search);
  CHECK(memory.verdict == Verdict::undecided);
  CHECK(memory.limit == "max_memory_bytes = 65536");
}

TEST_CASE("linearizability: a violation in an easy part is found beside a hard one", "[unit]") {
  HistoryWriter writer(service("kv"));
  for (std::uint32_t client = 0; client < 14; ++client) {
    writer.invoke(client, R"({"append":["hard",")" + std::to_string(client) + "\"]}");
  }
  writer.complete(20, R"({"get":"hard"})", found("nowhere"));
  for (int repeat = 0; repeat < 20; ++repeat) {
    writer.complete(20, R"({"put":["easy","1"]})", done());
  }
  writer.complete(20, R"({"get":"easy"})", found("2"));
  ServiceType general = service("kv");
  general.shape = nullptr;
  const auto result = check_linearizability(writer.history(), general, {100'000, 1U << 30});
  CHECK(result.verdict == Verdict::violated);
  CHECK(result.key == "easy");
}

TEST_CASE("linearizability: wrong witnesses are refuted", "[unit]") {
  HistoryWriter writer(service("kv"));
  writer.complete(0, R"({"put":["x","1"]})", done());
  writer.complete(0, R"({"get":"x"})", found("1"));
  const auto refute = [&](const std::vector<std::size_t>& order) {
    return checkers::refute_witness(writer.history(), service("kv"), order);
  };
  CHECK(refute({0, 1}).empty());
  CHECK(refute({1, 0}) ==
        "operation 1 {\"get\":\"x\"} returned {\"value\":\"1\"}, not {\"value\":null}");
  CHECK(refute({0}) == "operation 1 is missing");
  CHECK(refute({0, 0, 1}) == "operation 0 occurs twice");
  CHECK(refute({0, 1, 2}) == "operation 2 does not exist");
  writer.complete(0, R"({"put":["x","2"]})", done());
  CHECK(refute({2, 0, 1}) == "operation 0 responded before an operation ahead of it was invoked");
}

// A check that cannot fail is a defect: each of these wrong services must be noticed by the
// comparison above.

TEST_CASE("linearizability: purity by state is caught", "[unit]") {
  ServiceType wrong = service("kv");
  wrong.shape = nullptr;
  wrong.is_pure = [](const engine::Operation&, const engine::Result&) { return true; };
  CHECK(is_caught(wrong, service("kv"), 5'000));

  // A put that changes nothing in the state reached first, taken for pure: exactly the pitfall.
  HistoryWriter writer(service("kv"));
  writer.complete(0, R"({"put":["x","1"]})", done());
  const std::size_t again = writer.invoke(0, R"({"put":["x","1"]})");
  writer.complete(1, R"({"put":["x","2"]})", done());
  writer.complete(1, R"({"get":"x"})", found("1"));
  writer.respond(again, done());
  CHECK(check_linearizability(writer.history(), wrong).verdict == Verdict::violated);
  CHECK(check_linearizability(writer.history(), service("kv")).verdict == Verdict::ok);
}

TEST_CASE("linearizability: a partition that separates what belongs together is caught", "[unit]") {
  ServiceType wrong = service("kv");
  wrong.key = [](const engine::Operation& operation) -> std::string_view {
    using models::service::KvOperation;
    namespace kv = models::service::kv;
    const auto* put = std::get_if<kv::Put>(&operation.as<KvOperation>().call);
    return put == nullptr ? service("kv").key(operation) : put->value;
  };
  CHECK(is_caught(wrong, service("kv"), 5'000));
}

TEST_CASE("linearizability: shapes that promise too much are caught", "[unit]") {
  using engine::Shape;
  ServiceType failed_cas_as_read = service("register");
  failed_cas_as_read.shape = [](const engine::Operation& operation, const engine::Result& result) {
    Shape shape = service("register").shape(operation, result);
    if (shape.kind == Shape::Kind::failed_cas) shape.kind = Shape::Kind::read;
    return shape;
  };
  CHECK(is_caught(failed_cas_as_read, service("register"), 5'000));

  ServiceType cas_as_write = service("register");
  cas_as_write.shape = [](const engine::Operation& operation, const engine::Result& result) {
    Shape shape = service("register").shape(operation, result);
    if (shape.kind == Shape::Kind::cas) shape.kind = Shape::Kind::write;
    return shape;
  };
  CHECK(is_caught(cas_as_write, service("register"), 5'000));

  ServiceType absent_as_empty = service("kv");
  absent_as_empty.shape = [](const engine::Operation& operation, const engine::Result& result) {
    Shape shape = service("kv").shape(operation, result);
    if (shape.reads.is_nothing()) shape.reads = engine::ShapeValue::of(std::string_view("v1"));
    return shape;
  };
  CHECK(is_caught(absent_as_empty, service("kv"), 5'000));
}

TEST_CASE("linearizability: a service that answers differently is caught", "[unit]") {
  ServiceType wrong = service("counter");
  wrong.shape = nullptr;
  wrong.apply = [](const engine::Payload& state, const engine::Operation& operation) {
    auto next = service("counter").apply(state, operation);
    if (operation.to_json() == R"("read")")
      next.second = service("counter").apply(service("counter").initial, operation).second;
    return next;
  };
  CHECK(is_caught(wrong, service("counter"), 1'000));
}

}  // namespace stampede::tests
