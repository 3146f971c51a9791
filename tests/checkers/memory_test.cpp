// The memory that searches say they use, against what the process really allocates.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "checkers/linearizability/linearizability.hpp"
#include "checkers/linearizability/rounds.hpp"
#include "checkers/specification.hpp"
#include "checkers/transactions/transactions.hpp"
#include "models/service/counter.hpp"
#include "models/service/kv.hpp"
#include "models/service/list.hpp"
#include "tests/checkers/random_history.hpp"
#include "tests/checkers/random_transactions.hpp"

namespace {

/// Bytes in use and the most there ever were, of what this thread allocated while it counted.
struct Allocated {
  bool counts = false;
  std::int64_t now = 0;
  std::int64_t most = 0;
};
thread_local Allocated allocated;

void note(void* block, std::int64_t sign) {
  if (!allocated.counts || block == nullptr) return;
  allocated.now += sign * static_cast<std::int64_t>(malloc_usable_size(block));
  allocated.most = std::max(allocated.most, allocated.now);
}

}  // namespace

void* operator new(std::size_t size) {
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  note(block, +1);
  return block;
}
void operator delete(void* block) noexcept {
  note(block, -1);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace stampede::tests {
namespace {

using checkers::Verdict;
using engine::History;
using engine::ServiceType;

ServiceType without_shapes(std::string_view name) {
  ServiceType type = service(name);
  type.shape = nullptr;
  return type;
}

/// The most that was allocated at a time while `judge` ran.
template <class Judge>
std::int64_t peak_of(const Judge& judge) {
  allocated = {true, 0, 0};
  judge();
  allocated.counts = false;
  return allocated.most;
}

/// A cap is reached, and kept within a percent; and it is not much too careful.
template <class Judge>
void check_cap(std::uint64_t cap, const Judge& judge) {
  checkers::Limits limits;
  limits.max_memory_bytes = cap;
  checkers::Finding result;
  const std::int64_t peak = peak_of([&] { result = judge(limits); });
  INFO("cap " << cap << ", peak " << peak << ", configurations " << result.configurations);
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.limit == "max_memory_bytes = " + std::to_string(cap));
  CHECK(static_cast<double>(peak) < 1.01 * static_cast<double>(cap));
  CHECK(static_cast<double>(peak) > 0.15 * static_cast<double>(cap));
}

void check_cap_of_search(std::uint64_t cap, const History& history, const ServiceType& type) {
  check_cap(cap, [&](const checkers::Limits& limits) {
    return check_linearizability(history, type, limits, checkers::Method::search);
  });
}

/// Operations that overlap, then a response that nothing explains.
History overlapping(const ServiceType& type, std::uint32_t count,
                    const std::function<std::string(std::uint32_t)>& operation,
                    const std::string& read, engine::Result result) {
  HistoryWriter writer(type);
  for (std::uint32_t client = 0; client < count; ++client) writer.invoke(client, operation(client));
  writer.complete(count, read, std::move(result));
  return writer.history();
}

engine::Result found_text(std::string value) {
  return engine::Result::of(
      models::service::KvResult{models::service::kv::Found{std::move(value)}});
}

History appends(const ServiceType& type, const std::string& padding) {
  return overlapping(
      type, 22,
      [&](std::uint32_t client) {
        return R"({"append":["k",")" + std::to_string(client) + padding + "\"]}";
      },
      R"({"get":"k"})", found_text("nowhere"));
}

constexpr std::uint64_t megabyte = 1U << 20;

}  // namespace

TEST_CASE("memory: searches on states of a service keep their cap", "[unit]") {
  const ServiceType kv = without_shapes("kv");
  for (const std::uint64_t cap : {4 * megabyte, 32 * megabyte}) {
    check_cap_of_search(cap, appends(kv, ""), kv);
    check_cap_of_search(cap, appends(kv, std::string(100, 'x')), kv);
    const ServiceType list = without_shapes("list");
    check_cap_of_search(
        cap,
        overlapping(
            list, 22,
            [](std::uint32_t client) { return R"({"append":")" + std::to_string(client) + "\"}"; },
            R"("read")",
            engine::Result::of(
                models::service::ListResult{models::service::list::Found{{"nowhere"}}})),
        list);
  }
}

TEST_CASE("memory: searches on sums keep their cap", "[unit]") {
  for (const std::uint64_t cap : {4 * megabyte, 32 * megabyte}) {
    check_cap_of_search(
        cap,
        overlapping(
            service("counter"), 40,
            [](std::uint32_t client) {
              return R"({"add":)" + std::to_string(1'000 + (std::uint64_t{2} << client)) + "}";
            },
            R"("read")",
            engine::Result::of(
                models::service::CounterResult{models::service::counter::Found{INT64_MAX}})),
        service("counter"));
  }
}

namespace {

/// Each addition may add one more than it says.
struct Inexact {
  using State = models::service::Counter;
  using Operation = models::service::CounterOperation;
  using Result = models::service::CounterResult;
  static std::vector<State> next(const State& state, const Operation& operation,
                                 const Result* result) {
    State after = state;
    const Result returned = after.apply(operation);
    if (result != nullptr && !(returned == *result)) return {};
    if (operation == Operation{models::service::counter::Read{}}) return {after};
    return {after, {after.sum + 1}};
  }
};

}  // namespace

TEST_CASE("memory: specifications of one's own keep their cap", "[unit]") {
  const History history = overlapping(
      service("counter"), 24,
      [](std::uint32_t client) {
        return R"({"add":)" + std::to_string(std::uint64_t{1} << client) + "}";
      },
      R"("read")",
      engine::Result::of(
          models::service::CounterResult{models::service::counter::Found{INT64_MAX}}));
  for (const std::uint64_t cap : {4 * megabyte, 32 * megabyte}) {
    check_cap(cap, [&](const checkers::Limits& limits) {
      return check_specification(history, checkers::SpecificationOf<Inexact>(), limits);
    });
  }
}

TEST_CASE("memory: a history that is too large to be looked at is undecided", "[unit]") {
  ServiceType type = service("kv");
  type.kinds = {"read", "write"};
  HistoryShape shape;
  shape.clients = 20;
  shape.operations = 100'000;
  shape.keys = 10;
  shape.values = 0;
  const History history = random_history(type, shape, 1);
  checkers::Limits limits;
  limits.max_memory_bytes = 4 * megabyte;
  checkers::Finding result;
  const std::int64_t little =
      peak_of([&] { result = check_linearizability(history, type, limits); });
  CHECK(result.verdict == Verdict::undecided);
  CHECK(result.limit == "max_memory_bytes = 4194304");
  CHECK(little < static_cast<std::int64_t>(4 * megabyte));
  limits.max_memory_bytes = 24 * megabyte;
  const std::int64_t enough =
      peak_of([&] { result = check_linearizability(history, type, limits); });
  CHECK(result.verdict == Verdict::ok);
  CHECK(enough < static_cast<std::int64_t>(24 * megabyte));
}

TEST_CASE("memory: transactions keep their cap, and time is asked for", "[unit]") {
  for (const bool lists : {false, true}) {
    const auto transactions = long_history(lists, 20'000, 2'000, 1);
    for (const auto& [name, isolation, about] : checkers::isolation_levels()) {
      std::uint64_t undecided = 0;
      for (std::uint64_t cap = megabyte / 2; cap <= 64 * megabyte; cap *= 2) {
        checkers::Limits limits;
        limits.max_memory_bytes = cap;
        checkers::Finding result;
        const std::int64_t peak = peak_of(
            [&, level = isolation] { result = check_transactions(transactions, level, limits); });
        INFO(name << ", cap " << cap << ", peak " << peak);
        CHECK(static_cast<double>(peak) < 1.01 * static_cast<double>(cap));
        if (result.verdict == Verdict::ok) continue;
        CHECK(result.verdict == Verdict::undecided);
        CHECK(result.limit.find("max_memory_bytes = ") == 0);
        ++undecided;
      }
      CHECK(undecided >= 3);
      CHECK(undecided <= 7);
      checkers::Limits limits;
      limits.stop = [] { return std::string("no time"); };
      const auto stopped = check_transactions(transactions, isolation, limits);
      CHECK(stopped.verdict == Verdict::undecided);
      CHECK(stopped.limit == "no time");
    }
  }
}

TEST_CASE("memory: judges take what is set aside for them before they search", "[unit]") {
  const std::pair<const char*, std::vector<std::string>> services[] = {
      {"register", {"read", "write", "cas"}},
      {"kv", {"read", "write", "append"}},
      {"kv", {"read", "write"}},
      {"queue", {"enqueue", "dequeue"}},
      {"stack", {"push", "pop"}},
      {"lock", {"acquire", "release"}},
      {"counter", {"add", "read"}}};
  for (const auto& [name, kinds] : services) {
    for (const std::uint32_t stale : {0U, 1U}) {
      ServiceType type = service(name);
      type.kinds = kinds;
      HistoryShape shape;
      shape.clients = 20;
      shape.operations = 30'000;
      shape.keys = type.key == nullptr ? 1 : 10;
      shape.values = 0;
      shape.stale_percent = stale;
      const History history = random_history(type, shape, 1);
      // As little as is allowed before a history is refused, and a search can go on.
      checkers::Limits limits;
      limits.max_memory_bytes = checkers::preparation_bytes(history);
      checkers::Finding result;
      const std::int64_t peak =
          peak_of([&] { result = check_linearizability(history, type, limits); });
      INFO(name << ", stale " << stale << ": " << peak << " of " << limits.max_memory_bytes);
      CHECK(static_cast<double>(peak) < 1.01 * static_cast<double>(limits.max_memory_bytes));
    }
  }
}

}  // namespace stampede::tests
