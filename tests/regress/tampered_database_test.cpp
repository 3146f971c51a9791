// Repaired: databases whose rows nobody has written in that way ended in internal errors, or never:
// triggers, views in the place of tables, numbers of runs without room for events, rows left over.
// Names of scenarios with line feeds became lines of scenarios, and a NUL ended what was told of
// it.
#include <catch2/catch.hpp>

#include "scenarios/running/record.hpp"
#include "scenarios/running/rerun.hpp"
#include "tests/regress/program.hpp"
#include "tests/traces/temporary_database.hpp"

using namespace stampede;
using namespace stampede::tests;

namespace {

const std::string truncating_file = catalogue("bugs/vrr-state-transfer-truncates");

/// What replaying and writing say of a database that was changed by `sql`.
std::pair<Ended, Ended> after_sql(const std::string& sql) {
  const TemporaryDatabase temporary("tampered");
  REQUIRE(shell("S run " + truncating_file + " --quiet --db " + temporary.path()).status == 0);
  temporary.execute(sql);
  return {shell("S replay " + temporary.path() + " --show state"),
          shell("S run " + truncating_file + " --quiet --db " + temporary.path())};
}

bool tells(const Ended& ended, const std::string& text) {
  INFO(ended.out);
  return ended.out.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("regress: a database with triggers, or views for tables, is refused",
          "[regress][traces]") {
  const auto triggered = after_sql(
      "CREATE TRIGGER t AFTER INSERT ON run BEGIN INSERT INTO event SELECT * FROM event; END");
  CHECK(triggered.first.status == 2);
  CHECK(tells(triggered.first, "error: this database has triggers\nhint: "));
  CHECK(triggered.second.status == 2);
  for (const char* table : {"run", "event", "node", "violation"}) {
    INFO(table);
    const auto endless =
        after_sql(std::string("PRAGMA legacy_alter_table = ON; ALTER TABLE ") + table +
                  " RENAME TO gone; CREATE VIEW " + table +
                  " AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                  "SELECT i AS id, i AS run, 'x' AS name, 'y' AS role FROM n");
    CHECK(endless.first.status == 2);
    CHECK(tells(endless.first, "error: a table of this database is missing, or none\nhint: "));
    CHECK(endless.second.status == 2);
  }
}

TEST_CASE("regress: numbers that no run gets are refused", "[regress][traces]") {
  for (const char* number : {"9223372036854775807", "8388608", "0", "-1"}) {
    INFO(number);
    const auto far =
        after_sql(std::string("PRAGMA foreign_keys = OFF; UPDATE run SET id = ") + number);
    CHECK(far.first.status == 2);
    CHECK(tells(far.first, "error: a run of this database has a number that no run gets\nhint: "));
    CHECK(far.second.status == 2);
  }
  // The last that there is: nothing follows it.
  const auto last = after_sql("UPDATE run SET id = 8388607");
  CHECK(last.second.status == 2);
  CHECK(tells(last.second, "error: the database has all the runs it can number\nhint: "));
}

TEST_CASE("regress: rows that are missing or left over are input errors", "[regress][traces]") {
  const auto left_over = after_sql("DELETE FROM run");
  CHECK(left_over.first.status == 2);
  CHECK(left_over.second.status == 2);
  CHECK(tells(left_over.second, "error: the database holds what no finished run has left there: "));
  CHECK(tells(after_sql("DELETE FROM node WHERE id = 1").first,
              "error: run 1 lacks its node 1\nhint: "));
  CHECK(tells(after_sql("UPDATE node SET id = id + 4294967296").first,
              "error: run 1 lacks its node 0"));
  CHECK(tells(after_sql("UPDATE event SET node = 4294967297 WHERE node = 1").first,
              "error: an event has the number 4294967297, "));
}

TEST_CASE("regress: a replay with more nodes than were stored shows them", "[regress][traces]") {
  const TemporaryDatabase temporary("more-nodes");
  REQUIRE(shell("S run " + truncating_file + " --quiet --db " + temporary.path()).status == 0);
  for (const char* more : {"cluster.replicas=5", "cluster.clients=2"}) {
    for (const char* show : {"state", "events"}) {
      const Ended shown =
          shell("S replay " + temporary.path() + " --set " + more + " --show " + show);
      INFO(shown.out.substr(0, 2000));
      CHECK(shown.status == 1);
      CHECK(shown.out.find("first divergent decision") != std::string::npos);
    }
  }
}

TEST_CASE("regress: the name of a stored scenario adds no lines to what is made of it",
          "[regress][traces]") {
  const TemporaryDatabase temporary("scenario-name");
  const Folder folder("scenario-name");
  REQUIRE(shell("S run " + truncating_file + " --quiet --db " + temporary.path()).status == 0);
  for (const char* name : {"'a' || char(10) || 'seed: 7' || char(10) || '.yaml'", "x'00ff00'"}) {
    INFO(name);
    temporary.execute(std::string("UPDATE run SET scenario_file = ") + name);
    const Ended shrunk =
        shell("S shrink " + temporary.path() + " --run 1 --out " + folder / "made");
    INFO(shrunk.out);
    CHECK(shrunk.status == 0);
    CHECK(folder.text_of("made").find("# Shrunk from ") == 0);
    CHECK(folder.text_of("made").find("\nseed: 7") == std::string::npos);
  }
}

TEST_CASE("regress: an error about a name with a NUL is told to its end", "[regress]") {
  const engine::InputError error({std::string("a\0b", 3), 1, 2}, "wrong", "put it right");
  CHECK(std::string(error.what()) == "a\\u0000b:1:2: error: wrong\nhint: put it right");
}
