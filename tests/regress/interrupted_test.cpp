// Repaired: SIGTERM ended every command without a word, and SIGINT all but two. They end with what
// they have, `undecided`, and the whole text or valid JSON.
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "engine/core/document.hpp"
#include "scenarios/running/rerun.hpp"
#include "tests/regress/program.hpp"

namespace stampede::tests {
namespace {

/// A run that takes long enough for any signal, and is ok.
const char* const endless =
    "cluster: { model: viewstamped, replicas: 3, clients: 2 }\n"
    "limits: { virtual_time: 100000s, decisions: 4000000000 }\n"
    "workload: { operations: 1000000000, think_time: 1ms }\n"
    "checks: [durability]\n";

/// 57,000 decisions or so.
const char* const twenty_seconds =
    "cluster: { model: viewstamped, replicas: 3, clients: 2 }\n"
    "limits: { virtual_time: 20s }\n"
    "workload: { operations: 1000000, think_time: 1ms }\n"
    "checks: [durability]\n";

void check_ended(const Ended& ended, bool json, const std::string& begins = "undecided") {
  INFO(ended.out);
  CHECK(ended.status == 4);
  if (json) {
    const engine::Document document = engine::parse_json(ended.out, "stdout");
    CHECK(document.at("exit_status").text == "4");
    CHECK(document.at("verdict").text == begins);
  } else {
    CHECK(ended.out.find(begins) != std::string::npos);
    CHECK(ended.says("interrupted"));
  }
}

}  // namespace

TEST_CASE("regress: a signal ends every command with what it has", "[regress]") {
  const Folder folder("signals");
  const std::string file = folder.with("endless.yaml", endless);
  const std::string database = folder / "x.db";
  const std::string seeds = "1..1000000";
  for (const int number : {SIGINT, SIGTERM}) {
    for (const bool json : {false, true}) {
      const std::vector<std::vector<std::string>> commands = {
          {"run", file},
          {"run", file, "--check-determinism"},
          {"sweep", catalogue("viewstamped/swarm"), "--seeds", seeds, "--jobs", "2"},
          {"explore", catalogue("bugs/vrr-state-transfer-truncates"), "--set", "expect=ok", "--set",
           "cluster.defects=[]", "--set",
           "explore={timers: {ViewChangeTimeout: 9}, crashes: 9, reductions: none}"}};
      for (std::vector<std::string> command : commands) {
        INFO(command[0] << ", signal " << number << (json ? ", JSON" : ""));
        const std::string one = database + command[0];
        // Once it is there, the signals are caught.
        command.insert(command.end(), {"--db", one});
        if (json) command.emplace_back("--json");
        Running running(command);
        running.wait_for(one);
        running.signal(number);
        // As `timeout` does: once to the program, once to its group.
        running.signal(number);
        check_ended(running.end(), json);
        std::filesystem::remove(one);
      }
    }
  }
}

TEST_CASE("regress: a signal ends a replay with what it has", "[regress]") {
  const Folder folder("replayed");
  const std::string file = folder.with("long.yaml", twenty_seconds);
  const std::string database = folder / "x.db";
  REQUIRE(shell("S run " + file + " --db " + database).status == 0);
  // The pipe is full long before the end.
  Running running({"replay", database, "--show", "events"});
  running.wait_for_output();
  running.signal(SIGTERM);
  const Ended ended = running.end();
  CHECK(ended.status == 4);
  CHECK(ended.says("interrupted; up to there as it was stored"));
  CHECK(ended.says("verdict: undecided"));

  // What differs before the signal is a difference all the same.
  const traces::Store store = traces::Store::open_read_only(database);
  traces::RunRecord record = store.load_run(1);
  REQUIRE(record.block_digests.size() > 3);
  scenarios::RerunSettings settings;
  settings.interrupted = [asked = 0]() mutable { return ++asked > 50; };
  const scenarios::Rerun same = scenarios::rerun(store, record, settings);
  CHECK(same.replay.rerun.interrupted);
  CHECK(!same.replay.matches);
  CHECK(!same.replay.first_divergence);
  record.block_digests[1] ^= 1;
  settings.interrupted = [asked = 0]() mutable { return ++asked > 50; };
  const scenarios::Rerun other = scenarios::rerun(store, record, settings);
  REQUIRE(other.replay.first_divergence);
  CHECK(other.replay.first_divergence->step == 2048);
}

TEST_CASE("regress: a signal ends the reading of a history with what there is", "[regress]") {
  const Folder folder("pipe");
  const std::string pipe = folder / "history";
  REQUIRE(shell("mkfifo " + pipe).status == 0);
  // The program may have had enough before everything is written.
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  for (const bool json : {false, true}) {
    Running running(json ? std::vector<std::string>{"check", pipe, "--json"}
                         : std::vector<std::string>{"check", pipe});
    // Opened once the program reads.
    std::ofstream out(pipe);
    running.signal(SIGTERM);
    for (int i = 0; i < 20'000; ++i) {
      out << "{:process 0, :type :invoke, :f :write, :value " << i << "}\n"
          << "{:process 0, :type :ok, :f :write, :value " << i << "}\n";
    }
    out.close();
    check_ended(running.end(), json);
  }
  std::signal(SIGPIPE, previous);
}

TEST_CASE("regress: an interrupted run is the beginning of the whole one", "[regress]") {
  const auto file = scenarios::ScenarioFile::parse(twenty_seconds, "long.yaml", {});
  scenarios::RunSettings settings;
  std::uint64_t asked = 0;
  settings.limits.stop = [&]() -> std::string { return ++asked > 20 ? "interrupted" : ""; };
  const scenarios::RunResult cut = scenarios::run(file.resolve(1), settings);
  CHECK(cut.end == engine::EndReason::told);
  CHECK(cut.decisions < 4 * 1024);
  CHECK(cut.verdict == engine::Verdict::undecided);
  CHECK(scenarios::outcome_of(file.resolve(1), cut) == scenarios::Outcome::undecided);
  const scenarios::RunResult whole = scenarios::run(file.resolve(1), {});
  CHECK(whole.end != engine::EndReason::told);
  REQUIRE(!cut.block_digests.empty());
  REQUIRE(whole.block_digests.size() > cut.block_digests.size());
  CHECK(
      std::equal(cut.block_digests.begin(), cut.block_digests.end(), whole.block_digests.begin()));
}

}  // namespace stampede::tests
