// docs/tutorial.md is right: its code is in the files it names, its commands print what it shows,
// its scenarios end as it says, and the change of one line is one line.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "scenarios/running/run.hpp"
#include "tests/docs/document.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using docs::Lines;
using docs::output_of;
using docs::read_lines;
using docs::root;

/// The lines of primary-backup that are others in the copy under `copy_root`, as they are there.
Lines differences(const std::string& copy_root) {
  std::size_t files = 0;
  Lines found;
  for (const auto& entry : std::filesystem::directory_iterator(root + "models/primary_backup")) {
    if (entry.path().extension() == ".md") continue;
    const Lines original = read_lines(entry.path().string());
    const Lines copy =
        read_lines(copy_root + "/models/primary_backup/" + entry.path().filename().string());
    REQUIRE(original.size() == copy.size());
    for (std::size_t i = 0; i < original.size(); ++i) {
      if (original[i] != copy[i]) found.push_back(copy[i]);
    }
    ++files;
  }
  CHECK(files >= 9);
  return found;
}

bool mentions(const Lines& lines, const std::string& text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("tutorial: its code is the code of the files it names", "[docs]") {
  CHECK(docs::check_excerpts(root + "docs/tutorial.md") >= 10);
}

TEST_CASE("tutorial: its commands print what it shows", "[docs]") {
  CHECK(docs::check_commands(
            root + "docs/tutorial.md",
            {{"console", "$ ./stampede ", root, STAMPEDE_BINARY},
             {"console swapped", "$ ./stampede ", root, STAMPEDE_SWAPPED_DETECTOR_BINARY}}) >= 6);
}

TEST_CASE("tutorial: its scenarios end as they expect", "[docs][simulate]") {
  const auto path =
      GENERATE(as<std::string>{}, "ping_pong/ping-pong", "primary_backup/steady-state",
               "primary_backup/primary-crash", "primary_backup/swarm", "primary_backup/split-brain",
               "bugs/ping-pong-forgets-to-check", "bugs/primary-backup-answers-before-backup");
  const auto file =
      scenarios::ScenarioFile::load(root + "scenarios/catalogue/" + path + ".yaml", {});
  const std::uint64_t seeds = file.scripted() ? 1 : 25;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const scenarios::Scenario scenario = file.resolve(seed);
    const scenarios::RunResult result = scenarios::run(scenario, {});
    INFO(path << ", seed " << seed
              << (result.violations.empty() ? ""
                                            : ": " + result.violations.front().violation.message));
    CHECK(scenarios::as_expected(scenario, result));
  }
}

TEST_CASE("tutorial: the other detector is one line", "[docs]") {
  CHECK(differences(STAMPEDE_SWAPPED_DETECTOR_ROOT) ==
        Lines{"using Detector = detector::PingDetector;"});

  // The program has it: this is how r0 and v0 hear of each other there.
  const TemporaryDatabase database("swapped-detector");
  const auto events_of = [&](const std::string& program) {
    output_of(root, program +
                        " run scenarios/catalogue/bugs/primary-backup-answers-before-backup.yaml"
                        " --quiet --record events --db " +
                        database.path());
    return output_of(root, program + " replay " + database.path() + " --show events");
  };
  const Lines original = events_of(STAMPEDE_BINARY);
  CHECK(mentions(original, "detector.Heartbeat"));
  CHECK(!mentions(original, "detector.Ping"));
  const Lines swapped = events_of(STAMPEDE_SWAPPED_DETECTOR_BINARY);
  CHECK(mentions(swapped, "detector.Ping"));
  CHECK(!mentions(swapped, "Heartbeat"));
}

TEST_CASE("tutorial: the other consensus is one line", "[docs][simulate][explore]") {
  CHECK(differences(STAMPEDE_SWAPPED_CONSENSUS_ROOT) == Lines{"namespace protocol = viewstamped;"});
  const auto swapped = [](const std::string& arguments) {
    return output_of(root, STAMPEDE_SWAPPED_CONSENSUS_BINARY " " + arguments);
  };
  // Views are named whatever becomes of their leader, by VRR's view changes.
  const Lines sweep = swapped(
      "sweep scenarios/catalogue/primary_backup/masters.yaml --seeds 1..200 --set reach=[]");
  CHECK(mentions(sweep, "ok: 200 seeds, 0 failing, 0 undecided"));
  CHECK(mentions(sweep, "view-change"));
  CHECK(!mentions(sweep, "elected"));
  const Lines run =
      swapped("run scenarios/catalogue/primary_backup/masters.yaml --seed 1 --set reach=[]");
  CHECK(mentions(run, "ok: primary_backup"));
  // A leader that tells what it has only proposed is as wrong as before.
  const std::string undecided = "scenarios/catalogue/bugs/primary-backup-announces-undecided";
  CHECK(mentions(swapped("sweep " + undecided + "-random.yaml --seeds 1..100"),
                 "primary-backup/one-view"));
  CHECK(mentions(swapped("explore " + undecided +
                         ".yaml --set script=[] --set "
                         "'explore={timers: {masters.ViewChangeTimeout: 1}, caps: {log: 3}}'"),
                 "primary-backup/one-view after"));
  // VRR keeps the order of what one leader proposes: there is nothing to refuse.
  CHECK(mentions(swapped("sweep scenarios/catalogue/bugs/primary-backup-obeys-outdated-random.yaml "
                         "--seeds 1..100 --set cluster.options={} --set expect=ok"),
                 "ok: 100 seeds, 0 failing"));
}
