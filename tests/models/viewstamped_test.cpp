// What a script does not show of Viewstamped Replication, because a save ends within its step.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <string>

#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

/// The views that each node has on disk, in the order in which their saves ended.
class SavedViews final : public engine::WorldObserver {
 public:
  std::map<NodeId, std::vector<std::uint64_t>> saved;

  bool wants_state(std::uint64_t, NodeId) const override { return false; }
  void event(const engine::Event& event) override {
    if (event.kind != engine::EventKind::complete) return;
    const engine::Document cell = engine::parse_json(event.detail, "saved");
    saved[event.node].push_back(std::stoull(cell.at("view_number").text));
  }
};

}  // namespace

TEST_CASE("viewstamped 4.2: a view-number is saved when it rises, and only then",
          "[paper][viewstamped]") {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, replicas: 3, clients: 2, service: kv }\n"
      "workload: { operations: 60, timeout: 100ms, think_time: 20ms }\n"
      "faults: [ { isolate: { nodes: primary, every: { mean: 300ms }, lasts: 200ms } } ]\n",
      "test", {});
  SavedViews views;
  scenarios::RunSettings settings;
  settings.observer = &views;
  CHECK(scenarios::run(file.resolve(1), settings).violations.empty());
  REQUIRE(views.saved.size() == 3);
  for (const auto& [node, saved] : views.saved) {
    CAPTURE(node.value, saved);
    CHECK(saved.size() >= 2);
    CHECK(std::adjacent_find(saved.begin(), saved.end(), std::greater_equal<>()) == saved.end());
  }
}

}  // namespace stampede::tests
