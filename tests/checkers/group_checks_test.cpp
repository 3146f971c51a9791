// The generic checks of logs, group by group and by each group's quorums.
#include <catch2/catch.hpp>

#include "checkers/monitors/agreement.hpp"
#include "checkers/monitors/convergence.hpp"
#include "engine/world/world.hpp"
#include "tests/checkers/asker.hpp"

namespace stampede::tests {
namespace {

using engine::Group;
using engine::GroupRules;
using engine::QuorumSystem;

/// Shows the log that it boots with, all of it committed.
struct Exhibit {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  engine::SharedLog<OperationId> log{};
  bool leads = false;
};
STAMPEDE_VALUE(Exhibit, log, leads);
static_assert(engine::Process<Exhibit>);

void observe(const Exhibit& exhibit, NodeId, const Group&, engine::Observation& shown) {
  shown.operational = true;
  shown.leading = exhibit.leads;
  shown.log.show<OperationId>(exhibit.log, [](const OperationId& id) { return id; });
  shown.committed = shown.executed = exhibit.log.size();
}

using Numbers = std::vector<std::uint32_t>;

/// Two groups that show these operations of client 0, and a client that turns to one of them.
engine::Assembly exhibition(const std::vector<Numbers>& replicas,
                            const std::vector<Numbers>& masters, const GroupRules& rules = {},
                            const std::string& turns_to = "replica") {
  engine::Assembly assembly;
  const auto add = [&](const std::string& group, const std::vector<Numbers>& logs,
                       const GroupRules& its) {
    std::vector<NodeId> nodes;
    for (const Numbers& numbers : logs) {
      Exhibit exhibit;
      exhibit.leads = nodes.empty();
      for (const std::uint32_t number : numbers) exhibit.log.push_back({ClientId{0}, number});
      nodes.push_back(NodeId{static_cast<std::uint32_t>(assembly.nodes.size())});
      assembly.nodes.push_back({group + std::to_string(nodes.size() - 1),
                                group,
                                engine::make_process(std::move(exhibit)),
                                {}});
    }
    assembly.membership.add({group, std::move(nodes), its});
  };
  add("replica", replicas, rules);
  add("masters", masters, {});
  const NodeId client{static_cast<std::uint32_t>(assembly.nodes.size())};
  assembly.nodes.push_back({"c0", "client", engine::make_process(Asker{}), {}, {{"", turns_to}}});
  assembly.membership.add({"client", {client}, engine::client_rules});
  return assembly;
}

/// What is violated once all have booted and the client has the answer to its first operation.
std::vector<std::string> violated(engine::Assembly assembly) {
  engine::World world(std::move(assembly), {});
  for (const auto& make : {checkers::agreement, checkers::durability,
                           checkers::acknowledged_on_majority, checkers::at_most_once}) {
    engine::Property property = make();
    const std::string bare = property.name;
    world.add_monitor(engine::for_group(property, 0, bare).make());
    if (bare == "agreement" || bare == "at-most-once")
      world.add_monitor(engine::for_group(property, 1, bare + "@masters").make());
  }
  world.start();
  const NodeId client = world.membership().clients().nodes().front();
  REQUIRE(world.begin(client, {{ClientId{0}, 1}, {}, std::nullopt}));
  std::vector<std::string> names;
  for (const engine::Violation& violation : world.violations()) names.push_back(violation.property);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("checks: what one group's nodes show is judged among themselves", "[checkers]") {
  // The groups order different operations: that is no disagreement.
  CHECK(violated(exhibition({{1, 2}, {1, 2}, {1}}, {{7, 8}, {7}})).empty());
  CHECK(violated(exhibition({{1, 2}, {1, 2}, {1, 3}}, {{7, 8}, {7}})) == Names{"agreement"});
  CHECK(violated(exhibition({{1, 2}, {1, 2}, {1}}, {{7, 8}, {7, 9}})) ==
        Names{"agreement@masters"});
  CHECK(violated(exhibition({{1, 1}, {1, 1}, {1}}, {{7, 8}, {7}})) == Names{"at-most-once"});
  CHECK(violated(exhibition({{1, 2}, {1, 2}, {1}}, {{7, 7}, {7}})) ==
        Names{"at-most-once@masters"});
}

TEST_CASE("checks: an answered operation is looked for in the logs of the group that was asked",
          "[checkers]") {
  CHECK(violated(exhibition({{2}, {2}, {2}}, {{1}, {1}})) ==
        Names{"durability", "acknowledged-on-majority"});
  CHECK(violated(exhibition({{2}, {2}, {2}}, {{1}, {1}}, {}, "masters")).empty());
}

TEST_CASE("checks: as many logs have an answered operation as the group acknowledges with",
          "[checkers]") {
  const Numbers has = {1};
  const Numbers empty = {};
  // A majority of four is three.
  CHECK(violated(exhibition({has, has, has, empty}, {{7}})).empty());
  CHECK(violated(exhibition({has, has, empty, empty}, {{7}})) == Names{"acknowledged-on-majority"});
  // Two are enough where whoever takes over hears of three.
  GroupRules rules;
  rules.quorums = [](std::size_t) { return QuorumSystem{2, 3}; };
  CHECK(violated(exhibition({has, has, empty, empty}, {{7}}, rules)).empty());
  CHECK(violated(exhibition({has, empty, empty, empty}, {{7}}, rules)) ==
        Names{"acknowledged-on-majority"});
}

TEST_CASE("checks: each group converges by itself", "[checkers]") {
  const auto missing = [](const std::vector<Numbers>& replicas, const std::vector<Numbers>& masters,
                          std::uint32_t group) {
    engine::World world(exhibition(replicas, masters), {});
    world.start();
    return checkers::not_converged(world, world.membership().groups()[group], false)
        .value_or("nothing");
  };
  CHECK(missing({{1}, {1}}, {{7}, {}}, 0) == "nothing");
  CHECK(missing({{1}, {1}}, {{7}, {}}, 1) ==
        "masters1 has committed 0 and executed 0 of the 1 entries of masters0");
}

}  // namespace stampede::tests
