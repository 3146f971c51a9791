// Spare nodes, and which configuration a group is in by what its nodes show.
#include "engine/world/configurations.hpp"

#include <catch2/catch.hpp>

#include "engine/process/reconfigure.hpp"
#include "models/client/client.hpp"
#include "models/multi_paxos/model.hpp"
#include "models/service/services.hpp"
#include "tests/world/showing.hpp"

namespace stampede::tests {
namespace {

using Members = std::vector<NodeId>;

/// All boot but n3; each goes on so often.
std::vector<Members> configurations_after(const std::vector<std::uint32_t>& goes_on) {
  const Stage old{{}, 1};
  const Stage next{nodes({0, 1, 3}), 2};
  const Stage last{nodes({3}), 3};
  engine::World world(showing({{old, next}, {old, next}, {old}, {old, next, last}}, 3), {});
  world.start();
  CHECK_FALSE(world.up(NodeId{3}));
  CHECK(world.restart(NodeId{3}));
  for (std::uint32_t i = 0; i < goes_on.size(); ++i) {
    for (std::uint32_t times = 0; times < goes_on[i]; ++times) world.fire(NodeId{i}, 0);
  }
  const engine::Group& group = world.membership().main();
  const auto found = engine::configurations_of(group, world);
  CHECK(found.front() == engine::configuration_of(group, world));
  return found;
}

}  // namespace

TEST_CASE("group: members and spares, and the same group in another configuration", "[unit]") {
  const engine::Group group("g", {NodeId{0}, NodeId{1}, NodeId{2}}, {}, {NodeId{3}, NodeId{4}});
  CHECK(group.may_change());
  CHECK(group.everybody().size() == 5);
  CHECK(group.quorums().acknowledging == 2);
  const engine::Group other = group.with({NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}, NodeId{4}});
  CHECK(other.quorums().acknowledging == 3);
  CHECK(other.tolerated() == 2);
  CHECK(group.with({NodeId{4}}).spares().size() == 4);
  engine::Membership membership;
  membership.add(group);
  // A spare of one group that is a member of another runs from the beginning.
  membership.add({"other", {NodeId{4}, NodeId{5}}});
  CHECK(membership.is_spare(NodeId{3}));
  CHECK_FALSE(membership.is_spare(NodeId{4}));
  CHECK(membership.servers().size() == 6);
}

TEST_CASE("world: a group is in the configuration of whoever has committed most", "[unit]") {
  const Members began{NodeId{0}, NodeId{1}, NodeId{2}};
  const Members next{NodeId{0}, NodeId{1}, NodeId{3}};
  CHECK(configurations_after({}) == std::vector<Members>{began});
  // n1 and n2 are where it began still, n3 is not among them.
  CHECK(configurations_after({1}) == std::vector<Members>{next, began});
  // n2 knows nothing of it, but it was removed there: it is needed where it is.
  CHECK(configurations_after({1, 1, 0, 1}) == std::vector<Members>{next, began});
  CHECK(configurations_after({1, 1, 0, 2}) == std::vector<Members>{{NodeId{3}}, next, began});
}

TEST_CASE("group: a crash costs nothing where it takes nobody more", "[unit]") {
  const Members members{NodeId{0}, NodeId{1}, NodeId{2}};
  const auto survives = [&](std::uint32_t node, const std::vector<std::uint32_t>& failed) {
    return engine::survives_crash(engine::Tolerance::minority, members, NodeId{node},
                                  nodes(failed));
  };
  CHECK(survives(0, {}));
  CHECK_FALSE(survives(0, {1}));
  CHECK(survives(1, {1}));
  CHECK(survives(0, {3}));  // n3 is no member
  CHECK(survives(3, {0, 1}));
}

TEST_CASE("world: changes of members are asked for by operations of their own", "[unit]") {
  const engine::Model& model = models::multi_paxos::model();
  engine::ClusterSpec spec;
  spec.spares = 1;
  spec.service = models::service::find_service("kv");
  spec.options = model.read_options(nullptr, {});
  engine::World world(model.assemble(spec), {});
  world.start();
  const NodeId client = world.membership().clients().nodes().front();
  const OperationId id{ClientId{0}, 1};
  const auto change = Operation::of(engine::Reconfigure{{NodeId{0}, NodeId{3}}});
  REQUIRE(world.begin(client, {id, change, std::nullopt}));
  CHECK(world.history().operations().empty());
  REQUIRE(world.administration().find(id) != nullptr);
  CHECK(world.find_operation(id)->operation == change);
  // A number is used once, whatever it was for.
  CHECK_FALSE(world.begin(client, {id, change, std::nullopt}));
  const engine::World copy(world);
  CHECK(copy.find_operation(id) != nullptr);
}

}  // namespace stampede::tests
