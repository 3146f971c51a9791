// Checks that count members count those that the group has now.
#include <catch2/catch.hpp>

#include "checkers/monitors/agreement.hpp"
#include "checkers/monitors/convergence.hpp"
#include "tests/checkers/asker.hpp"
#include "tests/world/showing.hpp"

namespace stampede::tests {
namespace {

using Names = std::vector<std::string>;

/// n0, n1 and n2 are members, n3 and n4 spares that run as well. The client has the answer to its
/// first operation before these nodes go on, in this order.
Names violated(const std::vector<std::vector<Stage>>& stages,
               const std::vector<std::uint32_t>& go_on) {
  engine::Assembly assembly = showing(stages, 3);
  const NodeId client{static_cast<std::uint32_t>(assembly.nodes.size())};
  assembly.nodes.push_back({"c0", "client", engine::make_process(Asker{}), {}, {{"", "member"}}});
  assembly.membership.add({"client", {client}, engine::client_rules});
  engine::World world(std::move(assembly), {});
  for (const auto& make : {checkers::durability, checkers::acknowledged_on_majority}) {
    engine::Property property = make();
    const std::string name = property.name;
    world.add_monitor(engine::for_group(property, 0, name).make());
  }
  world.start();
  for (const std::uint32_t spare : {3U, 4U}) REQUIRE(world.restart(NodeId{spare}));
  REQUIRE(world.begin(client, {{ClientId{0}, 1}, {}, std::nullopt}));
  for (const std::uint32_t node : go_on) REQUIRE(world.fire(NodeId{node}, 0));
  Names names;
  for (const engine::Violation& violation : world.violations()) names.push_back(violation.property);
  return names;
}

const Stage nothing{{}, 0};
const Stage has{{}, 1};

}  // namespace

TEST_CASE("checks: what was answered is in the logs of the members that there are now",
          "[checkers]") {
  const Stage to_both{nodes({1, 3, 4}), 2};
  const std::vector<Stage> leads{has, to_both};
  // n3 has it, n4 need not.
  CHECK(violated({leads, {has}, {nothing}, {has}, {nothing}}, {0}).empty());
  // Neither has it, and n1 is no quorum.
  CHECK(violated({leads, {has}, {nothing}, {nothing}, {nothing}}, {0}) ==
        Names{"acknowledged-on-majority"});
  // Whoever was removed does not count, even if it has all.
  CHECK(violated({{has, {nodes({2, 3, 4}), 2}}, {has}, {nothing}, {nothing}, {nothing}}, {0}) ==
        Names{"durability", "acknowledged-on-majority"});
}

TEST_CASE("checks: a node that shows an older configuration changes nothing", "[checkers]") {
  const Stage to_new{nodes({0, 1, 3}), 3};
  const Stage to_old{nodes({2, 4}), 2};
  const std::vector<std::vector<Stage>> stages{
      {has, to_new}, {has, to_new}, {nothing}, {nothing, to_old}, {nothing}};
  // n3 comes through the configuration that the group has left, and none of its members has it.
  CHECK(violated(stages, {0, 1, 3}).empty());
  CHECK(violated(stages, {3}) == Names{"durability", "acknowledged-on-majority"});
}

TEST_CASE("checks: those converge who are members in the eyes of who leads", "[checkers]") {
  const auto missing = [](const Stage& leads) {
    engine::Assembly assembly = showing({{leads}, {leads}, {nothing}, {nothing}}, 3);
    engine::World world(std::move(assembly), {});
    world.start();
    return checkers::not_converged(world, world.membership().main(), false).value_or("nothing");
  };
  CHECK(missing({nodes({0, 1}), 1}) == "nothing");
  CHECK(missing({{}, 1}) == "n2 has committed 0 and executed 0 of the 1 entries of n0");
  CHECK(missing({nodes({0, 1, 3}), 1}) == "n3 is down");
}

}  // namespace stampede::tests
