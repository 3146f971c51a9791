#include "scenarios/running/rerun.hpp"

#include <catch2/catch.hpp>

#include "engine/core/version.hpp"
#include "models/ping_pong/model.hpp"
#include "scenarios/reading/scenario_schema.hpp"
#include "scenarios/running/record.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using scenarios::Recording;

scenarios::ScenarioFile catalogue_file(const std::string& name) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml", {});
}

}  // namespace

TEST_CASE("rerun: a run is recorded as asked, and is the same when it is done again",
          "[simulate]") {
  const TemporaryDatabase temporary("rerun");
  traces::Store store = traces::Store::create_or_open(temporary.path());
  // By time, and by a script; with spares that boot later.
  for (const char* name : {"viewstamped/swarm", "bugs/vrr-state-transfer-truncates",
                           "multi_paxos/reconfiguring-swarm"}) {
    const auto file = catalogue_file(name);
    const scenarios::RunResult done = scenarios::run(file.resolve(2), {});
    for (const Recording recording : {Recording::none, Recording::schedule, Recording::events}) {
      INFO(name << ", recording " << boost::describe::enum_to_string(recording, "?"));
      const std::int64_t id = scenarios::record(store, file, done, recording);
      const traces::RunRecord record = store.load_run(id);
      CHECK(record.build == engine::build());
      CHECK(record.digest == done.digest);
      CHECK((record.event_count != 0) == (recording == Recording::events));
      CHECK(record.schedule.empty() == (recording != Recording::schedule));
      const scenarios::Rerun again = scenarios::rerun(store, record, {});
      CHECK(again.replay.matches);
      CHECK(again.run.digest == done.digest);
      CHECK(again.run.verdict == done.verdict);
    }
  }
  CHECK(store.runs().size() == 9);
}

TEST_CASE("rerun: a scenario that is changed diverges, and says where", "[simulate]") {
  const TemporaryDatabase temporary("rerun");
  traces::Store store = traces::Store::create_or_open(temporary.path());
  const auto file = catalogue_file("bugs/vrr-state-transfer-truncates");
  const scenarios::RunResult done = scenarios::run(file.resolve(0), {});
  CHECK(scenarios::usual_recording(done) == Recording::events);
  const auto record =
      store.load_run(scenarios::record(store, file, done, scenarios::usual_recording(done)));
  scenarios::RerunSettings settings;
  settings.overrides = {"cluster.defects=[]", "expect=ok"};
  const scenarios::Rerun again = scenarios::rerun(store, record, settings);
  CHECK(!again.replay.matches);
  REQUIRE(again.replay.first_divergence);
  CHECK(again.replay.first_divergence->step > 3);
  CHECK(again.run.violations.empty());
}

TEST_CASE("rerun: a run that ended at its first violation ends there again", "[simulate]") {
  const TemporaryDatabase temporary("rerun");
  traces::Store store = traces::Store::create_or_open(temporary.path());
  const auto file = catalogue_file("bugs/ping-pong-forgets-to-check-random");
  const scenarios::RunResult done = scenarios::run(file.resolve(1), {nullptr, true});
  REQUIRE(done.decisions < scenarios::run(file.resolve(1), {}).decisions);
  const auto record = store.load_run(scenarios::record(store, file, done, Recording::events, true));
  CHECK(scenarios::rerun(store, record, {}).replay.matches);
}

TEST_CASE("rerun: the run that is meant is found by its number, by its seed, or by itself",
          "[unit][input]") {
  const TemporaryDatabase temporary("rerun");
  traces::Store store = traces::Store::create_or_open(temporary.path());
  CHECK_THROWS_WITH(store.choose_run({}, {}), Catch::Contains("there are no runs"));
  const auto file = catalogue_file("bugs/ping-pong-forgets-to-check-random");
  const auto fine = catalogue_file("ping_pong/ping-pong");
  const auto record = [&](const scenarios::ScenarioFile& of, std::uint64_t seed) {
    return scenarios::record(store, of, scenarios::run(of.resolve(seed), {}), Recording::none);
  };
  CHECK(record(file, 1) == 1);
  CHECK(record(fine, 5) == 2);
  CHECK(record(fine, 5) == 3);
  CHECK(store.choose_run({}, {}) == 1);
  CHECK(store.choose_run({}, 5) == 3);
  CHECK(store.choose_run(2, {}) == 2);
  CHECK_THROWS_WITH(store.choose_run({}, 6), Catch::Contains("no stored run has seed 6"));
}

TEST_CASE("rerun: two runs that differ are told apart by their blocks of decisions", "[unit]") {
  scenarios::RunResult one;
  one.digest = 7;
  one.decisions = 3000;
  one.block_digests = {1, 2, 3};
  scenarios::RunResult other = one;
  CHECK(!scenarios::difference_of(one, other));
  other.digest = 8;
  other.block_digests = {1, 9, 9};
  CHECK(*scenarios::difference_of(one, other) ==
        std::pair<std::uint64_t, std::uint64_t>{1025, 2048});
  other.block_digests = {1};
  CHECK(scenarios::difference_of(one, other)->first == 1025);
  CHECK(scenarios::difference_of(other, one)->first == 1025);
}

TEST_CASE("scenarios: a file names the models that its program knows", "[input]") {
  const std::string text =
      "cluster: { model: ping_pong, replicas: 2 }\nlimits: { virtual_time: 1s }\n";
  const models::ModelList only = {&models::ping_pong::model()};
  CHECK(scenarios::ScenarioFile::parse(text, "f.yaml", {}, only).resolve(1).model == only.front());
  const models::ModelList another = {&models::ping_pong::counting_model()};
  CHECK_THROWS_WITH(scenarios::ScenarioFile::parse(text, "f.yaml", {}, another),
                    Catch::Contains("counting_ping_pong"));
  CHECK(scenarios::scenario_json_schema(another).find("\"viewstamped\"") == std::string::npos);
}
