// Repaired: a wrong command or flag was told without the nearest right one, and a wrong --set was
// told at the first line of the scenario, or dropped behind a line feed.
#include <catch2/catch.hpp>

#include "scenarios/reading/scenario.hpp"
#include "tests/docs/document.hpp"

namespace stampede::tests {
namespace {

docs::Lines said_of(const std::string& arguments) {
  return docs::output_of(docs::root, "{ " + std::string(STAMPEDE_BINARY) + " " + arguments +
                                         " 2>&1; echo \"exit $?\"; }");
}

std::string said_of_set(const std::string& assignment) {
  try {
    static_cast<void>(
        scenarios::ScenarioFile::parse("cluster: { model: viewstamped }\n", "s.yaml", {assignment})
            .resolve(0));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("regress: the nearest command or flag is suggested", "[regress][input]") {
  CHECK(said_of("rn f.yaml") ==
        docs::Lines{"error: unknown command 'rn'", "hint: did you mean 'run'?", "exit 2"});
  CHECK(said_of("frobnicate").at(1) ==
        "hint: commands: run, sweep, explore, replay, shrink, story, diff, check, merge, bugs, "
        "export, step, view, list, schema, new");
  CHECK(said_of("run f.yaml --sed 3") == docs::Lines{"error: unknown flag '--sed' of run",
                                                     "hint: did you mean '--seed'?", "exit 2"});
  CHECK(said_of("run f.yaml --sed=3").at(1) == "hint: did you mean '--seed'?");
  CHECK(said_of("sweep f.yaml --seed 1..3").at(1) == "hint: did you mean '--seeds'?");
  CHECK(said_of("run").at(1) == "hint: 'stampede run --help' lists what it takes");
}

TEST_CASE("regress: a wrong --set is told at its place in the flag", "[regress][input]") {
  CHECK(said_of_set("cluster.replcas=3") ==
        "--set 'cluster.replcas=3':1:9: error: unknown key 'replcas'\nhint: did you mean "
        "'replicas'?");
  CHECK(said_of_set("cluster.replicas=many") ==
        "--set 'cluster.replicas=many':1:18: error: 'many' is not an integer\nhint: write a whole "
        "number, 1 .. 63");
  CHECK(said_of_set("cluster={model: viewstamped, replcas: 3}") ==
        "--set 'cluster={model: viewstamped, replcas: 3}':1:30: error: unknown key 'replcas'\n"
        "hint: did you mean 'replicas'?");
  CHECK(said_of_set("cluster.replicas=[3") ==
        "--set 'cluster.replicas=[3':1:18: error: expected ',' or ']' in the list "
        "that begins at line 1, column 18\nhint: is a ']' or a comma missing?");
  CHECK(said_of_set("cluster.replicas=3\nseed: zzz") ==
        "--set 'cluster.replicas=3':1:19: error: the value goes on behind the end of its line\n"
        "hint: write it in one line, for example {a: 1, b: 2}; for another key write --set again");
  CHECK(said_of_set("faults.=1") ==
        "--set 'faults.=1':1:7: error: the path ends with a '.'\nhint: for example --set "
        "cluster.replicas=5");
  CHECK(said_of_set("cluster.replicas=3") == "nothing");
  CHECK(said_of_set("network={loss: 1%}") == "nothing");
}

}  // namespace stampede::tests
