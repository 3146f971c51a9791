// Faults of a world with several groups: budgets and selectors go by group.
#include <algorithm>
#include <catch2/catch.hpp>

#include "faults/nemesis.hpp"
#include "faults/selector.hpp"

namespace stampede::tests {
namespace {

using engine::Group;
using faults::NodeSelector;

/// Says that it lives, so that there is something to decide.
struct Idler {
  using Messages = engine::Messages<>;
  struct Tick {};
  using Timers = engine::Timers<Tick>;
  std::uint64_t epoch = 0;
  void start(Context& context) { context.arm(Tick{}, engine::milliseconds(1)); }
  void on(const Tick&, Context& context) { start(context); }
};
STAMPEDE_VALUE(Idler::Tick);
STAMPEDE_VALUE(Idler, epoch);
static_assert(engine::Process<Idler>);

void observe(const Idler& idler, NodeId, const Group&, engine::Observation& shown) {
  shown.operational = true;
  shown.leading = idler.epoch != 0;
  shown.epoch = idler.epoch;
}

/// n0 ... n4 are replicas, n4 ... n6 a chain, n7 is a witness that must not fail. n1 and n5 lead.
engine::Assembly three_groups() {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 8; ++i) {
    const Idler idler{i == 1 || i == 5 ? i : 0U};
    assembly.nodes.push_back({"n" + std::to_string(i),
                              i < 5   ? "replica"
                              : i < 7 ? "chain"
                                      : "witness",
                              engine::make_process(idler),
                              {}});
  }
  const auto nodes = [](std::uint32_t first, std::uint32_t last) {
    std::vector<NodeId> list;
    for (std::uint32_t i = first; i <= last; ++i) list.push_back(NodeId{i});
    return list;
  };
  assembly.membership.add({"replica", nodes(0, 4)});
  assembly.membership.add({"chain", nodes(4, 6), {.tolerance = engine::Tolerance::all_but_one}});
  assembly.membership.add({"witness", nodes(7, 7), {.tolerance = engine::Tolerance::none}});
  return assembly;
}

/// Looks after each decision how many of each group are down.
class DownCount final : public engine::WorldObserver {
 public:
  explicit DownCount(const engine::World& world)
      : world_(world), most_(world.membership().groups().size()) {}
  void event(const engine::Event&) override {
    for (std::size_t i = 0; i < most_.size(); ++i) {
      const auto& members = world_.membership().groups()[i].members();
      const auto down = std::count_if(members.begin(), members.end(), [&](NodeId node) {
        return world_.local(node).incarnation > 0 && !world_.up(node);
      });
      most_[i] = std::max(most_[i], static_cast<std::size_t>(down));
    }
  }
  [[nodiscard]] const std::vector<std::size_t>& most() const { return most_; }

 private:
  const engine::World& world_;
  std::vector<std::size_t> most_;
};

std::vector<std::size_t> most_down(bool within_budget) {
  engine::World world(three_groups(), {});
  DownCount count(world);
  world.set_observer(&count);
  faults::Fault fault;
  fault.name = "everybody";
  fault.every = engine::milliseconds(10);
  fault.lasts = engine::milliseconds(15);
  faults::Crash crash;
  for (std::uint32_t i = 0; i < 8; ++i) crash.nodes.nodes.push_back(NodeId{i});
  fault.action = crash;
  faults::NemesisSettings settings;
  settings.within_budget = within_budget;
  faults::Nemesis nemesis({fault}, settings);
  engine::SimulationSettings simulation_settings;
  simulation_settings.virtual_time = engine::seconds(1);
  engine::Simulation simulation(world, simulation_settings, &nemesis);
  simulation.run();
  return count.most();
}

std::vector<NodeId> selected(NodeSelector::Kind kind, std::uint32_t group,
                             std::uint32_t count = 1) {
  engine::World world(three_groups(), {});
  world.start();
  NodeSelector selector;
  selector.kind = kind;
  selector.group = group;
  selector.count = count;
  return faults::select(selector, world, 7).value_or(std::vector<NodeId>{});
}

}  // namespace

TEST_CASE("faults: no group has more members down than it tolerates", "[simulate]") {
  CHECK(most_down(true) == std::vector<std::size_t>{2, 2, 0});
  CHECK(most_down(false) == std::vector<std::size_t>{5, 3, 1});
}

TEST_CASE("faults: selectors draw from the group they name", "[unit]") {
  using Kind = NodeSelector::Kind;
  CHECK(selected(Kind::primary, 0) == std::vector{NodeId{1}});
  CHECK(selected(Kind::primary, 1) == std::vector{NodeId{5}});
  CHECK(selected(Kind::primary, 2).empty());
  CHECK(selected(Kind::backups, 1) == std::vector{NodeId{4}, NodeId{6}});
  CHECK(selected(Kind::all, 1) == std::vector{NodeId{4}, NodeId{5}, NodeId{6}});
  CHECK(selected(Kind::minority, 1).size() == 1);
  CHECK(selected(Kind::majority, 1).size() == 2);
  for (const NodeId node : selected(Kind::random, 1, 2)) CHECK(node.value >= 4);
  CHECK(selected(Kind::random, 0, 5).back() == NodeId{4});
}

}  // namespace stampede::tests
