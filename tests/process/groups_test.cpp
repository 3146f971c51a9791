// Groups: what they tolerate, who decides in them, and which of them a part belongs to.
#include <catch2/catch.hpp>
#include <map>

#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

using engine::Group;
using engine::GroupKind;
using engine::Membership;
using engine::QuorumSystem;
using engine::Tolerance;

struct Greeting {
  std::uint32_t from_part = 0;
};
STAMPEDE_VALUE(Greeting, from_part);

/// Greets the others of its group.
struct Greeter {
  using Messages = engine::Messages<Greeting>;
  using Timers = engine::Timers<>;
  std::uint32_t greeted = 0;

  void greet(std::uint32_t part, Context& context) { context.broadcast(Greeting{part}); }
  void on(const Greeting&, NodeId, Context&) { ++greeted; }
};
STAMPEDE_VALUE(Greeter, greeted);

/// A part with one of its own.
struct Floor {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  Greeter inner{};
  using Parts = engine::Parts<&Floor::inner>;
};
STAMPEDE_VALUE(Floor, inner);

/// Greets from each of its parts as it boots: itself 0, master 1, chain k 10 + k.
struct Tower {
  using Messages = engine::Messages<Greeting>;
  using Timers = engine::Timers<>;
  Greeter master{};
  std::map<std::uint32_t, Floor> chains{};
  using Parts = engine::Parts<&Tower::master, &Tower::chains>;

  void start(Context& context) {
    context.broadcast(Greeting{0});
    Context at_master = context.inside(master);
    master.greet(1, at_master);
    for (const std::uint32_t key : {2U, 3U}) {
      Floor& floor = chains[key];
      Context on_floor = context.inside(floor);
      Context inside = on_floor.inside(floor.inner);
      floor.inner.greet(10 + key, inside);
    }
  }
  void on(const Greeting&, NodeId, Context&) {}
};
STAMPEDE_VALUE(Tower, master, chains);
static_assert(engine::Process<Tower>);

/// Four towers: all are replicas, the first two masters, the last two chain3.
engine::Assembly towers(const std::vector<engine::Binding>& bindings) {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 4; ++i) {
    assembly.nodes.push_back({"t" + std::to_string(i), "replica", engine::make_process(Tower{}),
                              engine::Payload{}, bindings});
  }
  assembly.membership.add({"replica", {NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}}});
  assembly.membership.add({"masters", {NodeId{0}, NodeId{1}}});
  assembly.membership.add({"chain3", {NodeId{2}, NodeId{3}}});
  return assembly;
}

/// Whom node t0 greets from the part with this number.
std::vector<NodeId> greeted(const std::vector<engine::Binding>& bindings, std::uint32_t part) {
  engine::World world(towers(bindings), {});
  world.restart(NodeId{0});
  std::vector<NodeId> nodes;
  for (const engine::MessageSlot slot : world.in_flight()) {
    const engine::InFlight& message = world.message(slot);
    if (message.payload.as<Greeting>().from_part == part) nodes.push_back(message.to);
  }
  return nodes;
}

const std::vector<NodeId> other_replicas = {NodeId{1}, NodeId{2}, NodeId{3}};
const std::vector<NodeId> other_masters = {NodeId{1}};
const std::vector<NodeId> chain3 = {NodeId{2}, NodeId{3}};

std::string message_of(const std::vector<engine::Binding>& bindings) {
  try {
    engine::World world(towers(bindings), {});
  } catch (const engine::AssertionFailed& failed) {
    return failed.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("groups: each rule tolerates its share of the members", "[unit]") {
  using Row = std::vector<std::size_t>;
  const auto row = [](std::size_t members) {
    Row tolerated;
    for (const Tolerance rule : {Tolerance::none, Tolerance::third, Tolerance::minority,
                                 Tolerance::all_but_one, Tolerance::any})
      tolerated.push_back(engine::tolerated(rule, members));
    return tolerated;
  };
  CHECK(row(0) == Row{0, 0, 0, 0, 0});
  CHECK(row(1) == Row{0, 0, 0, 0, 1});
  CHECK(row(2) == Row{0, 0, 0, 1, 2});
  CHECK(row(3) == Row{0, 0, 1, 2, 3});
  CHECK(row(4) == Row{0, 1, 1, 3, 4});
  CHECK(row(5) == Row{0, 1, 2, 4, 5});
  CHECK(row(7) == Row{0, 2, 3, 6, 7});
}

TEST_CASE("groups: quorums that do not intersect are refused", "[unit]") {
  const std::vector<NodeId> nodes = {NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}};
  CHECK(Group("servers", nodes).quorums() == QuorumSystem{3, 3});
  engine::GroupRules rules;
  rules.quorums = [](std::size_t members) { return QuorumSystem{2, members - 1}; };
  CHECK(Group("servers", nodes, rules).quorums() == QuorumSystem{2, 3});
  rules.quorums = [](std::size_t members) { return QuorumSystem{members / 2, members / 2}; };
  CHECK_THROWS_AS(Group("servers", nodes, rules), engine::AssertionFailed);
  // Nobody decides among clients.
  rules.kind = GroupKind::clients;
  CHECK(Group("clients", nodes, rules).members() == nodes);
}

TEST_CASE("groups: members are in order and each once, names are unique", "[unit]") {
  CHECK_THROWS_AS(Group("servers", {NodeId{1}, NodeId{0}}), engine::AssertionFailed);
  CHECK_THROWS_AS(Group("servers", {NodeId{1}, NodeId{1}}), engine::AssertionFailed);
  Membership membership;
  membership.add({"servers", {NodeId{0}}});
  CHECK_THROWS_AS(membership.add({"servers", {NodeId{1}}}), engine::AssertionFailed);
  CHECK_THROWS_AS(static_cast<void>(membership.at("server")), engine::AssertionFailed);
}

TEST_CASE("groups: a client is found under each of its identities", "[unit]") {
  Membership membership;
  membership.add({"servers", {NodeId{0}, NodeId{1}}});
  membership.add({"readers", {NodeId{2}, NodeId{4}}, engine::client_rules});
  membership.add({"writers", {NodeId{3}}, engine::client_rules});
  const engine::Clients& clients = membership.clients();
  CHECK(clients.nodes() == std::vector<NodeId>{NodeId{2}, NodeId{3}, NodeId{4}});
  for (std::uint32_t generation = 0; generation < 3; ++generation) {
    for (std::uint32_t place = 0; place < 3; ++place)
      CHECK(clients.node(clients.identity(place, generation)) == clients.nodes()[place]);
  }
  CHECK(clients.identity(1, 2) == ClientId{7});
  CHECK(clients.place(NodeId{4}) == 2);
  CHECK_FALSE(clients.place(NodeId{0}));
  CHECK_FALSE(clients.contains(NodeId{5}));
}

TEST_CASE("groups: a part belongs to its owner's group unless it is bound to another", "[unit]") {
  CHECK(greeted({}, 0) == other_replicas);
  CHECK(greeted({}, 1) == other_replicas);
  CHECK(greeted({}, 12) == other_replicas);
  const std::vector<engine::Binding> bound = {{"master", "masters"}};
  CHECK(greeted(bound, 0) == other_replicas);
  CHECK(greeted(bound, 1) == other_masters);
  CHECK(greeted(bound, 12) == other_replicas);
  // The whole process, and what it owns with it.
  const std::vector<engine::Binding> all = {{"", "masters"}, {"chains[]", "replica"}};
  CHECK(greeted(all, 0) == other_masters);
  CHECK(greeted(all, 1) == other_masters);
  CHECK(greeted(all, 12) == other_replicas);
}

TEST_CASE("groups: each instance of a map of parts may have one of its own", "[unit]") {
  const std::vector<engine::Binding> one = {{"chains[3]", "chain3"}};
  CHECK(greeted(one, 12) == other_replicas);
  CHECK(greeted(one, 13) == chain3);
  const std::vector<engine::Binding> both = {{"chains[3]", "chain3"}, {"chains[]", "masters"}};
  CHECK(greeted(both, 12) == other_masters);
  CHECK(greeted(both, 13) == chain3);
  // A part of the instances that is bound is so in each of them.
  const std::vector<engine::Binding> inner = {{"chains[3]", "chain3"},
                                              {"chains[].inner", "masters"}};
  CHECK(greeted(inner, 12) == other_masters);
  CHECK(greeted(inner, 13) == other_masters);
}

TEST_CASE("groups: a binding that means nothing is refused", "[unit]") {
  CHECK(message_of({{"mister", "masters"}}) == "no part 'mister' to bind to masters");
  CHECK(message_of({{"chains[x]", "masters"}}) == "no part 'chains[x]' to bind to masters");
  CHECK(message_of({{"master", "misters"}}) == "no group 'misters' in this world");
}

}  // namespace stampede::tests
