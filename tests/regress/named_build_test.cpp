// Repaired: nobody could say which build had made a trace or a report, and `replay --seed` took the
// newest run with that seed, of whatever scenario.
#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "engine/core/version.hpp"
#include "tests/regress/program.hpp"
#include "traces/store.hpp"

namespace stampede::tests {

TEST_CASE("regress: reports, traces and --version carry the build", "[regress]") {
  const engine::Build& build = engine::build();
  CHECK(build.version == engine::version());
  CHECK(build.compiler.find_first_of("0123456789") != std::string::npos);
  const bool known = build.commit.size() >= 12 &&
                     build.commit.find_first_not_of("0123456789abcdef+") == std::string::npos;
  CHECK((known || build.commit == "unknown"));
  CHECK(shell("S --version").out == engine::build_text(build) + "\n");

  const Folder folder("build");
  const std::string file = catalogue("bugs/vrr-state-transfer-truncates");
  const std::string database = folder / "x.db";
  const std::string edn = folder.with("h.edn",
                                      "{:process 0, :type :invoke, :f :read, :value nil}\n"
                                      "{:process 0, :type :ok, :f :read, :value nil}\n");
  for (const std::string& command :
       {"run " + file + " --db " + database,
        "sweep " + catalogue("ping_pong/ping-pong") + " --seeds 1..2 --summary " + (folder / "s"),
        "merge " + (folder / "s"), std::string("list models"), "explore " + file,
        "replay " + database, "check " + edn}) {
    INFO(command);
    const Ended ended = shell("S " + command + " --json");
    const engine::Document document = engine::parse_json(ended.out, "stdout");
    CHECK(document.at("build").at("version").text == build.version);
    CHECK(document.at("build").at("commit").text == build.commit);
    CHECK(document.at("build").at("compiler").text == build.compiler);
  }
  CHECK(traces::Store::open_read_only(database).load_run(1).build == build);
}

TEST_CASE("regress: a seed that two scenarios have is asked about", "[regress]") {
  const Folder folder("two");
  const std::string database = folder / "x.db";
  const std::string text = "cluster: { model: viewstamped }\nlimits: { virtual_time: 50ms }\n";
  const std::string one = folder.with("one.yaml", text);
  const std::string two = folder.with("two.yaml", text + "checks: [durability]\n");
  const std::string same = folder.with("same.yaml", text);
  const auto store = [&](const std::string& file, const std::string& seed) {
    REQUIRE(shell("S run " + file + " --seed " + seed + " --db " + database).status == 0);
  };
  store(one, "7");
  store(one, "8");
  // Under another name it is the same one.
  store(same, "7");
  CHECK(shell("S replay " + database + " --seed 7").status == 0);
  store(two, "7");
  const Ended asked = shell("S replay " + database + " --seed 7");
  INFO(asked.out);
  CHECK(asked.status == 2);
  CHECK(asked.says("seed 7 is that of run 4 of " + two + ", and of run 3 of " + same));
  CHECK(asked.says("hint: write --run 4, or --run 3"));
  CHECK(shell("S replay " + database + " --seed 8").status == 0);
  CHECK(shell("S replay " + database + " --run 3").status == 0);
}

}  // namespace stampede::tests
