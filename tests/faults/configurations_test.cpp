// Faults of a group whose members change: budgets and selectors go by those it has now.
#include <algorithm>
#include <catch2/catch.hpp>

#include "faults/nemesis.hpp"
#include "faults/selector.hpp"
#include "tests/world/showing.hpp"

namespace stampede::tests {
namespace {

using faults::NodeSelector;

/// n0, n1 and n2 began; n3 took the place of n2, as all of them know.
engine::Assembly replaced() {
  const Stage now{nodes({0, 1, 3}), 2};
  return showing({{now}, {now}, {now}, {now}}, 3);
}

/// Looks after each decision how many of some nodes are down.
class MostDown final : public engine::WorldObserver {
 public:
  MostDown(const engine::World& world, std::vector<std::uint32_t> among)
      : world_(world), among_(std::move(among)) {}
  void event(const engine::Event&) override {
    const auto down = std::count_if(among_.begin(), among_.end(), [&](std::uint32_t node) {
      return world_.local(NodeId{node}).incarnation > 0 && !world_.up(NodeId{node});
    });
    most_ = std::max(most_, static_cast<std::size_t>(down));
  }
  [[nodiscard]] std::size_t most() const { return most_; }

 private:
  const engine::World& world_;
  std::vector<std::uint32_t> among_;
  std::size_t most_ = 0;
};

faults::Fault everybody_crashes() {
  faults::Fault fault;
  fault.name = "everybody";
  fault.every = engine::milliseconds(10);
  fault.lasts = engine::milliseconds(15);
  faults::Crash crash;
  for (std::uint32_t i = 0; i < 4; ++i) crash.nodes.nodes.push_back(NodeId{i});
  fault.action = crash;
  return fault;
}

std::size_t most_down(const std::vector<std::uint32_t>& among) {
  engine::World world(replaced(), {});
  MostDown count(world, among);
  world.set_observer(&count);
  faults::Fault boot;
  boot.name = "boot";
  boot.at = engine::milliseconds(1);
  boot.action = faults::Boot{{NodeId{3}}};
  faults::Nemesis nemesis({boot, everybody_crashes()}, {});
  engine::SimulationSettings settings;
  settings.virtual_time = engine::seconds(1);
  engine::Simulation simulation(world, settings, &nemesis);
  simulation.run();
  CHECK(world.local(NodeId{3}).incarnation > 0);
  return count.most();
}

}  // namespace

TEST_CASE("faults: the members that a group has now are never more down than it tolerates",
          "[simulate]") {
  CHECK(most_down({0, 1, 3}) == 1);
  // n2 may be down beside one of them.
  CHECK(most_down({0, 1, 2, 3}) == 2);
}

TEST_CASE("faults: selectors draw from the members that a group has now", "[unit]") {
  engine::World world(replaced(), {});
  world.start();
  const auto selected = [&](NodeSelector::Kind kind) {
    NodeSelector selector;
    selector.kind = kind;
    return faults::select(selector, world, 7).value_or(std::vector<NodeId>{});
  };
  CHECK(selected(NodeSelector::Kind::all) == std::vector{NodeId{0}, NodeId{1}, NodeId{3}});
  CHECK(selected(NodeSelector::Kind::primary) == std::vector{NodeId{0}});
  CHECK(selected(NodeSelector::Kind::backups) == std::vector{NodeId{1}, NodeId{3}});
}

TEST_CASE("faults: a spare node does not run before it boots", "[unit]") {
  engine::World world(replaced(), {});
  faults::Fault boot;
  boot.name = "boot";
  boot.at = engine::milliseconds(5);
  boot.action = faults::Boot{{NodeId{3}}};
  faults::Nemesis nemesis({boot}, {});
  engine::SimulationSettings settings;
  settings.virtual_time = engine::milliseconds(4);
  engine::Simulation simulation(world, settings, &nemesis);
  simulation.run();
  CHECK_FALSE(world.up(NodeId{3}));
}

}  // namespace stampede::tests
