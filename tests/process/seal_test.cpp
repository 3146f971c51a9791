// Signed values and trusted counters: nobody can make what another node would have to make.
#include "engine/process/seal.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

#include "engine/process/behaviours.hpp"
#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

using engine::Certified;
using engine::Seal;
using engine::Signed;
using engine::World;

struct Bill {
  std::uint32_t amount = 0;
};
STAMPEDE_VALUE(Bill, amount);
struct Cheque {
  Signed<Bill> bill{};
};
STAMPEDE_VALUE(Cheque, bill);
struct Ticket {
  Certified<Bill> bill{};
};
STAMPEDE_VALUE(Ticket, bill);
struct Issue {};
STAMPEDE_VALUE(Issue);

// Who has the value and the name of another node has no signature of it.
static_assert(!std::is_aggregate_v<Signed<Bill>> && !std::is_aggregate_v<Certified<Bill>>);
static_assert(!std::is_constructible_v<Signed<Bill>, Bill, NodeId>);
static_assert(!std::is_constructible_v<Certified<Bill>, Signed<Bill>, std::uint64_t>);
static_assert(!std::is_constructible_v<Seal, NodeId, std::uint64_t*>);
static_assert(!engine::Readable<Signed<Bill>> && !engine::Readable<Certified<Bill>>);

/// n0 gives everybody a cheque and a ticket over 5; who gets a cheque hands it on.
struct Bank {
  using Messages = engine::Messages<Cheque, Ticket>;
  using Timers = engine::Timers<Issue>;
  /// What n0 is believed to have signed.
  std::vector<std::uint32_t> amounts{};
  std::vector<std::uint64_t> numbers{};
  /// A cheque that nobody signed is looked at.
  bool is_careless = false;

  void start(Context& context) {
    if (context.self() == NodeId{0}) context.arm(Issue{}, engine::milliseconds(1));
  }
  void on(const Issue&, Context& context) {
    if (is_careless) amounts.push_back(Cheque{}.bill.value().amount);
    context.broadcast(Cheque{context.sign(Bill{5})});
    for (const NodeId member : context.members()) {
      if (member != context.self()) context.send(member, Ticket{context.certify(Bill{5})});
    }
    context.arm(Issue{}, engine::milliseconds(1));
  }
  void on(const Cheque& cheque, NodeId from, Context& context) {
    if (cheque.bill.signer() == NodeId{0}) amounts.push_back(cheque.bill.value().amount);
    if (from == NodeId{0} && context.self() == NodeId{1}) context.send(NodeId{2}, cheque);
  }
  void on(const Ticket& ticket, NodeId, Context&) { numbers.push_back(ticket.bill.number()); }
};
STAMPEDE_VALUE(Bank, amounts, numbers, is_careless);

/// A liar writes what it likes, and signs it: with its own name.
std::vector<Cheque> forge(const Cheque&, const Seal& seal) { return {{seal.sign(Bill{500})}}; }
std::vector<Ticket> forge(const Ticket&, const Seal& seal) { return {{seal.certify(Bill{500})}}; }

engine::Assembly banks(const Bank& first = {}) {
  engine::Assembly assembly;
  for (const char* name : {"n0", "n1", "n2"})
    assembly.nodes.push_back({name, "bank", engine::make_process(first), {}});
  assembly.membership.add({"bank", {NodeId{0}, NodeId{1}, NodeId{2}}});
  return assembly;
}

World world_of(engine::Assembly assembly) {
  World world(std::move(assembly), {7, true, false, 512});
  world.start();
  return world;
}

const Bank& bank(const World& world, std::uint32_t node) {
  return *engine::process_as<Bank>(world.process(NodeId{node}));
}

void deliver_all(World& world) {
  while (world.in_flight_count() > 0) REQUIRE(world.deliver(world.in_flight().front()));
}

engine::Decision issue(std::uint32_t node, std::vector<std::uint32_t> choices = {}) {
  engine::Decision decision{engine::DecisionKind::fire};
  decision.timer = {"Issue", {}, NodeId{node}, 0, {}, {}};
  decision.choices = std::move(choices);
  return decision;
}

}  // namespace

TEST_CASE("seal: a signed value says who signed it, whoever brings it", "[unit]") {
  World world = world_of(banks());
  REQUIRE(world.apply(issue(0)));
  deliver_all(world);
  CHECK(bank(world, 1).amounts == std::vector<std::uint32_t>{5});
  // From n0 and from n1.
  CHECK(bank(world, 2).amounts == std::vector<std::uint32_t>{5, 5});
  CHECK(engine::to_json(Cheque{}) == R"({"bill":{"signer":4294967295,"value":{"amount":0}}})");
}

TEST_CASE("seal: who relays a signed value may change it, and then it is another's", "[unit]") {
  engine::Assembly assembly = banks();
  engine::make_faulty(assembly, "n1", engine::Behaviour::equivocate,
                      &engine::forges<Cheque, Ticket>);
  World world = world_of(std::move(assembly));
  REQUIRE(world.apply(issue(0)));
  engine::Decision relay{engine::DecisionKind::deliver};
  relay.message = {"Cheque", {}, NodeId{0}, NodeId{1}, 0, 0};
  relay.choices = {1};
  REQUIRE(world.apply(relay));
  deliver_all(world);
  CHECK(bank(world, 2).amounts == std::vector<std::uint32_t>{5});
}

TEST_CASE("seal: a value that nobody signed is nothing to look at", "[unit]") {
  World world = world_of(banks({{}, {}, true}));
  REQUIRE(world.apply(issue(0)));
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().property == "no-exception");
}

TEST_CASE("seal: a trusted counter gives no number twice, and keeps counting over crashes",
          "[unit]") {
  engine::Assembly assembly = banks();
  engine::make_faulty(assembly, "n0", engine::Behaviour::equivocate,
                      &engine::forges<Cheque, Ticket>);
  World world = world_of(std::move(assembly));
  // Cheques and tickets for n1 and n2: the tickets are others than the handler made.
  REQUIRE(world.apply(issue(0, {0, 0, 1, 1})));
  REQUIRE(world.crash(NodeId{0}, engine::disk_loses));
  REQUIRE(world.wipe(NodeId{0}));
  REQUIRE(world.restart(NodeId{0}));
  REQUIRE(world.apply(issue(0, {0, 0, 0, 0})));
  deliver_all(world);
  std::vector<std::uint64_t> numbers = bank(world, 1).numbers;
  numbers.insert(numbers.end(), bank(world, 2).numbers.begin(), bank(world, 2).numbers.end());
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers.size() == 4);
  CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
}

TEST_CASE("seal: a twin has no trusted counter", "[unit]") {
  engine::Assembly assembly = banks();
  engine::make_faulty(assembly, "n0", engine::Behaviour::twin, nullptr);
  World world = world_of(std::move(assembly));
  REQUIRE(world.apply(issue(0)));
  CHECK(world.violations().empty());
  REQUIRE(world.apply(issue(3)));
  REQUIRE(world.violations().size() == 1);
  CHECK(world.violations().front().property == "no-exception");
}

}  // namespace stampede::tests
