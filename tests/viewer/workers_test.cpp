#include "viewer/workers.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "engine/core/document.hpp"
#include "tests/viewer/stored_run.hpp"
#include "viewer/requests.hpp"

namespace {

using namespace stampede;

viewer::WorkState end_of(viewer::Workers& workers, std::uint64_t number) {
  for (;;) {
    workers.tend();
    const auto state = workers.look(number);
    REQUIRE(state);
    if (state->over) return *state;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// Waits until it has written something; nothing tends the workers meanwhile.
void wait_for_output(viewer::Workers& workers, std::uint64_t number) {
  while (workers.look(number)->out.empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

viewer::Work shell_work(const std::string& line, const std::string& input = "") {
  return {{"-c", line}, input};
}

std::string body_of(const std::string& line) {
  return R"({"step": 15, "lines": [)" + engine::json_quote(line) + "]}";
}

}  // namespace

TEST_CASE("workers: what is written is kept, and how it ended", "[viewer]") {
  viewer::Workers workers("/bin/sh");
  const viewer::WorkState state =
      end_of(workers, workers.start(shell_work("cat; echo wrong >&2; exit 4", "what is read")));
  CHECK(state.out == "what is read");
  CHECK(state.err == "wrong\n");
  CHECK(state.status == 4);
  CHECK_FALSE(workers.look(77));
  CHECK_FALSE(workers.cancel(77));
  viewer::Workers none("");
  CHECK_THROWS_AS(none.start(shell_work("true")), engine::InputError);
}

TEST_CASE("workers: so many at once, each to be cancelled, and with an end to its time",
          "[viewer]") {
  viewer::Workers workers("/bin/sh");
  // Ends on SIGINT with a word.
  const std::string patient =
      "trap 'echo ended; exit 4' INT; echo ready; while :; do sleep 0.01; done";
  const std::uint64_t first = workers.start(shell_work(patient));
  viewer::Work short_work = shell_work(patient);
  short_work.time_max = std::chrono::seconds(0);
  const std::uint64_t second = workers.start(short_work);
  wait_for_output(workers, first);
  wait_for_output(workers, second);
  CHECK_THROWS_AS(workers.start(shell_work("true")), engine::InputError);
  const viewer::WorkState over = end_of(workers, second);
  CHECK(over.status == 4);
  CHECK(over.out == "ready\nended\n");
  CHECK_FALSE(workers.look(first)->over);
  CHECK(workers.cancel(first));
  CHECK(end_of(workers, first).status == 4);
  CHECK_FALSE(workers.cancel(first));
  CHECK(end_of(workers, workers.start(shell_work("true"))).status == 0);
}

TEST_CASE("viewer: what a page asks for names decisions, and neither files nor flags",
          "[viewer][input]") {
  const viewer::Work work = viewer::what_if_work("runs.db", 3, body_of("drop Commit r1->r2 nth 1"));
  CHECK(work.arguments ==
        std::vector<std::string>{"step", "runs.db", "--run", "3", "--to", "14", "--json"});
  CHECK(work.input == "drop Commit r1->r2 nth 1\nnext 1000000000000\nsave run\n");
  for (const char* line : {"save script /tmp/x", "crash r0\nsave run x", "quit", "", " crash r0",
                           "put x 1", "crash\tr0", "undo"}) {
    INFO(line);
    CHECK_THROWS_AS(viewer::what_if_work("runs.db", 3, body_of(line)), engine::InputError);
  }
  for (const char* body :
       {"", "{}", R"({"step": 0, "lines": ["leave"]})", R"({"step": 3, "lines": []})",
        R"({"step": 3, "lines": "leave"})", R"({"step": 3, "lines": ["leave"], "db": "x"})"}) {
    INFO(body);
    CHECK_THROWS_AS(viewer::what_if_work("runs.db", 3, body), engine::InputError);
  }
}

TEST_CASE("viewer: SQL is answered as JSON", "[viewer]") {
  const StoredRun stored("ping_pong/ping-pong");
  CHECK(viewer::query_json(stored.path(), R"({"sql": "SELECT 1 AS a, 'x' AS b, NULL AS c"})") ==
        R"({"columns":["a","b","c"],"rows":[[1,"x",null]],"whole":true})");
  CHECK_THROWS_AS(viewer::query_json(stored.path(), R"({"sql": 1, "file": 2})"),
                  engine::InputError);
}
