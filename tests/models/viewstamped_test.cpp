// What a script does not show of Viewstamped Replication: when something is saved, because a save
// ends within its step there, and when timers are due, because it fires them as it likes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <string>

#include "models/viewstamped/core.hpp"
#include "scenarios/running/run.hpp"
#include "scenarios/running/timed.hpp"

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

SavedViews saved_by(const std::string& options) {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, replicas: 3, clients: 2, service: kv, options: { " + options +
          " } }\n"
          "workload: { operations: 60, timeout: 100ms, think_time: 20ms }\n"
          "faults: [ { isolate: { nodes: primary, every: { mean: 300ms }, lasts: 200ms } } ]\n",
      "test", {});
  SavedViews views;
  scenarios::RunSettings settings;
  settings.observer = &views;
  CHECK(scenarios::run(file.resolve(1), settings).violations.empty());
  return views;
}

}  // namespace

TEST_CASE("viewstamped 4.2: a view-number is saved when it rises, and only then",
          "[paper][viewstamped]") {
  const std::string order = GENERATE("true", "false");
  const SavedViews views = saved_by("recovery: view_persisted, saves_first: " + order);
  REQUIRE(views.saved.size() == 3);
  for (const auto& [node, saved] : views.saved) {
    CAPTURE(node.value, saved);
    CHECK(saved.size() >= 2);
    CHECK(std::adjacent_find(saved.begin(), saved.end(), std::greater_equal<>()) == saved.end());
  }
}

TEST_CASE("viewstamped 4.2: who wants a view saves its number, whichever comes first",
          "[paper][viewstamped]") {
  const std::string order = GENERATE("true", "false");
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, replicas: 3, clients: 1, service: kv, options: { "
      "saves_first: " +
          order +
          " } }\nscript:\n  - fire: ViewChangeTimeout r1\n  - complete: { node: r1, file: durable "
          "}\n",
      "test", {});
  CHECK(scenarios::run(file.resolve(1), {}).skipped.empty());
}

TEST_CASE("viewstamped 4.3: without the persisted view nothing is saved", "[paper][viewstamped]") {
  const std::string order = GENERATE("true", "false");
  CHECK(saved_by("recovery: crash_vectors, saves_first: " + order).saved.empty());
}

TEST_CASE("viewstamped 4.1: an answer that commits nothing does not put off the next resend",
          "[paper][viewstamped]") {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, replicas: 5, clients: 1, service: kv }\n", "test", {});
  const scenarios::Scenario scenario = file.resolve(1);
  const auto world = scenarios::build_world(scenario);
  const NodeId primary{0};
  const NodeId client{5};
  world->start();
  const auto plan = scenarios::simulation_settings(scenario, false).clients.plan;
  const engine::BeginOperation operation{{ClientId{0}, 1}, plan(0, 1).value(), primary};
  const auto arrives = [&](const char* type, NodeId from, NodeId to) {
    return world->deliver(world->find_message({type, {}, from, to, 0, 0}).value());
  };
  const auto resends_at = [&]() -> std::optional<engine::Time> {
    const auto timers = world->find_timers({"ResendTimeout", {}, primary, 0, {}, {}});
    if (timers.empty()) return std::nullopt;
    return world->local(primary).timers[timers.front()].deadline;
  };
  REQUIRE(world->begin(client, operation));
  REQUIRE(arrives("Request", client, primary));
  const auto due = resends_at();
  REQUIRE(due);
  for (const std::uint32_t backup : {1U, 2U}) {
    world->set_now(world->now() + engine::milliseconds(10));
    CHECK(resends_at() == due);
    REQUIRE(arrives("Prepare", primary, NodeId{backup}));
    REQUIRE(arrives("PrepareOk", NodeId{backup}, primary));
  }
  // Two of four have it now: it is committed, and nothing is left to be sent again.
  CHECK_FALSE(resends_at());
}

TEST_CASE("viewstamped 7.1: the old group shows its members until it is replaced",
          "[unit][viewstamped]") {
  using models::viewstamped::Status;
  constexpr NodeId leaves{0};
  constexpr NodeId stays{1};
  constexpr NodeId joins{2};
  models::viewstamped::Core core;
  CHECK(core.shown_configuration(leaves) == NodeSet{});
  core.epochs.current = {
      2 * models::viewstamped::views_per_epoch, 7, 0, {leaves, stays}, {stays, joins}};
  core.status = Status::transitioning;
  NodeSet old_members;
  old_members.insert(leaves);
  old_members.insert(stays);
  CHECK(core.shown_configuration(leaves) == old_members);
  CHECK(core.shown_configuration(joins) == NodeSet{});
  core.status = Status::normal;
  NodeSet members;
  members.insert(stays);
  members.insert(joins);
  CHECK(core.shown_configuration(stays) == members);
}

TEST_CASE("viewstamped 4.4: a request is waiting when it is appended, not in its pre-step",
          "[paper][viewstamped]") {
  // The defect loses what a view change drops, and nothing else.
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: viewstamped, service: file, options: { foretelling: quorum, "
      "waiting_follows_log: false } }\n"
      "workload: { operations: 20 }\n"
      "liveness: { faults_stop: 1s, within: 5s }\n",
      "test", {});
  CHECK(scenarios::run(file.resolve(1), {}).verdict == scenarios::Verdict::ok);
}

}  // namespace stampede::tests
