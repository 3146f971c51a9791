// CPU time of the checkers on generated histories, one line each: figures to read, not a gate.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "checkers/linearizability/linearizability.hpp"
#include "checkers/transactions/transactions.hpp"
#include "checkers/witness.hpp"
#include "models/service/counter.hpp"
#include "models/service/list.hpp"
#include "models/service/services.hpp"
#include "tests/bench/cores.hpp"
#include "tests/bench/reading.hpp"
#include "tests/checkers/random_history.hpp"
#include "tests/checkers/random_transactions.hpp"

namespace {

using stampede::checkers::check_linearizability;
using stampede::engine::ServiceType;
using stampede::tests::HistoryShape;

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure(const char* name, const ServiceType& type, const HistoryShape& shape,
             std::uint64_t seeds) {
  double total = 0;
  double worst = 0;
  std::uint64_t worst_seed = 0;
  std::uint64_t counts[3] = {0, 0, 0};
  std::uint64_t configurations = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto history = stampede::tests::random_history(type, shape, seed);
    const double memory_before = peak_mb();
    // Long histories are timed five times, and the middle counts.
    std::vector<double> times;
    stampede::checkers::Finding result;
    for (int round = 0; round < (seeds == 1 ? 5 : 1); ++round) {
      const double start = cpu_ms();
      result = check_linearizability(history, type);
      times.push_back(cpu_ms() - start);
    }
    std::sort(times.begin(), times.end());
    const double took = times[times.size() / 2];
    total += took;
    if (took > worst) {
      worst = took;
      worst_seed = seed;
    }
    ++counts[static_cast<int>(result.verdict)];
    configurations += result.configurations;
    if (!result.witness.empty() && seed == 1 &&
        !stampede::checkers::refute_witness(history, type, result.witness).empty()) {
      std::printf("wrong witness\n");
    }
    if (seeds == 1) std::printf("memory +%.0f MB  ", peak_mb() - memory_before);
  }
  std::printf(
      "%-44s mean %9.3f ms  max %9.3f ms (seed %llu)  ok %llu violated %llu undecided %llu"
      "  configurations %llu\n",
      name, total / static_cast<double>(seeds), worst, static_cast<unsigned long long>(worst_seed),
      static_cast<unsigned long long>(counts[0]), static_cast<unsigned long long>(counts[1]),
      static_cast<unsigned long long>(counts[2]), static_cast<unsigned long long>(configurations));
  std::fflush(stdout);
}

HistoryShape shape_of(std::uint32_t clients, std::uint32_t operations, std::uint32_t keys,
                      std::uint32_t values, std::uint32_t open, std::uint32_t stale = 0) {
  HistoryShape shape;
  shape.clients = clients;
  shape.operations = operations;
  shape.keys = keys;
  shape.values = values;
  shape.open_percent = open;
  shape.stale_percent = stale;
  return shape;
}

/// A list that `elements` are appended to, read after every tenth of them.
stampede::engine::History long_list(std::uint32_t elements) {
  using stampede::engine::Result;
  namespace list = stampede::models::service::list;
  stampede::engine::History history;
  std::vector<std::string> values;
  std::uint32_t numbers[10] = {};
  for (std::uint32_t element = 0; element < elements; element += 10) {
    stampede::OperationId ids[10];
    for (std::uint32_t client = 0; client < 10; ++client) {
      values.push_back("v" + std::to_string(element + client));
      ids[client] = {stampede::ClientId{client}, ++numbers[client]};
      history.invoke(
          ids[client],
          Result::of(stampede::models::service::ListOperation{list::Append{values.back()}}), 0, {});
    }
    for (const auto& id : ids) {
      history.respond(id, Result::of(stampede::models::service::ListResult{list::Done{}}), 0, {});
    }
    if ((element / 10 + 1) % (elements / 100) != 0) continue;
    const stampede::OperationId read{stampede::ClientId{0}, ++numbers[0]};
    history.invoke(read, Result::of(stampede::models::service::ListOperation{list::Read{}}), 0, {});
    history.respond(read, Result::of(stampede::models::service::ListResult{list::Found{values}}), 0,
                    {});
  }
  return history;
}

/// Transactions on a tenth as many keys, at each level; then with one list read too early.
void measure_transactions(bool lists, std::uint32_t count) {
  using stampede::checkers::check_transactions;
  auto transactions = stampede::tests::long_history(lists, count, count / 10, 1);
  const auto measure_levels = [&](const char* what) {
    for (const auto& [name, isolation, about] : stampede::checkers::isolation_levels()) {
      const double memory_before = peak_mb();
      const double start = cpu_ms();
      const auto result = check_transactions(transactions, isolation);
      std::printf("%u %s%s, %s: %.0f ms, memory +%.0f MB, %s\n", count,
                  lists ? "list-append" : "rw-register", what, name.c_str(), cpu_ms() - start,
                  peak_mb() - memory_before,
                  result.verdict == stampede::checkers::Verdict::ok ? "ok" : "not ok");
    }
  };
  measure_levels("");
  for (std::size_t at = count / 2; at < transactions.size(); ++at) {
    auto& list = transactions[at].operations.front().list;
    if (!list || list->empty()) continue;
    list->pop_back();
    measure_levels(", one early read");
    return;
  }
}

ServiceType with_kinds(const char* service, std::vector<std::string> kinds) {
  ServiceType type = *stampede::models::service::find_service(service);
  type.kinds = std::move(kinds);
  return type;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const auto wanted = [&](const char* name) { return only.empty() || only == name; };
  const ServiceType kv = with_kinds("kv", {"read", "write"});
  const ServiceType reg = with_kinds("register", {"read", "write"});
  const ServiceType cas = with_kinds("register", {"read", "write", "cas"});
  const ServiceType kv_append = with_kinds("kv", {"read", "write", "append"});
  const ServiceType list = with_kinds("list", {"read", "append"});
  if (wanted("one-key"))
    measure("1e6 unique, one key, 100 clients", reg, shape_of(100, 1'000'000, 1, 0, 0), 1);
  if (wanted("keys"))
    measure("1e6 unique, 100 keys, 100 clients", kv, shape_of(100, 1'000'000, 100, 0, 0), 1);
  if (wanted("append")) {
    measure("2,000-op kv with appends, 50 clients", kv_append, shape_of(50, 2'000, 10, 0, 0), 20);
    measure("the same, 1 % stale", kv_append, shape_of(50, 2'000, 10, 0, 0, 1), 20);
  }
  if (wanted("hard")) {
    measure("hard registers: 80 ops, 5 values, 15 % open", cas, shape_of(5, 80, 1, 5, 15), 200);
    measure("the same, 5 % stale", cas, shape_of(5, 80, 1, 5, 15, 5), 200);
    measure("the same, 25 % open", cas, shape_of(5, 80, 1, 5, 25, 2), 200);
  }
  if (wanted("hardest")) {
    const ServiceType writes = with_kinds("register", {"read", "write", "write", "cas"});
    for (const std::uint32_t clients : {5U, 8U}) {
      for (const std::uint32_t open : {15U, 25U}) {
        for (const std::uint32_t stale : {0U, 2U, 6U}) {
          const std::string name = std::to_string(clients) + " clients, 5 values, " +
                                   std::to_string(open) + " % open, " + std::to_string(stale) +
                                   " % stale";
          measure(("cas: " + name).c_str(), cas, shape_of(clients, 80, 1, 5, open, stale), 200);
          measure(("writes: " + name).c_str(), writes, shape_of(clients, 80, 1, 5, open, stale),
                  200);
        }
      }
    }
  }
  if (wanted("list")) measure("list, 2,000 ops", list, shape_of(20, 2'000, 1, 0, 0), 5);
  if (wanted("long-list")) {
    const auto history = long_list(100'000);
    for (int round = 0; round < 3; ++round) {
      const double start = cpu_ms();
      const auto result = check_linearizability(history, list);
      std::printf("list of 100,000 elements, 10 reads: %.1f ms, %s\n", cpu_ms() - start,
                  result.verdict == stampede::checkers::Verdict::ok ? "ok" : "not ok");
    }
  }
  if (wanted("transactions")) {
    for (const std::uint32_t count : {100'000U, 1'000'000U}) {
      measure_transactions(true, count);
      measure_transactions(false, count);
    }
  }
  if (wanted("reading")) stampede::tests::measure_reading(1'000'000);
  if (wanted("cores")) stampede::tests::measure_cores();
  if (wanted("services")) {
    const std::pair<const char*, std::vector<std::string>> services[] = {
        {"queue", {"dequeue", "enqueue"}},
        {"stack", {"pop", "push"}},
        {"lock", {"read", "acquire", "release"}}};
    for (const auto& [name, kinds] : services) {
      const ServiceType type = with_kinds(name, kinds);
      const std::string ops = std::string(name) + ", 100,000 ops, 10 clients";
      measure(ops.c_str(), type, shape_of(10, 100'000, 1, 0, 0), 1);
      measure((ops + ", 1 % open").c_str(), type, shape_of(10, 100'000, 1, 0, 1), 1);
      measure((ops + ", 1 % stale").c_str(), type, shape_of(10, 100'000, 1, 0, 0, 1), 1);
    }
  }
  if (wanted("counter")) {
    ServiceType ones = with_kinds("counter", {"read", "add"});
    measure("counter, 100,000 ops, 1 to 100, 10 clients", ones, shape_of(10, 100'000, 1, 0, 0), 1);
    measure("the same, 1 % stale", ones, shape_of(10, 100'000, 1, 0, 0, 1), 1);
    ones.generate = [](std::string_view kind, const stampede::engine::OperationTemplate&) {
      namespace counter = stampede::models::service::counter;
      stampede::models::service::CounterOperation operation{counter::Read{}};
      if (kind == "add") operation.call = counter::Add{1};
      return stampede::engine::Operation::of(operation);
    };
    measure("counter, 100,000 ops, ones, 10 clients", ones, shape_of(10, 100'000, 1, 0, 0), 1);
    measure("the same, 1 % open", ones, shape_of(10, 100'000, 1, 0, 1), 1);
    measure("the same, 1 % stale", ones, shape_of(10, 100'000, 1, 0, 0, 1), 1);
  }
  if (wanted("queue")) {
    const ServiceType queue = with_kinds("queue", {"dequeue", "enqueue"});
    measure("queue, 1,000 ops, 10 clients", queue, shape_of(10, 1'000, 1, 0, 0), 5);
    measure("stack, 1,000 ops, 10 clients", with_kinds("stack", {"pop", "push"}),
            shape_of(10, 1'000, 1, 0, 0), 5);
    measure("set, 1,000 ops, 10 clients", with_kinds("set", {"read", "add"}),
            shape_of(10, 1'000, 1, 0, 0), 5);
    measure("counter, 1,000 ops, 10 clients", with_kinds("counter", {"read", "add"}),
            shape_of(10, 1'000, 1, 0, 0), 5);
  }
}
