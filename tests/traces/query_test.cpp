#include "traces/query.hpp"

#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "tests/viewer/stored_run.hpp"

namespace {

using namespace stampede;

std::string refusal(const std::string& database, const std::string& sql,
                    const traces::QueryLimits& limits = {}) {
  try {
    static_cast<void>(traces::query(database, sql, limits));
    return "";
  } catch (const engine::InputError& error) {
    CHECK_FALSE(error.hint().text().empty());
    return error.message();
  }
}

}  // namespace

TEST_CASE("query: a SELECT is answered with names and values of every type", "[traces]") {
  const StoredRun stored("ping_pong/ping-pong");
  const traces::QueryResult result = traces::query(
      stored.path(), "SELECT id, scenario_name AS name, 0.5, NULL, x'00ff' FROM run;", {});
  CHECK(result.columns == std::vector<std::string>{"id", "name", "0.5", "NULL", "x'00ff'"});
  REQUIRE(result.rows.size() == 1);
  const auto& row = result.rows.front();
  CHECK(std::get<std::int64_t>(row[0]) == 1);
  CHECK(std::get<std::string>(row[1]) == "ping-pong");
  CHECK(std::get<double>(row[2]) == 0.5);
  CHECK(std::holds_alternative<std::monostate>(row[3]));
  CHECK(std::get<std::string>(row[4]) == "00ff");
  CHECK(result.whole);
}

TEST_CASE("query: rows and time have an end", "[traces]") {
  const StoredRun stored("ping_pong/ping-pong");
  const std::string forever =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT ";
  const traces::QueryResult some = traces::query(stored.path(), forever + "i FROM n", {});
  CHECK(some.rows.size() == traces::QueryLimits{}.rows);
  CHECK_FALSE(some.whole);
  const traces::QueryLimits soon{std::chrono::milliseconds(20), 10};
  CHECK(refusal(stored.path(), forever + "count(*) FROM n", soon) ==
        "the query takes longer than it may");
}

TEST_CASE("query: what is no SELECT is refused and changes nothing", "[traces]") {
  const StoredRun stored("ping_pong/ping-pong");
  for (const char* sql :
       {"DELETE FROM run", "PRAGMA journal_mode = DELETE", "ATTACH '/tmp/x.db' AS x", "VACUUM",
        "CREATE TEMP TABLE x (y)", "SELECT load_extension('x')", "BEGIN", ""}) {
    INFO(sql);
    CHECK_FALSE(refusal(stored.path(), sql).empty());
  }
  CHECK(refusal(stored.path(), "SELECT 1; SELECT 2") == "one SELECT is answered at a time");
  CHECK(refusal(stored.path(), "SELEC 1").find("syntax error") != std::string::npos);
  CHECK(refusal(stored.path(), "SELECT randomblob(100000000)").find("too big") !=
        std::string::npos);
  CHECK(traces::query(stored.path(), "SELECT * FROM run", {}).rows.size() == 1);
}
