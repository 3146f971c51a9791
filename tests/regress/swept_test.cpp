// Repaired: a sweep from seed 0 tested nothing and was `ok`; the first ten failing seeds of any
// property were stored, and none where a worker had died; a clean sweep left an empty database; a
// scenario that is wrong under some seeds was a violated protocol.
#include "scenarios/running/swept.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "tests/regress/program.hpp"
#include "traces/store.hpp"

namespace stampede::tests {
namespace {

using engine::SeedReport;
using scenarios::SweepSummary;

std::vector<SeedReport> reports_of(std::uint64_t first, std::uint64_t last, std::uint32_t jobs) {
  engine::SweepSettings settings;
  settings.first = first;
  settings.last = last;
  settings.jobs = jobs;
  std::vector<SeedReport> reports;
  engine::sweep(
      settings,
      [](std::uint64_t seed) -> std::string {
        if (seed == 3) throw engine::InputError("no such node", "nodes: r0");
        if (seed == 5) throw std::runtime_error("out of order");
        return std::to_string(seed);
      },
      [&](const SeedReport& report) {
        reports.push_back(report);
        return true;
      },
      [] { return false; });
  return reports;
}

std::string swept_json(const std::string& file, std::uint64_t first, std::uint64_t last) {
  const auto scenario = scenarios::ScenarioFile::load(file, {});
  scenarios::SweepSettings settings;
  settings.workers.first = first;
  settings.workers.last = last;
  settings.workers.jobs = 2;
  return engine::to_json(
      scenarios::swept(scenario, settings.workers, scenarios::sweep(scenario, settings)));
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

/// Most of its seeds fail, in several ways.
std::string failing() { return catalogue("bugs/vrr-start-view-any-random"); }

}  // namespace

TEST_CASE("regress: a sweep runs every seed of its range, the first and the last of all",
          "[regress]") {
  for (const std::uint32_t jobs : {1U, 3U}) {
    const std::vector<SeedReport> low = reports_of(0, 70, jobs);
    REQUIRE(low.size() == 71);
    for (std::uint64_t seed = 0; seed < low.size(); ++seed) {
      CHECK(low[seed].seed == seed);
      if (seed != 3 && seed != 5) CHECK(low[seed].result == std::to_string(seed));
    }
    CHECK(low[3].fate == SeedReport::Fate::refused);
    CHECK(low[3].refusal().what() == std::string("error: no such node\nhint: nodes: r0"));
    CHECK(low[5].fate == SeedReport::Fate::crashed);
    CHECK(low[5].result == "out of order");
    const std::vector<SeedReport> high = reports_of(UINT64_MAX - 40, UINT64_MAX, jobs);
    REQUIRE(high.size() == 41);
    CHECK(high.back().seed == UINT64_MAX);
    CHECK(reports_of(0, 0, jobs).size() == 1);
  }
  const Ended ended = shell("S sweep " + failing() + " --seeds 0..20 --set expect=ok");
  INFO(ended.out);
  CHECK(ended.status == 1);
  CHECK(ended.says("violated (not as expected): 21 seeds"));
  CHECK(shell("S sweep " + failing() + " --seeds 0").says(": 1 seeds"));
}

TEST_CASE("regress: a scenario that is wrong under some seeds is an input error", "[regress]") {
  const Folder folder("some-seeds");
  const std::string file = folder.with(
      "wrong.yaml",
      "cluster: { model: viewstamped, replicas: { one_of: [3, 1] }, clients: 1, service: kv }\n"
      "workload: { operations: 5 }\n"
      "faults: [ { crash: { nodes: r2, at: 10ms, lasts: 10ms } } ]\n");
  for (const char* more : {"", " --json", " --jobs 3"}) {
    const Ended ended = shell("S sweep " + file + " --seeds 1..40" + std::string(more));
    INFO(ended.out);
    CHECK(ended.status == 2);
    CHECK(ended.says("error: under seed "));
    CHECK(ended.says(file + ":"));
    CHECK(!ended.says("violated"));
  }
}

TEST_CASE("regress: a sweep stores the lowest failing seed of each property", "[regress]") {
  const Folder folder("stored");
  const std::string database = folder / "x.db";
  const Ended ended = shell("S sweep " + failing() + " --seeds 0..299 --db " + database);
  INFO(ended.out);
  CHECK(ended.status == 0);
  const traces::Store store = traces::Store::open_read_only(database);
  const std::vector<traces::SweepRecord> sweeps = store.sweeps();
  REQUIRE(sweeps.size() == 1);
  const SweepSummary summary = scenarios::read_swept(sweeps[0].summary, "stored").summary;
  REQUIRE(summary.violated.count("viewstamped/certified-log") == 1);
  REQUIRE(summary.violated.size() > 1);
  std::set<std::uint64_t> lowest;
  for (const auto& [property, violated] : summary.violated) lowest.insert(violated.first_seed);
  std::set<std::uint64_t> stored;
  for (const traces::RunSummary& run : store.runs()) stored.insert(run.seed);
  CHECK(stored == lowest);
}

TEST_CASE("regress: the command that a sweep prints ends as expected", "[regress]") {
  const Ended ended = shell("S sweep " + failing() + " --seeds 0..299");
  INFO(ended.out);
  const std::string lead = "first:  ./stampede ";
  const std::size_t begin = ended.out.find(lead);
  REQUIRE(begin != std::string::npos);
  const std::size_t words = begin + lead.size();
  const std::string command = ended.out.substr(words, ended.out.find(" --db", words) - words);
  CHECK(command.find(" --set 'expect.run={ violation: viewstamped/certified-log }'") !=
        std::string::npos);
  const Ended again = shell("S " + command);
  INFO(again.out);
  CHECK(again.status == 0);
  CHECK(again.says("viewstamped/certified-log"));
}

TEST_CASE("regress: a seed that crashed or ran away suppresses nothing", "[regress][unit]") {
  SweepSummary summary;
  summary.seeds = 10;
  summary.failing_count = 4;
  summary.failing = {1, 4, 6, 8};
  summary.crashed = true;
  summary.violated["crashed"] = {1, 1};
  summary.violated["durability"] = {2, 6};
  summary.violated["agreement"] = {2, 4};
  summary.violated["liveness"] = {1, 6};
  CHECK(scenarios::telling_seeds(summary) == std::vector<std::uint64_t>{4, 6});
  scenarios::Scenario scenario;
  CHECK(scenarios::seed_to_show(scenario, summary) == 1);
  scenario.expect_sweep.violation = "durability";
  CHECK(scenarios::seed_to_show(scenario, summary) == 6);
  CHECK(!scenarios::seed_to_show(scenario, {}));
}

TEST_CASE("regress: the database of a clean sweep says what was covered", "[regress]") {
  const Folder folder("clean");
  const std::string database = folder / "x.db";
  const std::string file = catalogue("ping_pong/ping-pong");
  REQUIRE(shell("S sweep " + file + " --seeds 5..24 --set seed=3 --db " + database).status == 0);
  const traces::Store store = traces::Store::open_read_only(database);
  const std::vector<traces::SweepRecord> sweeps = store.sweeps();
  REQUIRE(sweeps.size() == 1);
  CHECK(sweeps[0].id == 1);
  CHECK(sweeps[0].scenario_name == "ping-pong");
  CHECK(sweeps[0].scenario_file == file);
  CHECK(sweeps[0].scenario_text.find("ping_pong") != std::string::npos);
  CHECK(sweeps[0].overrides == std::vector<std::string>{"seed=3"});
  CHECK(sweeps[0].first_seed == 5);
  CHECK(sweeps[0].last_seed == 24);
  CHECK(sweeps[0].seeds == 20);
  CHECK(sweeps[0].verdict == "ok");
  CHECK(sweeps[0].failing == 0);
  CHECK(sweeps[0].decisions > 0);
  CHECK(sweeps[0].build == engine::build());
  CHECK(store.runs().empty());
  // Whoever looks for a run is told.
  const Ended replayed = shell("S replay " + database);
  CHECK(replayed.status == 2);
  CHECK(replayed.says("from seed 5 on ran 20 seeds, and none of them is stored: ok"));
}

TEST_CASE("regress: parts of a sweep are merged to what the whole says", "[regress]") {
  const Folder folder("merged");
  const auto part = [&](const std::string& name, const std::string& seeds) {
    return "S sweep " + failing() + " --seeds " + seeds + " --quiet --summary " + (folder / name);
  };
  REQUIRE(shell(part("whole", "0..59")).status != 2);
  REQUIRE(shell(part("a", "0..19")).status != 2);
  REQUIRE(shell(part("b", "20..44") + "; " + part("c", "45..59")).status != 2);
  const std::string files = (folder / "c") + " " + (folder / "a") + " " + (folder / "b");
  const Ended merged = shell("S merge " + files + " --summary " + (folder / "all"));
  const Ended whole = shell("S merge " + (folder / "whole"));
  CHECK(merged.out == whole.out);
  CHECK(merged.status == whole.status);
  CHECK(merged.says("seeds: 0..59 of " + failing() + ", by "));
  CHECK(folder.text_of("all") == folder.text_of("whole"));
  CHECK(engine::parse_json(shell("S merge --json " + files).out, "out").at("seeds").text == "60");
  // A seed counts once, and one scenario at a time.
  const Ended twice = shell("S merge " + (folder / "a") + " " + (folder / "whole"));
  CHECK(twice.status == 2);
  CHECK(twice.says("whole: error: seeds 0..19 are in a file before, too"));
  CHECK(shell("S sweep " + failing() + " --set expect=ok --seeds 60..61 --quiet --summary " +
              (folder / "d") + "; S merge " + (folder / "a") + " " + (folder / "d"))
            .says("d: error: this is a sweep of another scenario"));
  CHECK(shell("S merge " + failing()).status == 2);
}

TEST_CASE("regress: merging knows what is missing, and who swept", "[regress][unit]") {
  const std::string file = catalogue("ping_pong/ping-pong");
  const auto read = [&](std::uint64_t first, std::uint64_t last) {
    return scenarios::read_swept(swept_json(file, first, last), "part");
  };
  const scenarios::Swept low = read(0, 9);
  const scenarios::Swept high = read(10, 14);
  // Interrupted after its first ten seeds; the rest is another's.
  scenarios::Swept cut = low;
  cut.asked = {{0, 14}};
  cut.summary.interrupted = true;
  scenarios::Swept all = cut;
  scenarios::merge(all, high, "high");
  CHECK(!all.summary.interrupted);
  CHECK(all.ran == scenarios::SeedRanges{{0, 14}});
  all = cut;
  scenarios::merge(all, read(12, 14), "high");
  CHECK(all.summary.interrupted);
  CHECK(scenarios::ranges_text(all.ran) == "0..9, 12..14");

  scenarios::Swept other = high;
  other.build.commit = "0123456789ab";
  all = low;
  CHECK(refusal([&] {
          scenarios::merge(all, other, "other");
        }).find("other: error: this was swept by another build: ") == 0);
  other.build = low.build;
  other.build.compiler = "another";
  scenarios::merge(all, other, "other");

  std::string json = engine::to_json(low);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = json;
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    return refusal([&] { scenarios::read_swept(text, "part"); });
  };
  CHECK(changed(R"("ran":[{"first":0,"last":9}])", R"("ran":[{"first":9,"last":0}])")
            .find("expected ranges of seeds in ascending order") != std::string::npos);
  CHECK(changed(R"("ran":[{"first":0,"last":9}])",
                R"("ran":[{"first":0,"last":4},{"first":5,"last":9}])")
            .find("with gaps between them") != std::string::npos);
  CHECK(changed(R"("seeds":10)", R"("seeds":11)").find("not as many seeds as in 0..9") !=
        std::string::npos);
  CHECK(changed(R"("build":)", R"("built":)").find("build") != std::string::npos);
  CHECK(refusal([] { scenarios::read_swept("{", "part"); }) != "");
}

}  // namespace stampede::tests
