// `shrink`, and `--shrink` of run and sweep, as people use them.
#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "tests/regress/program.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using tests::catalogue;
using tests::Ended;
using tests::shell;

const std::string truncating = catalogue("bugs/vrr-state-transfer-truncates-random");

engine::Document json_of(const Ended& ended) {
  INFO(ended.out);
  return engine::parse_json(ended.out, "out");
}

}  // namespace

TEST_CASE("shrink: the JSON of run and sweep tells of shrunk runs", "[explain]") {
  const TemporaryDatabase database("shrink-json");
  const engine::Document run =
      json_of(shell("S run " + truncating + " --seed 8 --shrink --json --db " + database.path()));
  REQUIRE(run.at("shrunk").items.size() == 1);
  const engine::Document& shrunk = run.at("shrunk").items.front();
  CHECK(shrunk.at("seed").text == "8");
  CHECK(shrunk.at("draws_of").text == "8");
  CHECK(shrunk.at("after").at("decisions").text == "8");
  CHECK(shrunk.at("minimality").text == "minimal");
  CHECK(shrunk.at("parent").text == run.at("run_id").text);
  CHECK(shrunk.at("run_id").text == "2");
  CHECK(shrunk.at("scenario").text.find("script:") != std::string::npos);

  const engine::Document sweep =
      json_of(shell("S sweep " + truncating + " --seeds 1..9 --jobs 1 --shrink --json"));
  REQUIRE_FALSE(sweep.at("shrunk").items.empty());
  for (const engine::Document& one : sweep.at("shrunk").items)
    CHECK(one.at("run_id").kind == engine::Document::Kind::null);
  CHECK(json_of(shell("S run " + truncating + " --seed 8 --json")).find("shrunk") == nullptr);
}

TEST_CASE("shrink: what was made of a run under other draws says so", "[explain]") {
  const Ended shrunk = shell("S run " + catalogue("bugs/vrr-start-epoch-accepted-again-random") +
                             " --seed 2 --shrink");
  INFO(shrunk.out);
  CHECK(shrunk.says("seed 2: "));
  CHECK(shrunk.says("  under the draws of seed "));
}

TEST_CASE("shrink: one that is told to stop is undecided, and goes on from what is stored",
          "[explain]") {
  const TemporaryDatabase database("shrink-stopped");
  const std::string stored = " --db " + database.path();
  REQUIRE(shell("S run " + truncating + " --seed 8 --quiet" + stored).status != 2);
  const Ended stopped = shell("S shrink " + database.path() + " --max-time 0s");
  INFO(stopped.out);
  CHECK(stopped.status == 4);
  CHECK(stopped.says("unfinished: shrink what is stored to go on"));
  CHECK(stopped.says("stored: run 2 in "));
  const Ended further = shell("S shrink " + database.path());
  INFO(further.out);
  CHECK(further.status == 0);
  CHECK(further.says("made 8; minimal"));
  CHECK(further.says("made from run 2"));
}
