// `replay` and `diff` as people use them.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/regress/program.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using namespace stampede::tests;

/// A database with runs of these arguments.
struct Stored {
  explicit Stored(const std::string& name, const std::vector<std::string>& runs = {"--seed 0"},
                  const std::string& scenario = "bugs/vrr-state-transfer-truncates")
      : database(name) {
    for (const std::string& arguments : runs) {
      const Ended run = shell("S run " + catalogue(scenario) + " --quiet " + arguments + " --db " +
                              database.path());
      INFO(run.out);
      REQUIRE(run.status == 0);
    }
  }
  [[nodiscard]] Ended replay(const std::string& arguments) const {
    return shell("S replay " + database.path() + " " + arguments);
  }
  [[nodiscard]] Ended diff(const std::string& arguments) const {
    return shell("S diff " + database.path() + " " + arguments);
  }
  TemporaryDatabase database;
};

void check_refused(const Ended& ended, const std::string& said) {
  INFO(ended.out);
  CHECK(ended.status == 2);
  CHECK(ended.says(said));
}

}  // namespace

TEST_CASE("replay: a step shows what it changed in the world", "[explain]") {
  const Stored stored("travel-to");
  const Ended shown = stored.replay("--to 15");
  INFO(shown.out);
  CHECK(shown.status == 0);
  CHECK(shown.says("deliver Commit r1->r2"));
  CHECK(shown.says("* r2   epoch 1, log 0, committed 0, executed 0"));
  CHECK(shown.says("view_number 0 -> 1"));
  CHECK(shown.says("+  GetState r2->r1"));
  CHECK(shown.says("-  Commit r1->r2"));
  CHECK(shown.says(" matches\n"));
  const Ended node = stored.replay("--to 15 --node r2");
  INFO(node.out);
  CHECK(node.says("last_normal_view"));
  CHECK(!node.says("r1   "));
  const Ended range = stored.replay("--from 5 --to 15 --show diff");
  CHECK(range.says("steps 5 to 15\n"));
  CHECK(stored.replay("--to 15 --show diff").out == shown.out);
}

TEST_CASE("replay: events and states keep their meaning, from a step on and of one node",
          "[explain]") {
  const Stored stored("travel-events");
  const Ended all = stored.replay("--show events");
  const Ended first = stored.replay("--show events --to 6");
  CHECK(all.says("restart"));
  CHECK(first.says("restart"));
  CHECK(!first.says("fire ViewChangeTimeout r1"));
  const Ended rest = stored.replay("--show events --from 7 --node r2");
  CHECK(!rest.says("restart r0"));
  CHECK(rest.says("deliver Commit r1->r2"));
  CHECK(!rest.says("StartViewChange r0->r1"));
  const Ended state = stored.replay("--show state --until 'r1.view_number >= 1'");
  INFO(state.out);
  CHECK(state.says("r1: view_number 0 -> 1"));
  CHECK(!state.says("r2: view_number 0 -> 1"));
}

TEST_CASE("replay: until a predicate holds, and values that are watched", "[explain]") {
  const Stored stored("travel-until");
  const Ended until = stored.replay("--until 'r2.view_number changes' --watch r2.log.size");
  INFO(until.out);
  CHECK(until.status == 0);
  CHECK(until.says("r2.log.size = 0\n"));
  CHECK(until.says("r2.log.size 0 -> 1\n"));
  CHECK(until.says("deliver Commit r1->r2"));
  const Ended never = stored.replay("--until 'r1.view_number >= 99'");
  CHECK(never.status == 1);
  CHECK(never.says("'r1.view_number >= 99' holds nowhere in steps 1 to "));
  const Ended json = stored.replay("--until 'r2 leads' --node r2 --json");
  INFO(json.out);
  CHECK(json.says("\"until\":19,"));
  CHECK(json.says("\"nodes\":{\"r2\":{\"up\":true,\"state\":{"));
  CHECK(json.says("\"matches\":true"));
  const Ended watched = stored.replay("--watch leader --json");
  CHECK(watched.says("\"name\":\"leader\",\"before\":null,\"after\":\"r1\""));
}

TEST_CASE("replay and diff: what is wrong is said", "[explain][input]") {
  const Stored stored("travel-wrong");
  const std::pair<std::string, std::string> wrong[] = {
      {"--to 500", "error: --to: the run has no step 500\nhint: its steps are 1 to "},
      {"--to 0", "error: --to: the run has no step 0\n"},
      {"--from 9 --to 3", "error: --from 9 is behind --to 3\nhint: "},
      {"--node r9", "error: unknown node 'r9'\nhint: "},
      {"--node r9 --show events", "error: unknown node 'r9'\nhint: "},
      {"--until 'r1.view > 1'", "--until:1:4: error: unknown field 'view'\nhint: "},
      {"--watch r1.lgo", "--watch:1:4: error: unknown field 'lgo'\nhint: did you mean 'log'?"},
      {"--run 7 --to 3", "run 7"},
  };
  for (const auto& [arguments, said] : wrong) check_refused(stored.replay(arguments), said);
  const std::pair<std::string, std::string> unlike[] = {
      {"1", "error: a run is compared with another one, or with itself under a change\nhint: "},
      {"1 1 --set expect=ok", "error: a run is compared with another one"},
      {"9 1", "run 9"},
      {"1 --set cluster.replicas=5",
       "error: runs of different nodes cannot be aligned: r0, r1, r2"},
      {"1 --set cluster.replcas=5", "hint: did you mean 'replicas'?"},
  };
  for (const auto& [arguments, said] : unlike) check_refused(stored.diff(arguments), said);
}

TEST_CASE("replay and diff: databases without runs, without events, of other formats",
          "[explain][input]") {
  const Stored stored("travel-databases", {"--seed 0",
                                           "--seed 0 --set cluster.defects=[] --set "
                                           "expect=ok"});
  // The second run is as expected: it has neither events nor a schedule.
  CHECK(stored.replay("--run 2 --to 12").status == 0);
  const Ended two = stored.diff("1 2");
  INFO(two.out);
  CHECK(two.status == 1);
  CHECK(two.says("behaves differently"));
  CHECK(stored.diff("2 2").status == 0);
  stored.database.execute("PRAGMA user_version = 99");
  check_refused(stored.replay("--to 12"), "99");
  check_refused(stored.diff("1 2"), "99");
  const Folder folder("travel-empty");
  const std::string empty = folder.with("empty.db", "");
  check_refused(shell("S replay " + empty + " --to 3"), "hint: ");
  check_refused(shell("S diff " + empty + " 1 2"), "hint: ");
}

TEST_CASE("diff: a defect switched off under the same schedule", "[explain]") {
  const Stored stored("travel-diff");
  const Ended off = stored.diff("1 --set 'cluster.defects=[]'");
  INFO(off.out);
  CHECK(off.status == 1);
  CHECK(off.says("the first handler that behaves differently, from the same state and input:\n"));
  CHECK(off.says("deliver: \"Commit r1->r2 nth 1\""));
  CHECK(!off.says("no choices there"));
  CHECK(off.says("violated: "));
  CHECK(off.says("changed: "));
  const Ended json = stored.diff("1 --set 'cluster.defects=[]' --json");
  CHECK(json.says("\"kind\":\"behaviour\",\"one\":{\"step\":15,"));
  const Stored fewer("travel-fewer", {"--seed 0"}, "bugs/vrr-recovering-replica-joins-view-change");
  CHECK(fewer.diff("1 --set 'cluster.defects=[]'").says("3 of 16 decisions are no choices there"));
  const Ended why = fewer.diff("1 --set 'cluster.defects=[]' --json");
  CHECK(why.says("\"why\":\"not_in_flight\""));
  const Ended same = stored.diff("1 1");
  CHECK(same.status == 0);
  CHECK(same.says("the same "));
  CHECK(stored.diff("1 1 --quiet").out.empty());
}
