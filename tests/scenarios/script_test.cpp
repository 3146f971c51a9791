#include <catch2/catch.hpp>

#include "scenarios/documents/yaml.hpp"
#include "scenarios/running/play.hpp"
#include "tests/world/small_processes.hpp"

namespace stampede::tests {
namespace {

struct Played {
  scenarios::ScriptResult result;
  std::vector<std::uint32_t> seen;
};

/// Plays the script on two castles; how much guards 3 and 7 of the first have seen.
Played played(const std::string& items) {
  const engine::Assembly castles = assembly_of(Castle{}, Castle{});
  const scenarios::Script script = scenarios::read_script(
      scenarios::parse_yaml("script:\n" + items, "s.yaml").at("script"), castles, nullptr);
  engine::World world(castles, {});
  world.start();
  Played made;
  made.result = scenarios::play(script, world, false);
  for (const auto& [number, guard] : engine::process_as<Castle>(world.process(NodeId{0}))->guards)
    made.seen.push_back(guard.seen);
  return made;
}

std::string what_is_wrong_with(const std::string& items) {
  try {
    played(items);
    return "played";
  } catch (const engine::InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("script: a timer is named by its value, in quotes or without", "[unit]") {
  for (const char* item :
       {"- fire: guards[3].Watch n0 {node: n1}", "- fire: \"guards[3].Watch n0 {node: n1}\"",
        "- { fire: guards[3].Watch n0 {node: n1}, at: 5ms }",
        "- fire: guards[].Watch n0 {round: 3, node: n1} # whichever guard has it",
        "- fire: guards[3].Watch n0 {node: n1} nth 2", "- fire: guards[3].Watch n0 {node: 1}"}) {
    INFO(item);
    const Played made = played(item);
    CHECK(made.result.skipped.empty());
    CHECK(made.seen == std::vector<std::uint32_t>{1, 0});
  }
  // The other watch of guard 3, which is not armed any more.
  const Played twice =
      played("- fire: guards[3].Watch n0 {node: n1}\n- fire: guards[3].Watch n0 {node: n1}\n");
  CHECK(twice.result.skipped.size() == 1);
  CHECK(played("- fire: guards[7].Watch n0 {node: n1}").seen == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("script: a value that several armed timers have is an error that lists them", "[input]") {
  CHECK(what_is_wrong_with("- fire: guards[].Watch n0 {node: n1}") ==
        "s.yaml:2:3: error: 2 armed timers are meant\n"
        "hint: one of: 'guards[3].Watch n0 {round: 3, node: n1, helper: null}', "
        "'guards[7].Watch n0 {round: 7, node: n1, helper: null}'");
  CHECK(what_is_wrong_with("- fire: guards[].Watch n0") == "played");
}

TEST_CASE("script: the instance in a name counts", "[unit]") {
  CHECK(played("- deliver: guards[7].News n1->n0").seen == std::vector<std::uint32_t>{0, 1});
  CHECK(played("- deliver: guards[3].News n1->n0").seen == std::vector<std::uint32_t>{1, 0});
  CHECK(played("- deliver: guards[4].News n1->n0").result.skipped.size() == 1);
  // Left open: the oldest of all.
  CHECK(played("- deliver: guards[].News n1->n0").seen == std::vector<std::uint32_t>{1, 0});
}

TEST_CASE("script: a state is expected with nodes by name or by number", "[unit]") {
  const auto failures = [](const std::string& state) {
    const engine::Assembly assembly = assembly_of(Account{}, Account{});
    const scenarios::Script script = scenarios::read_script(
        scenarios::parse_yaml("script:\n- expect: { node: n1, state: " + state + " }", "s.yaml")
            .at("script"),
        assembly, nullptr);
    engine::World world(assembly, {});
    world.start();
    std::vector<std::string> texts;
    for (const auto& failed : scenarios::play(script, world, false).failed_expectations)
      texts.push_back(failed.text);
    return texts;
  };
  const std::vector<std::string> none;
  CHECK(failures("{ owner: n1, debtor: null, debts: { n0: 5 }, friends: [n0, n1] }") == none);
  CHECK(failures("{ owner: 1, debtor: 4294967295, debts: [[0, 5]], friends: [0, 1] }") == none);
  CHECK(failures("{ owner: n0 }") == std::vector<std::string>{"n1: owner is n1"});
  CHECK(failures("{ debts: { n0: 6 } }") == std::vector<std::string>{"n1: debts.n0 is 5"});
  CHECK(failures("{ debts: [[0, 6]] }") == std::vector<std::string>{"n1: debts is {n0: 5}"});
  CHECK(failures("{ debtor: n0 }") == std::vector<std::string>{"n1: debtor is null"});
  CHECK(failures("{ friends: [n0] }") == std::vector<std::string>{"n1: friends is [n0, n1]"});
  CHECK(failures("{ lender: n0 }") == std::vector<std::string>{"n1: lender does not exist"});
}

}  // namespace stampede::tests
