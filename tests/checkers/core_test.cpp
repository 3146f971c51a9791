// Cores of counters and locks: what a suffix of the history says is as wrong as the whole.
#include <algorithm>
#include <catch2/catch.hpp>

#include "checkers/brute_force.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/witness.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using checkers::check_linearizability;
using checkers::Finding;
using checkers::Verdict;

/// What the core leaves of the history: its own operations, and of the others those that change
/// something. If the core is right, these are impossible, too.
bool others_explain(const engine::History& history, const engine::ServiceType& type,
                    const Finding& finding) {
  std::vector<std::size_t> positions;
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const engine::HistoryOperation& operation = history.operations()[position];
    const bool in_core = std::binary_search(finding.core.begin(), finding.core.end(), position);
    const bool pure = !operation.is_open() && type.is_pure(operation.operation, operation.result);
    if (in_core || !pure) positions.push_back(position);
  }
  return checkers::is_linearizable_by_brute_force(
      checkers::sub_history(history, positions, finding.core_open), type);
}

HistoryShape wrong_now_and_then(std::uint32_t clients, std::uint32_t operations) {
  HistoryShape shape;
  shape.clients = clients;
  shape.operations = operations;
  shape.keys = 1;
  shape.values = 0;
  shape.stale_percent = 1;
  return shape;
}

}  // namespace

TEST_CASE("cores: operations that no core names do not explain it", "[checkers]") {
  for (const char* name : {"counter", "lock"}) {
    HistoryShape shape = wrong_now_and_then(3, 9);
    shape.stale_percent = 15;
    shape.lost_percent = 5;
    shape.open_percent = 10;
    const engine::ServiceType& type = service(name);
    std::size_t violated = 0;
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
      const engine::History history = random_history(type, shape, seed);
      const Finding finding = check_linearizability(history, type);
      if (finding.verdict != Verdict::violated) continue;
      ++violated;
      INFO(name << ", seed " << seed);
      REQUIRE_FALSE(others_explain(history, type, finding));
    }
    CHECK(violated > 300);
  }
}

TEST_CASE("cores: of long counters and locks only the end is looked at", "[checkers]") {
  for (const char* name : {"counter", "lock"}) {
    const engine::ServiceType& type = service(name);
    const engine::History history = random_history(type, wrong_now_and_then(10, 20'000), 1);
    const Finding finding = check_linearizability(history, type);
    INFO(name);
    REQUIRE(finding.verdict == Verdict::violated);
    CHECK(finding.core_limit.empty());
    CHECK(finding.core.size() <= 25);
  }
}

}  // namespace stampede::tests
