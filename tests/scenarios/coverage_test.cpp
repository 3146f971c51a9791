#include "scenarios/running/coverage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "scenarios/running/swept.hpp"
#include "tests/regress/program.hpp"

namespace {

using namespace stampede;
using scenarios::Coverage;
using tests::Folder;
using tests::shell;

scenarios::ScenarioFile covered_file(const std::string& name,
                                     std::vector<std::string> overrides = {}) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml",
      std::move(overrides));
}

struct SweptWithCoverage {
  scenarios::SweepSummary summary;
  Coverage coverage;
};

SweptWithCoverage swept_with_coverage(const scenarios::ScenarioFile& file, std::uint64_t first,
                                      std::uint64_t last) {
  SweptWithCoverage swept;
  scenarios::SweepSettings settings;
  settings.workers.first = first;
  settings.workers.last = last;
  settings.workers.jobs = 2;
  settings.covered = [&](const Coverage& one) { merge(swept.coverage, one); };
  swept.summary = scenarios::sweep(file, settings);
  return swept;
}

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("coverage: parts of a sweep merge to that of the whole, which it does not change",
          "[simulate]") {
  const auto file = covered_file("viewstamped/swarm", {"workload.operations=15"});
  const SweptWithCoverage whole = swept_with_coverage(file, 1, 6);
  Coverage parts = swept_with_coverage(file, 5, 6).coverage;
  merge(parts, swept_with_coverage(file, 1, 4).coverage);
  CHECK(parts == whole.coverage);
  CHECK(scenarios::read_coverage(engine::to_json(parts), "coverage") == parts);
  scenarios::SweepSettings plain;
  plain.workers.last = 6;
  CHECK(engine::to_json(scenarios::sweep(file, plain)) == engine::to_json(whole.summary));
  CHECK(whole.coverage.seeds == 6);
  CHECK(whole.coverage.decisions == whole.summary.decisions);
  CHECK(whole.coverage.completed_operations > 50);
}

TEST_CASE("coverage: a run says what its nodes handled, and what never came", "[simulate]") {
  const auto file = covered_file("viewstamped/steady-state");
  const scenarios::Scenario scenario = file.resolve(1);
  const scenarios::RunResult done = scenarios::run(scenario, {});
  const Coverage coverage = scenarios::coverage_of(scenario, done, false);
  CHECK(coverage.decisions == done.decisions);
  CHECK(coverage.completed_operations == done.completed_operations);
  // One primary from beginning to end.
  CHECK(coverage.elections == 1);
  CHECK(coverage.inputs.at("replica Request").at("leads").handled >= done.completed_operations);
  CHECK(coverage.inputs.at("replica Prepare").count("leads") == 0);
  CHECK(coverage.inputs.at("replica Prepare").at("follows").handled > 0);
  const std::vector<std::string> never = scenarios::never_handled(coverage);
  CHECK(among(never, "replica DoViewChange"));
  CHECK_FALSE(among(never, "replica Prepare"));
  CHECK(coverage.decisions_by_kind.at("crash") == 0);
}

TEST_CASE("coverage: growth is counted by thousands of seeds", "[unit]") {
  Coverage coverage;
  coverage.seeds = 2'500;
  coverage.shown_first_by = {{"a", 100}, {"b", 1'099}, {"c", 1'100}, {"d", 2'400}};
  CHECK(scenarios::growth(coverage, 100) == std::vector<std::uint64_t>{2, 1, 1});
}

TEST_CASE("coverage: what was cut off or has another shape is no coverage", "[input]") {
  const std::string whole = engine::to_json(Coverage{});
  CHECK_THROWS_AS(scenarios::read_coverage(whole.substr(0, whole.size() - 2), "f"),
                  engine::InputError);
  CHECK_THROWS_AS(scenarios::read_coverage(R"({"seeds":1})", "f"), engine::InputError);
}

TEST_CASE("coverage: planted defects are caught by the seeds that find them", "[simulate]") {
  const auto file =
      covered_file("bugs/vrr-recovery-without-nonce-random", {"cluster.defects=[]", "expect=ok"});
  const scenarios::DefectsCaught caught = scenarios::catch_defects(file, 7, 9, [] { return true; });
  CHECK(caught.caught.contains("vrr-recovery-without-nonce"));
  CHECK_FALSE(caught.missed.empty());
  const auto with_defect = covered_file("bugs/vrr-recovery-without-nonce-random");
  CHECK(scenarios::catch_defects(with_defect, 7, 9, [] { return true; }).missed.empty());
  int runs = 0;
  const scenarios::DefectsCaught none =
      scenarios::catch_defects(file, 1, 3, [&] { return ++runs > 1; });
  CHECK(none.caught.empty());
  CHECK(none.missed.empty());
}

TEST_CASE("coverage: parts of a range that are merged reached what all of it does", "[simulate]") {
  const Folder folder("coverage-merged");
  const std::string sweep =
      "S sweep " + tests::catalogue("viewstamped/swarm") + " --quiet --seeds ";
  const auto swept = [&](const std::string& name) {
    return scenarios::read_swept(folder.text_of(name), name).coverage;
  };
  shell(sweep + "1..9 --coverage --summary " + folder / "all");
  shell(sweep + "1..4 --coverage --summary " + folder / "one");
  shell(sweep + "5..9 --coverage --summary " + folder / "other");
  shell(sweep + "5..9 --summary " + folder / "bare");
  const std::string merge = "cd " + folder.path() + "; S merge ";
  const tests::Ended merged = shell(merge + "one other --summary both");
  INFO(merged.out);
  CHECK(merged.says("coverage of 9 seeds, "));
  REQUIRE(swept("all").has_value());
  CHECK(swept("both") == swept("all"));
  CHECK_FALSE(swept("one") == swept("all"));
  // What one part reached says nothing of the other.
  CHECK_FALSE(shell(merge + "one bare --summary some").says("coverage of "));
  CHECK_FALSE(swept("some").has_value());
}
