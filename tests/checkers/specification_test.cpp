// Specifications of one's own, several next states included, against trying all orders and all
// choices.
#include "checkers/specification.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "checkers/description.hpp"
#include "models/service/register.hpp"
#include "models/service/services.hpp"
#include "tests/checkers/random_history.hpp"

namespace stampede::tests {
namespace {

using engine::History;
using engine::HistoryOperation;

// docs/checking.md shows this.
namespace cell = models::service::cell;

struct Remembered {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Remembered, value);

/// A cache of one value: a write may as well leave nothing behind.
struct Cache {
  using State = Remembered;
  using Operation = models::service::RegisterOperation;
  using Result = models::service::RegisterResult;

  static std::vector<State> next(const State& state, const Operation& operation,
                                 const Result* result) {
    if (const auto* write = std::get_if<cell::Write>(&operation.call)) {
      return {{write->value}, {}};
    }
    const auto* found = result ? std::get_if<cell::Found>(&result->outcome) : nullptr;
    if (found != nullptr && found->value != state.value) return {};
    return {state};
  }
};

checkers::Finding judge(const History& history) {
  return checkers::check_specification(history, checkers::SpecificationOf<Cache>());
}
// End of what docs/checking.md shows.

/// All orders, and for each operation all states that may follow, one by one.
bool completes(const std::vector<HistoryOperation>& operations, std::uint32_t done,
               const Remembered& state) {
  bool all_completed = true;
  for (std::size_t position = 0; position < operations.size(); ++position) {
    if ((done >> position & 1U) != 0) continue;
    const HistoryOperation& operation = operations[position];
    all_completed = all_completed && operation.is_open();
    bool may_be_next = true;
    for (std::size_t other = 0; other < operations.size(); ++other) {
      const bool left = (done >> other & 1U) == 0;
      if (left && operations[other].responded_at < operation.invoked_at) may_be_next = false;
    }
    if (!may_be_next) continue;
    const auto* result =
        operation.is_open() ? nullptr : &operation.result.as<models::service::RegisterResult>();
    const auto& call = operation.operation.as<models::service::RegisterOperation>();
    for (const Remembered& next : Cache::next(state, call, result)) {
      if (completes(operations, done | (1U << position), next)) return true;
    }
  }
  return all_completed;
}

}  // namespace

TEST_CASE("specification: several next states, judged as by trying all of them", "[unit]") {
  engine::ServiceType type = *models::service::find_service("register");
  type.kinds = {"read", "write"};
  std::uint64_t linearizable = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    HistoryShape shape;
    shape.clients = 2 + static_cast<std::uint32_t>(seed % 3);
    shape.operations = 5 + static_cast<std::uint32_t>(seed % 3);
    shape.keys = 1;
    shape.values = 1 + static_cast<std::uint32_t>(seed % 4);
    shape.open_percent = seed % 2 == 0 ? 0 : 20;
    shape.stale_percent = 30;
    shape.lost_percent = 30;
    const History history = random_history(type, shape, seed);
    const bool right = completes(history.operations(), 0, {});
    const auto result = judge(history);
    INFO("seed " << seed);
    REQUIRE(result.verdict == (right ? checkers::Verdict::ok : checkers::Verdict::violated));
    if (right) ++linearizable;
    // A register that forgets nothing is a cache, too.
    const auto strict = checkers::check_linearizability(history, type);
    if (strict.verdict == checkers::Verdict::ok) REQUIRE(right);
  }
  CHECK(linearizable > 1'000);
  CHECK(linearizable < 4'900);
}

TEST_CASE("specification: a violation is where no choice is left", "[unit]") {
  using models::service::RegisterResult;
  const auto found = [](std::optional<std::string> value) {
    return engine::Result::of(RegisterResult{cell::Found{std::move(value)}});
  };
  HistoryWriter writer(*models::service::find_service("register"));
  writer.complete(0, R"({"write":"1"})", engine::Result::of(RegisterResult{cell::Done{}}));
  writer.complete(0, R"("read")", found(std::nullopt));
  CHECK(judge(writer.history()).verdict == checkers::Verdict::ok);
  writer.complete(0, R"("read")", found("1"));
  const auto result = judge(writer.history());
  CHECK(result.verdict == checkers::Verdict::violated);
  CHECK(result.impossible_at_event == 5);
  CHECK(tell_briefly(result, writer.history()) ==
        "no order explains c0.3 \"read\" -> {\"value\":\"1\"}, completed at event 5");
}

TEST_CASE("specification: the documentation shows what is compiled here", "[house]") {
  const auto read = [](const char* name) {
    std::ifstream file(std::string(STAMPEDE_SOURCE_DIR "/") + name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string source = read("tests/checkers/specification_test.cpp");
  const auto begin = source.find("struct Remembered {");
  const auto end = source.find("// End of what");
  REQUIRE(end != std::string::npos);
  std::string shown;
  for (std::size_t at = begin; at < end;) {
    const std::size_t next = source.find('\n', at) + 1;
    shown += (source[at] == '\n' ? "" : "    ") + source.substr(at, next - at);
    at = next;
  }
  CHECK(read("docs/checking.md").find(shown) != std::string::npos);
}

}  // namespace stampede::tests
