// What models/consensus promises of a core, shown of every core there is, by one tiny server.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "engine/core/random.hpp"
#include "engine/world/world.hpp"
#include "models/multi_paxos/core.hpp"
#include "models/paxos/core.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::tests {
namespace {

using engine::World;
namespace consensus = models::consensus;
namespace paxos = models::paxos;
namespace multi = models::multi_paxos;
namespace vrr = models::viewstamped;

struct Number {
  std::uint64_t value = 0;
};
STAMPEDE_VALUE(Number, value);
struct ProposeTimeout {};
STAMPEDE_VALUE(ProposeTimeout);

/// Proposes numbers of its own whenever it may, and writes down what it is told in this life.
template <class C>
struct Member {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<ProposeTimeout>;
  using Indications = consensus::IndicatesRestored;
  using Options = typename C::Options;

  C core{};
  std::vector<Operation> proposed{};
  std::vector<consensus::Decided> decided{};
  std::vector<std::uint64_t> led{};

  using Parts = engine::Parts<&Member::core>;
  using Inlined = engine::Inlined<&Member::core>;

  void start(Context& context) {
    context.arm(ProposeTimeout{}, engine::milliseconds(10));
    core.start(context.inside(core));
  }
  void recover(Context& context) {
    context.arm(ProposeTimeout{}, engine::milliseconds(10));
    core.recover(context.inside(core));
  }
  void on(const ProposeTimeout&, Context& context) {
    context.arm(ProposeTimeout{}, engine::milliseconds(10));
    if (!core.can_propose(context.inside(core))) return;
    proposed.push_back(Operation::of(Number{context.unique()}));
    core.propose(proposed.back(), context.inside(core));
  }
  void on(const consensus::Decided& one, Context&) { decided.push_back(one); }
  void on(const consensus::Restored&, Context&) { ASSERT(false); }  // it takes no checkpoints
  void on(const consensus::Leads& leads, Context&) { led.push_back(leads.epoch); }
};
using PaxosMember = Member<paxos::Core>;
STAMPEDE_VALUE(PaxosMember, core, proposed, decided, led);
using MultiPaxosMember = Member<multi::Core>;
STAMPEDE_VALUE(MultiPaxosMember, core, proposed, decided, led);
using ViewstampedMember = Member<vrr::Core>;
STAMPEDE_VALUE(ViewstampedMember, core, proposed, decided, led);

/// Three members, with what the core says of itself as monitors.
template <class C>
World world_of(const typename C::Options& options, std::uint64_t seed) {
  engine::Assembly assembly;
  std::vector<NodeId> nodes;
  const Member<C> boot{};
  for (std::uint32_t i = 0; i < 3; ++i) {
    nodes.push_back(NodeId{i});
    assembly.nodes.push_back({"r" + std::to_string(i), "replica", engine::make_process(boot),
                              engine::Payload::of(options)});
  }
  assembly.membership.add({"replica", nodes});
  World world(std::move(assembly), {seed, true, false, 512});
  if constexpr (requires { C::invariants(options); }) {
    for (const engine::Property& property : C::invariants(options))
      world.add_monitor(property.make());
  }
  world.start();
  return world;
}

template <class C>
const Member<C>& member(const World& world, NodeId node) {
  return *engine::process_as<Member<C>>(world.process(node));
}

/// All that was proposed and decided so far, and what of it is against the interface.
template <class C>
struct Ledger {
  std::set<Operation> proposed{};
  std::vector<Operation> settled{};
  std::string wrong{};

  void look(const World& world) {
    for (const NodeId node : world.members()) {
      if (!world.up(node)) continue;
      const auto& list = member<C>(world, node).proposed;
      proposed.insert(list.begin(), list.end());
    }
    for (const NodeId node : world.members()) {
      if (world.up(node)) look(world.name(node), member<C>(world, node));
    }
  }

  void look(const std::string& name, const Member<C>& one) {
    for (std::size_t i = 0; i < one.decided.size(); ++i) {
      const auto& [position, value] = one.decided[i];
      const std::string what = name + " at " + std::to_string(position);
      if (position != i + 1) wrong = "1. order: " + what;
      if (i < settled.size() && !(settled[i] == value)) wrong = "2. agreement: " + what;
      if (i >= settled.size()) settled.push_back(value);
      if (value && proposed.count(value) == 0) wrong = "3. validity: " + what;
      if (!(one.core.value(position) == value)) wrong = "value(): " + what;
    }
    if (one.core.decided() != one.decided.size()) wrong = "decided(): " + name;
  }
};

void fire_all(World& world, const char* type) {
  for (const NodeId node : world.members()) {
    for (const std::uint32_t timer : world.find_timers({type, {}, node, 0, {}, {}}))
      world.fire(node, timer);
  }
}

void quieten(World& world) {
  while (world.in_flight_count() > 0) world.deliver(world.in_flight().front());
}

/// Loss, copies, disorder, impatience and crashes, as the seed draws them; what came of it.
template <class C>
struct Storm {
  Ledger<C> ledger{};
  std::uint64_t recovered = 0;
  std::vector<engine::Violation> violations{};

  void run(const typename C::Options& options, std::uint64_t seed, bool comes_back) {
    World world = world_of<C>(options, seed);
    for (std::uint64_t i = 0; i < 300 && ledger.wrong.empty() && !world.broken(); ++i) {
      const auto number = [&](std::uint64_t kind, std::uint64_t bound) {
        return engine::below(engine::draw(seed, engine::Domain::test, 4 * i + kind), bound);
      };
      step(
          world, number(0, 100), NodeId{static_cast<std::uint32_t>(number(1, 3))},
          [&](std::size_t size) { return number(2, size); }, comes_back);
      ledger.look(world);
    }
    violations = world.violations();
  }

  template <class Pick>
  void step(World& world, std::uint64_t kind, NodeId node, const Pick& pick, bool comes_back) {
    const std::vector<engine::MessageSlot> messages = world.in_flight();
    if (kind < 78) {
      if (messages.empty()) return;
      const engine::MessageSlot message = messages[pick(messages.size())];
      if (kind < 70) {
        world.deliver(message);
      } else if (kind < 74) {
        world.drop(message, "storm");
      } else {
        world.duplicate(message);
      }
    } else if (kind < 96) {
      const std::size_t count = world.local(node).timers.size();
      if (count > 0) world.fire(node, static_cast<std::uint32_t>(pick(count)));
    } else if (world.up(node)) {
      const auto& members = world.members();
      const bool all_well = std::all_of(members.begin(), members.end(), [&](NodeId one) {
        return world.up(one) && !world.observation(one).recovering;
      });
      if (all_well) world.crash(node, engine::disk_loses);
    } else if (comes_back && world.restart(node)) {
      ++recovered;
    }
  }
};

/// Storms of these many seeds: how much was decided, and the first thing that was wrong.
struct Weather {
  std::uint64_t decided = 0;
  std::string wrong{};
};

template <class C>
Weather weather(const typename C::Options& options, std::uint64_t seeds = 300,
                bool comes_back = true) {
  Weather seen;
  for (std::uint64_t seed = 1; seed <= seeds && seen.wrong.empty(); ++seed) {
    Storm<C> storm;
    storm.run(options, seed, comes_back);
    seen.decided += storm.ledger.settled.size();
    seen.wrong = storm.ledger.wrong;
    if (seen.wrong.empty() && !storm.violations.empty()) {
      const engine::Violation& first = storm.violations.front();
      seen.wrong = first.property + ": " + first.message;
    }
  }
  return seen;
}

/// What the leader proposes is decided everywhere, and every member says so.
template <class C>
void check_calm(std::size_t wanted) {
  World world = world_of<C>({}, 1);
  Ledger<C> ledger;
  for (int round = 0; round < 3; ++round) {
    fire_all(world, "ProposeTimeout");
    quieten(world);
    ledger.look(world);
  }
  // Whoever learns of decisions by what is said later hears it now.
  fire_all(world, "CommitTimeout");
  fire_all(world, "HeartbeatTimeout");
  quieten(world);
  ledger.look(world);
  CHECK(ledger.wrong.empty());
  CHECK(ledger.settled.size() == wanted);
  CHECK(world.violations().empty());
  for (const NodeId node : world.members()) {
    const auto& one = member<C>(world, node);
    INFO(world.name(node));
    CHECK(one.decided.size() == wanted);
    CHECK(one.core.last() == wanted);
  }
}

}  // namespace

TEST_CASE("consensus: what is proposed in a calm is decided by every member of every core",
          "[unit]") {
  check_calm<multi::Core>(3);
  check_calm<vrr::Core>(3);
}

TEST_CASE("consensus: every core keeps its promises in a storm", "[simulate]") {
  // The members of single-decree Paxos do not come back.
  for (const Weather& seen :
       {weather<paxos::Core>({}, 300, false), weather<multi::Core>({}), weather<vrr::Core>({})}) {
    CHECK(seen.wrong.empty());
    CHECK(seen.decided > 150);
  }
}

TEST_CASE("consensus: cores that are wrong are noticed", "[simulate]") {
  paxos::CoreOptions replaces;
  replaces.adopts_accepted = false;
  CHECK(weather<paxos::Core>(replaces, 1'000, false).wrong == "2. agreement: r2 at 1");
  multi::CoreOptions forgets;
  forgets.keeps_votes = false;
  CHECK(weather<multi::Core>(forgets).wrong == "2. agreement: r1 at 1");
  vrr::Options joins;
  joins.recovering_joins_view_change = true;
  CHECK(weather<vrr::Core>(joins).wrong == "2. agreement: r0 at 1");
  vrr::Options assigns;
  assigns.commit_number = vrr::CommitUpdate::assign;
  CHECK(weather<vrr::Core>(assigns).wrong == "decided(): r1");
}

}  // namespace stampede::tests
