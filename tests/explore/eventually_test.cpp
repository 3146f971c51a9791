// What must hold in the end, by dead ends and fair cycles.
#include <catch2/catch.hpp>
#include <sstream>

#include "engine/explore/state_graph.hpp"
#include "models/viewstamped/replica.hpp"
#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/explore.hpp"

namespace stampede::tests {
namespace {

struct Token {};
STAMPEDE_VALUE(Token);
struct Finish {};
STAMPEDE_VALUE(Finish);

/// Hands a token to the other one for ever; done when it hears Finish.
struct Passer {
  using Messages = engine::Messages<Token, Finish>;
  using Timers = engine::Timers<>;
  bool sends_finish = false;
  bool done = false;

  static NodeId other(const Context& context) { return NodeId{1 - context.self().value}; }
  void start(Context& context) {
    if (context.self().value != 0) return;
    context.send(other(context), Token{});
    if (sends_finish) context.send(other(context), Finish{});
  }
  void on(const Token&, NodeId, Context& context) { context.send(other(context), Token{}); }
  void on(const Finish&, NodeId, Context&) { done = true; }
};
STAMPEDE_VALUE(Passer, sends_finish, done);

void observe(const Passer& passer, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.operational = true;
  shown.executed = passer.done ? 1 : 0;
}

struct OnceMore {};
STAMPEDE_VALUE(OnceMore);
struct Chime {};
STAMPEDE_VALUE(Chime);
struct Work {};
STAMPEDE_VALUE(Work);

/// Its Chime is armed now and then, in the slot before that of its Work, which is armed all along.
struct Beating {
  using Messages = engine::Messages<OnceMore>;
  using Timers = engine::Timers<Chime, Work>;
  bool done = false;

  static void start(Context& context) {
    context.arm(Chime{}, engine::milliseconds(1));
    context.arm(Work{}, engine::milliseconds(1));
  }
  static void on(const Chime&, Context& context) { context.send(context.self(), OnceMore{}); }
  static void on(const OnceMore&, NodeId, Context& context) {
    context.arm(Chime{}, engine::milliseconds(1));
  }
  void on(const Work&, Context&) { done = true; }
};
STAMPEDE_VALUE(Beating, done);

void observe(const Beating& beating, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.operational = true;
  shown.executed = beating.done ? 1 : 0;
}

/// Whether somebody is done in the end.
engine::EventuallyResult judged(std::vector<engine::NodeSpec> nodes, std::size_t worlds,
                                engine::SpaceSettings settings = {}) {
  engine::Assembly assembly;
  assembly.nodes = std::move(nodes);
  std::vector<NodeId> members;
  for (std::uint32_t node = 0; node < assembly.nodes.size(); ++node)
    members.push_back(NodeId{node});
  assembly.membership.add({assembly.nodes.front().role, members});
  const engine::Property done = engine::eventually(
      "done", "", [](const engine::WorldView& world) -> std::optional<std::string> {
        for (std::uint32_t node = 0; node < world.node_count(); ++node) {
          if (world.observation(NodeId{node}).executed == 1) return std::nullopt;
        }
        return "nobody is done";
      });
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  std::vector<std::unique_ptr<engine::Monitor>> searched;
  monitors.push_back(done.make());
  searched.push_back(done.make());
  engine::StateSpace space(std::move(assembly), std::move(searched), std::move(settings));
  const engine::StateGraph graph = engine::build_graph(space, {});
  CHECK(graph.complete());
  CHECK(graph.worlds.size() == worlds);
  return engine::judge_eventually(space, graph, monitors);
}

engine::EventuallyResult judged(bool sends_finish) {
  const auto passer = [&](const char* name) {
    return engine::NodeSpec{name, "passer", engine::make_process(Passer{sends_finish, false}), {}};
  };
  return judged({passer("a"), passer("b")}, sends_finish ? 4 : 2);
}

const std::string two_phase_commit = std::string(STAMPEDE_SOURCE_DIR) +
                                     "/scenarios/catalogue/two_phase_commit/oracle-5-managers.yaml";

scenarios::Scenario small_commit(const std::string& explore) {
  return scenarios::ScenarioFile::load(
             two_phase_commit, {"cluster.replicas=2", "checks=[two-phase-commit/decides]", explore})
      .resolve(0);
}

}  // namespace

TEST_CASE("eventually: a fair cycle in which it never holds is a lasso", "[explore]") {
  const engine::EventuallyResult result = judged(false);
  REQUIRE(result.violated.size() == 1);
  CHECK(result.violated.front().cycle_from == 0);
  CHECK(result.violated.front().found.path.size() == 2);
}

TEST_CASE("eventually: a cycle that leaves a message waiting for ever is not fair", "[explore]") {
  const engine::EventuallyResult result = judged(true);
  CHECK(result.violated.empty());
  CHECK(result.undecided.empty());
}

TEST_CASE("eventually: a cycle that leaves a timer waiting for ever is not fair", "[explore]") {
  engine::SpaceSettings settings;
  const std::uint32_t unlimited = engine::Budgets::unlimited;
  settings.budgets.timers = {{"Chime", unlimited}, {"Work", unlimited}};
  const engine::EventuallyResult result =
      judged({{"a", "beating", engine::make_process(Beating{}), {}}}, 4, settings);
  CHECK(result.violated.empty());
  // Who is never given the time for it may never do it.
  settings.budgets.timers = {{"Chime", unlimited}};
  CHECK(judged({{"a", "beating", engine::make_process(Beating{}), {}}}, 2, settings)
            .violated.size() == 1);
}

TEST_CASE("eventually: dead ends count, unless something waits for a budget", "[explore]") {
  const std::string all = "Vote: unlimited, Decide: unlimited, GiveUp: unlimited";
  CHECK(scenarios::explore(small_commit("explore={timers: {" + all + "}}"), {}).verdict ==
        scenarios::Verdict::ok);
  // A lost decision is never sent again.
  const auto lossy =
      scenarios::explore(small_commit("explore={drops: 1, timers: {" + all + "}}"), {});
  REQUIRE(lossy.counterexamples.size() == 1);
  CHECK(lossy.counterexamples.front().length == 4);
  // Without its GiveUp the coordinator may wait for ever, but GiveUp was not looked at.
  const auto open = scenarios::explore(
      small_commit("explore={timers: {Vote: unlimited, Decide: unlimited}}"), {});
  CHECK(open.verdict == scenarios::Verdict::undecided);
  CHECK(open.undecided.size() == 1);
}

TEST_CASE("sometimes: behind caps nobody has looked", "[explore]") {
  const auto searched = [](const std::string& caps) {
    const std::string file =
        std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/paxos/oracle-2-clients.yaml";
    return scenarios::explore(
        scenarios::ScenarioFile::load(file, {"checks=[paxos/decides]", "explore.caps=" + caps})
            .resolve(0),
        {});
  };
  const auto capped = searched("{epoch: 0}");
  CHECK(capped.search.complete);
  CHECK(capped.verdict == scenarios::Verdict::undecided);
  REQUIRE(capped.undecided.size() == 1);
  CHECK(capped.undecided.front() == "paxos/decides: not reached within the caps");
  CHECK(searched("{epoch: 1}").verdict == scenarios::Verdict::ok);
}

TEST_CASE("state graph: all states and decisions are written", "[explore]") {
  const auto scenario = small_commit(
      "explore={timers: {Vote: unlimited, Decide: unlimited, GiveUp: unlimited}, reductions: []}");
  std::ostringstream dot;
  scenarios::write_state_graph(scenario, engine::GraphFormat::dot, {}, dot);
  std::ostringstream graphml;
  scenarios::write_state_graph(scenario, engine::GraphFormat::graphml, {}, graphml);
  const auto count = [](const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  };
  const auto searched = scenarios::explore(scenario, {});
  CHECK(count(graphml.str(), "<node ") == searched.search.figures.unique_states);
  CHECK(count(graphml.str(), "<edge ") + 1 == searched.search.figures.generated_states);
  CHECK(count(dot.str(), " -> ") + 1 == searched.search.figures.generated_states);
}

TEST_CASE("reductions: what Multi-Paxos declares holds, crashes included", "[explore]") {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) +
          "/scenarios/catalogue/bugs/multi-paxos-adopts-own-votes.yaml",
      {"cluster.defects=[]", "expect=ok",
       "explore={timers: {ElectionTimeout: 1}, crashes: 1, plan: {c0: [{put: [x, 1]}]}}"});
  for (const scenarios::ReductionCheck& one : scenarios::check_reductions(file.resolve(0), {})) {
    INFO(one.name << (one.wrong.empty() ? "" : ": " + one.wrong.front()));
    CHECK(one.complete);
    CHECK(one.wrong.empty());
    CHECK(one.states_reduced <= one.states_raw);
  }
}

TEST_CASE("reductions: what VRR declares holds, and a wrong declaration is noticed",
          "[explore][viewstamped]") {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) +
          "/scenarios/catalogue/bugs/vrr-state-transfer-truncates.yaml",
      {"cluster.defects=[]", "expect=ok",
       "explore={timers: {ViewChangeTimeout: 1}, plan: {c0: [{put: [x, 1]}]}}"});
  scenarios::Scenario scenario = file.resolve(0);
  for (const scenarios::ReductionCheck& one : scenarios::check_reductions(scenario, {})) {
    INFO(one.name << (one.wrong.empty() ? "" : ": " + one.wrong.front()));
    CHECK(one.complete);
    CHECK(one.wrong.empty());
    CHECK(one.states_reduced <= one.states_raw);
  }
  engine::Model wrong = *scenario.model;
  scenario.model = &wrong;
  // Nobody reads StartViewChange any more.
  wrong.exploration.dead = [](const engine::DeadQuery& query) {
    return query.message.type().name == "StartViewChange";
  };
  CHECK_FALSE(scenarios::check_reductions(scenario, {}).front().wrong.empty());
  wrong.exploration.dead = nullptr;
  // A replica forgets that it has sent its DoViewChange.
  wrong.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::viewstamped::Replica>(process) != nullptr)
      static_cast<models::viewstamped::Replica*>(process.get())
          ->core.view_change.sent_do_view_change = false;
  };
  CHECK_FALSE(scenarios::check_reductions(scenario, {}).front().wrong.empty());
}

}  // namespace stampede::tests
