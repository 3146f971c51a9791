#include "explain/cone.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <set>

#include "engine/core/error.hpp"
#include "explain/tape.hpp"

namespace {

using namespace stampede;
using explain::HappenedBefore;
using explain::Steps;
using explain::Tape;

Tape catalogue_tape(const std::string& name, std::uint64_t seed) {
  const std::string path =
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml";
  return Tape(scenarios::ScenarioFile::load(path, {}).resolve(seed));
}

/// By the definition: whatever a chain of causes leads from.
Steps past_by_definition(const Tape& tape, std::uint64_t of) {
  std::set<std::uint64_t> past;
  std::vector<std::uint64_t> open = {of};
  while (!open.empty()) {
    const std::uint64_t step = open.back();
    open.pop_back();
    if (step == 0 || !past.insert(step).second) continue;
    open.push_back(tape.step(step).cause);
    open.push_back(tape.step(step).before);
  }
  return {past.begin(), past.end()};
}

}  // namespace

TEST_CASE("cone: the past is what chains of causes lead from, the future its inverse",
          "[explain]") {
  for (const std::string name : {"viewstamped/swarm", "bugs/vrr-recovery-without-nonce"}) {
    const Tape tape = catalogue_tape(name, 5);
    const HappenedBefore before(tape);
    REQUIRE(before.size() == tape.size());
    const std::uint64_t apart = tape.size() / 7 + 1;
    for (std::uint64_t late = 1; late <= tape.size(); late += apart) {
      const Steps past = before.past({late});
      CHECK(past == past_by_definition(tape, late));
      for (std::uint64_t early = 1; early <= tape.size(); early += apart) {
        const bool leads = std::binary_search(past.begin(), past.end(), early);
        const Steps future = before.future({early});
        CHECK(leads == std::binary_search(future.begin(), future.end(), late));
        CHECK(leads == before.leads_to(early, late));
      }
    }
    const Steps all = before.past({tape.size(), tape.size() / 2});
    CHECK(explain::common(all, before.past({tape.size()})) == before.past({tape.size()}));
    CHECK(before.past({}).empty());
  }
}

TEST_CASE("cone: the critical path of an operation is its message delays and nothing else",
          "[explain]") {
  const Tape tape = catalogue_tape("bugs/vrr-late-do-view-change", 0);
  const OperationId put{ClientId{0}, 1};
  const explain::CriticalPath path = explain::critical_path(tape, put);
  // Request, Prepare, PrepareOk, Reply.
  CHECK(path.message_delays == 4);
  REQUIRE(path.legs.size() == 4);
  engine::Duration sum{};
  std::uint64_t at = path.invoked;
  for (const explain::Leg& leg : path.legs) {
    CHECK(leg.from == at);
    CHECK(leg.wait == explain::Wait::message);
    sum = sum + leg.lasted;
    at = leg.to;
  }
  CHECK(at == path.responded);
  CHECK(sum == path.latency);
  CHECK_THROWS_AS(explain::critical_path(tape, OperationId{ClientId{0}, 2}), engine::InputError);
}

TEST_CASE("cone: in a run under faults a critical path is whole, whatever it waited for",
          "[explain]") {
  const Tape tape = catalogue_tape("viewstamped/swarm", 5);
  std::set<explain::Wait> waits;
  std::size_t answered = 0;
  for (const engine::HistoryOperation& one : tape.result().history.operations()) {
    if (one.is_open()) continue;
    ++answered;
    const explain::CriticalPath path = explain::critical_path(tape, one.id);
    engine::Duration sum{};
    for (const explain::Leg& leg : path.legs) {
      waits.insert(leg.wait);
      sum = sum + leg.lasted;
    }
    CHECK(sum == path.latency);
    CHECK(path.message_delays >= 2);
  }
  CHECK(answered > 10);
  CHECK(waits.count(explain::Wait::timer) == 1);
}

TEST_CASE("cone: a value is followed to where it was made", "[explain]") {
  Tape tape = catalogue_tape("bugs/vrr-late-do-view-change", 0);
  const NodeId r0 = tape.names().find("r0").value();
  const NodeId r1 = tape.names().find("r1").value();
  const explain::Provenance view = explain::provenance(tape, r0, "view_number", tape.size());
  CHECK(view.value == "1");
  REQUIRE(view.way.size() == 2);
  // r1 wanted it when its timer fired, and r0 heard of it.
  CHECK(view.way.front().node == r1);
  CHECK(tape.step(view.way.front().step).kind == engine::EventKind::fire);
  CHECK(view.way.front().brought_by.empty());
  CHECK(view.way.back().node == r0);
  CHECK(view.way.back().brought_by == "StartViewChange r1->r0 nth 1");
  const explain::Provenance request = explain::provenance(tape, r0, "log[1].request", tape.size());
  // A client's, by way of the primary.
  REQUIRE(request.way.size() == 3);
  CHECK(tape.step(request.way.front().step).kind == engine::EventKind::begin);
  CHECK(request.way[1].node == r1);
  CHECK_THROWS_AS(explain::provenance(tape, r0, "view", tape.size()), engine::InputError);
}

TEST_CASE("cone: of a run of a million steps it takes a moment", "[.campaign]") {
  const std::string path =
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/steady-state.yaml";
  const std::vector<std::string> longer = {"workload.operations=130000",
                                           "liveness.faults_stop=1000s"};
  const Tape tape(scenarios::ScenarioFile::load(path, longer).resolve(1));
  REQUIRE(tape.size() >= 1'000'000);
  const std::clock_t begun = std::clock();
  const HappenedBefore before(tape);
  const std::clock_t built = std::clock();
  const Steps cone = before.past({tape.size()});
  const double seconds = static_cast<double>(std::clock() - built) / CLOCKS_PER_SEC;
  WARN(tape.size() << " steps, cone of " << cone.size() << ": edges in "
                   << static_cast<double>(built - begun) / CLOCKS_PER_SEC << " s, cone in "
                   << seconds << " s");
  CHECK(seconds < 0.2);
}
