#include "tests/bench/cores.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"
#include "checkers/linearizability/rounds.hpp"
#include "checkers/linearizability/specialists/register_part.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using engine::History;
using engine::HistoryOperation;
using engine::ServiceType;

double cpu_us() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

/// The same as check_linearizability does, without the core. True if violated.
bool is_violated(const History& history, const ServiceType& type) {
  checkers::Patience patience;
  checkers::RegisterParts registers(type, history.operations().size());
  const auto parts = checkers::partition(
      history, type, [&](std::uint32_t part, const HistoryOperation& operation) {
        registers.add(part, operation, operation.is_open());
      });
  const auto make_search = [&](std::uint32_t part) {
    return checkers::make_part_search(history, type, parts[part], registers.take(part), patience,
                                      checkers::Method::fastest);
  };
  return checkers::check_parts(history, parts, {}, make_search, patience).failed.has_value();
}

template <class Measured>
double best_of_three(const Measured& measured) {
  double best = INFINITY;
  for (int round = 0; round < 3; ++round) {
    const double start = cpu_us();
    measured();
    best = std::min(best, cpu_us() - start);
  }
  return best;
}

/// The history with one result wrong: what changed nothing, and was asked last among the first
/// `percent` of it, is answered as it was at half that time.
History with_one_wrong(const History& history, const ServiceType& type, std::size_t percent) {
  const auto& operations = history.operations();
  const auto last_before = [&](std::size_t end, const HistoryOperation* like) {
    do {
      --end;
    } while (operations[end].is_open() ||
             !type.is_pure(operations[end].operation, operations[end].result) ||
             (like != nullptr && !(operations[end].operation == like->operation)));
    return end;
  };
  const std::size_t wrong = last_before(operations.size() * percent / 100, nullptr);
  const std::size_t earlier = last_before(wrong / 2, &operations[wrong]);
  std::vector<std::size_t> position_at(history.event_count());
  for (std::size_t position = 0; position < operations.size(); ++position) {
    position_at[operations[position].invoked_at] = position;
    if (!operations[position].is_open()) position_at[operations[position].responded_at] = position;
  }
  History result;
  for (std::uint64_t event = 0; event < position_at.size(); ++event) {
    const std::size_t position = position_at[event];
    const HistoryOperation& operation = operations[position];
    if (operation.invoked_at == event) {
      result.invoke(operation.id, operation.operation, 0, {});
    } else {
      const std::size_t answered = position == wrong ? earlier : position;
      result.respond(operation.id, operations[answered].result, 0, {});
    }
  }
  return result;
}

void measure(const std::string& name, const ServiceType& type,
             const std::vector<History>& histories) {
  double verdicts = 0;
  double all = 0;
  double logarithms = 0;
  std::size_t violated = 0;
  std::size_t operations = 0;
  std::size_t longest = 0;
  for (const History& history : histories) {
    if (!is_violated(history, type)) continue;
    const double verdict = best_of_three([&] { is_violated(history, type); });
    checkers::Finding finding;
    const double explained =
        best_of_three([&] { finding = checkers::check_linearizability(history, type); });
    ++violated;
    verdicts += verdict;
    all += explained;
    logarithms += std::log(explained / verdict);
    operations += finding.core.size();
    longest = std::max(longest, finding.core.size());
  }
  const auto count = static_cast<double>(std::max<std::size_t>(violated, 1));
  std::printf(
      "%-40s %3zu violated: verdict %9.1f us, with core %10.1f us, %5.2fx, core %.1f, %zu\n",
      name.c_str(), violated, verdicts / count, all / count, std::exp(logarithms / count),
      static_cast<double>(operations) / count, longest);
  std::fflush(stdout);
}

ServiceType with_kinds(const char* service_name, std::vector<std::string> kinds) {
  ServiceType type = service(service_name);
  type.kinds = std::move(kinds);
  return type;
}

}  // namespace

void measure_cores() {
  HistoryShape shape;
  shape.clients = 5;
  shape.keys = 1;
  shape.stale_percent = 2;
  shape.open_percent = 3;
  const auto measure_small = [&](const char* name, const char* service_name,
                                 std::vector<std::string> kinds, std::uint32_t operations,
                                 std::uint32_t values) {
    const ServiceType type = with_kinds(service_name, std::move(kinds));
    shape.operations = operations;
    shape.values = values;
    std::vector<History> histories;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      histories.push_back(random_history(type, shape, seed));
    }
    measure(name, type, histories);
  };
  measure_small("registers, 170 ops, 5 values, cas", "register", {"read", "write", "cas"}, 170, 5);
  measure_small("registers, 200 ops, 5 values", "register", {"read", "write"}, 200, 5);
  measure_small("registers, 200 ops, values different", "register", {"read", "write"}, 200, 0);
  measure_small("kv with appends, 300 ops", "kv", {"read", "write", "append"}, 300, 0);
  measure_small("queues, 60 ops, 5 values", "queue", {"dequeue", "enqueue"}, 60, 5);
  measure_small("stacks, 200 ops", "stack", {"pop", "push"}, 200, 0);
  measure_small("counters, 200 ops", "counter", {"read", "add"}, 200, 0);
  measure_small("locks, 200 ops", "lock", {"read", "acquire", "release"}, 200, 0);

  shape.clients = 10;
  shape.operations = 100'000;
  shape.values = 0;
  shape.stale_percent = 0;
  shape.open_percent = 0;
  const std::pair<const char*, std::vector<std::string>> services[] = {
      {"register", {"read", "write"}},
      {"counter", {"read", "add"}},
      {"lock", {"read", "acquire", "release"}}};
  for (const auto& [name, kinds] : services) {
    const ServiceType type = with_kinds(name, kinds);
    const History history = random_history(type, shape, 1);
    for (const std::size_t percent : {100U, 50U}) {
      measure(std::string(name) + ", 100,000 ops, wrong at " + std::to_string(percent) + " %", type,
              {with_one_wrong(history, type, percent)});
    }
  }
}

}  // namespace stampede::tests
