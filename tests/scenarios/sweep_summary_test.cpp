#include <algorithm>
#include <catch2/catch.hpp>

#include "scenarios/running/sweep.hpp"

namespace {

using namespace stampede;
using scenarios::Outcome;
using scenarios::SweepSummary;
using scenarios::Verdict;

scenarios::ScenarioFile catalogue(const std::string& name) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml", {});
}

SweepSummary swept(const scenarios::ScenarioFile& file, std::uint64_t first, std::uint64_t last,
                   std::uint64_t failing_max = 0) {
  scenarios::SweepSettings settings;
  settings.workers.first = first;
  settings.workers.last = last;
  settings.workers.jobs = 2;
  settings.failing_max = failing_max;
  return scenarios::sweep(file, settings);
}

SweepSummary merged(SweepSummary summary, const SweepSummary& other) {
  scenarios::merge(summary, other);
  return summary;
}

SweepSummary read_back(const SweepSummary& summary) {
  return scenarios::read_summary(engine::to_json(summary), "summary.json");
}

/// A seed that fails, one that is undecided and one that is vacuous, with different things in all
/// members.
SweepSummary varied(std::uint64_t seed) {
  SweepSummary one;
  one.seeds = 3;
  one.decisions = 10 * seed;
  one.operations = seed;
  one.failing_count = one.undecided_count = one.vacuous_count = 1;
  one.failing = {seed};
  one.undecided = {seed + 1};
  one.lost = {{seed + 1, "no end of step " + std::to_string(seed)}};
  one.vacuous = {seed + 2};
  one.violated["property-" + std::to_string(seed % 3)] = {1, seed};
  one.probes["probe-" + std::to_string(seed % 5)] = 1;
  one.hits_by_kind["crash"] = seed % 2;
  one.hits_by_name["crash: r" + std::to_string(seed % 2)] = seed % 2;
  one.crashed = seed == 40;
  one.interrupted = seed == 60;
  return one;
}

}  // namespace

TEST_CASE("sweep: parts of a range merge to the summary of the whole", "[simulate]") {
  struct Range {
    const char* scenario;
    std::uint64_t last;
  };
  // The first has more failing seeds than are listed, the second faults and probes.
  for (const Range& range :
       {Range{"bugs/ping-pong-forgets-to-check-random", 150}, Range{"viewstamped/swarm", 20}}) {
    const auto file = catalogue(range.scenario);
    const SweepSummary whole = swept(file, 1, range.last);
    INFO(engine::to_json(whole));
    CHECK(whole.seeds == range.last);
    std::vector<SweepSummary> parts;
    std::uint64_t first = 1;
    for (const std::uint64_t last :
         {std::uint64_t{1}, range.last / 3, range.last - 2, range.last}) {
      parts.push_back(read_back(swept(file, first, last)));
      first = last + 1;
    }
    std::vector<std::size_t> order = {0, 1, 2, 3};
    do {
      SweepSummary all;
      for (const std::size_t part : order) scenarios::merge(all, parts[part]);
      CHECK(all == whole);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(!(merged(merged(parts[0], parts[1]), parts[2]) == whole));
  }
}

TEST_CASE("sweep: merging is commutative and associative, and nothing adds nothing", "[unit]") {
  SweepSummary a;
  SweepSummary b;
  SweepSummary c;
  // Together they have more seeds to list than there is room for.
  for (std::uint64_t seed = 0; seed < 240; seed += 2) scenarios::merge(a, varied(seed + 1));
  for (std::uint64_t seed = 0; seed < 120; seed += 2) scenarios::merge(b, varied(seed + 300));
  for (std::uint64_t seed = 0; seed < 90; seed += 3) scenarios::merge(c, varied(2 * seed));
  CHECK(merged(a, b) == merged(b, a));
  CHECK(merged(a, c) == merged(c, a));
  CHECK(merged(merged(a, b), c) == merged(a, merged(b, c)));
  CHECK(merged(merged(c, a), b) == merged(c, merged(a, b)));
  CHECK(merged(a, {}) == a);
  CHECK(merged({}, a) == a);
  const SweepSummary all = merged(merged(a, b), c);
  CHECK(all.failing_count == 120 + 60 + 30);
  CHECK(all.failing.size() == SweepSummary::listed_max);
  CHECK(all.violated.at("property-0").first_seed == 0);
  CHECK(all.interrupted);
}

TEST_CASE("sweep: a summary is read as it was written, and nothing else is", "[unit][input]") {
  const SweepSummary summary = merged(varied(40), varied(60));
  CHECK(read_back(summary) == summary);
  CHECK(read_back({}) == SweepSummary{});
  const auto error = [](const std::string& json) {
    try {
      scenarios::read_summary(json, "summary.json");
    } catch (const engine::InputError& input) {
      return std::string(input.what());
    }
    return std::string();
  };
  std::string json = engine::to_json(summary);
  json.replace(json.find("[40,60]"), 7, "[60,40]");
  CHECK(error(json).find("expected seeds in ascending order") != std::string::npos);
  CHECK(error("{}").find("seeds") != std::string::npos);
  CHECK(error("[]") != "");
  json = engine::to_json(summary);
  json.insert(1, R"("sead":1,)");
  CHECK(error(json).find("unknown key 'sead'") != std::string::npos);
}

TEST_CASE("sweep: after enough failing seeds it ends, and is not interrupted", "[simulate]") {
  const SweepSummary summary =
      swept(catalogue("bugs/ping-pong-forgets-to-check-random"), 1, 500, 3);
  CHECK(summary.failing == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(summary.seeds == 3);
  CHECK(!summary.interrupted);
}

TEST_CASE("sweep: an interrupted one says so", "[simulate]") {
  scenarios::SweepSettings settings;
  settings.workers.last = 100'000;
  std::uint64_t seen = 0;
  settings.seen = [&](const SweepSummary& summary) { seen = summary.seeds; };
  settings.interrupted = [&] { return seen >= 5; };
  const SweepSummary summary = scenarios::sweep(catalogue("ping_pong/ping-pong"), settings);
  CHECK(summary.interrupted);
  CHECK(summary.seeds >= 5);
  CHECK(summary.seeds < 100'000);
}

TEST_CASE("sweep: what it comes to follows from what is expected", "[unit]") {
  SweepSummary fine;
  fine.seeds = 10;
  SweepSummary failing = fine;
  failing.failing_count = 1;
  failing.violated["durability"] = {1, 4};
  SweepSummary open = fine;
  open.undecided_count = 1;
  SweepSummary some_vacuous = fine;
  some_vacuous.vacuous_count = 9;
  SweepSummary all_vacuous = fine;
  all_vacuous.vacuous_count = 10;
  SweepSummary ended = fine;
  ended.interrupted = true;
  struct Row {
    SweepSummary summary;
    const char* expected;
    Verdict verdict;
    bool as_expected;
    Outcome outcome;
  };
  const Row rows[] = {
      {fine, "", Verdict::ok, true, Outcome::as_expected},
      {failing, "", Verdict::violated, false, Outcome::unexpected},
      {open, "", Verdict::undecided, false, Outcome::undecided},
      {some_vacuous, "", Verdict::ok, true, Outcome::as_expected},
      {all_vacuous, "", Verdict::vacuous, false, Outcome::undecided},
      {all_vacuous, "durability", Verdict::vacuous, false, Outcome::unexpected},
      {merged(all_vacuous, open), "", Verdict::undecided, false, Outcome::undecided},
      {ended, "", Verdict::undecided, false, Outcome::undecided},
      {merged(failing, open), "", Verdict::violated, false, Outcome::unexpected},
      {merged(failing, ended), "", Verdict::violated, false, Outcome::undecided},
      {fine, "durability", Verdict::ok, false, Outcome::unexpected},
      {failing, "durability", Verdict::violated, true, Outcome::as_expected},
      {failing, "agreement", Verdict::violated, false, Outcome::unexpected},
      {open, "durability", Verdict::undecided, false, Outcome::undecided},
      {merged(failing, open), "durability", Verdict::violated, true, Outcome::as_expected},
      {merged(failing, ended), "durability", Verdict::violated, true, Outcome::undecided}};
  for (const Row& row : rows) {
    scenarios::Scenario scenario;
    scenario.expect_sweep.violation = row.expected;
    const scenarios::SweepJudgement judged = scenarios::judge(scenario, row.summary);
    INFO(engine::to_json(row.summary) << " expected: " << row.expected);
    CHECK(judged.verdict == row.verdict);
    CHECK(judged.as_expected == row.as_expected);
    CHECK(judged.outcome == row.outcome);
  }
  scenarios::Scenario reaching;
  reaching.reach = {"retry"};
  CHECK(scenarios::judge(reaching, fine).unreached == reaching.reach);
  CHECK(scenarios::judge(reaching, fine).outcome == Outcome::unexpected);
  // More seeds might have reached it.
  CHECK(scenarios::judge(reaching, ended).outcome == Outcome::undecided);
  fine.probes["retry"] = 1;
  CHECK(scenarios::judge(reaching, fine).outcome == Outcome::as_expected);
}
