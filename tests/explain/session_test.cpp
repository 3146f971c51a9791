#include "explain/session.hpp"

#include <catch2/catch.hpp>

#include "engine/core/error.hpp"
#include "explain/session_script.hpp"
#include "scenarios/running/record.hpp"
#include "tests/traces/temporary_database.hpp"

namespace {

using namespace stampede;
using engine::Decision;
using engine::DecisionKind;
using explain::Session;
using scenarios::Choice;

Session session_over(const std::string& name, std::uint64_t seed = 5) {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml", {});
  return Session(file, file.resolve(seed));
}

Session session_of(const std::string& text, std::uint64_t seed = 5) {
  const auto file = scenarios::ScenarioFile::parse(text, "test.yaml", {});
  return Session(file, file.resolve(seed));
}

/// Three replicas and two clients in time, without faults of their own.
const std::string calm =
    "cluster: { model: viewstamped, replicas: 3, clients: 2 }\n"
    "workload: { operations: 40 }\n"
    "faults:\n"
    "  - partition: { groups: [[r0], [r1, r2, c0, c1]], at: 50s, lasts: 1s, name: alone }\n"
    "limits: { virtual_time: 60s }\n";

void drive(Session& session, std::size_t turns) {
  for (std::size_t i = 0; i < turns; ++i) REQUIRE(session.choose({}).made);
}

Choice by_hand(DecisionKind kind, NodeId node) {
  Choice choice{Choice::Kind::decide, Decision{kind}};
  choice.decision.node = node;
  return choice;
}

Choice about(Choice::Kind kind, const engine::MessageName& message) {
  Choice choice{kind};
  choice.decision.message = message;
  return choice;
}

Choice put(const Session& session, NodeId client, const std::string& value) {
  Choice choice = by_hand(DecisionKind::begin, client);
  const engine::Document written =
      engine::parse_json(R"({"put": ["x", ")" + value + "\"]}", "test");
  choice.decision.operation.operation = session.scenario().cluster.service->parse(written);
  return choice;
}

/// The first message that is offered; until there is one, the run goes on.
engine::MessageName some_message(Session& session) {
  for (;;) {
    for (const explain::Offer& offer : session.offers()) {
      if (offer.decision.kind == DecisionKind::deliver) return offer.decision.message;
    }
    REQUIRE_FALSE(session.choose({}).end);
  }
}

/// Does something of every kind that can be decided.
void meddle(Session& session) {
  const auto do_it = [&](const Choice& choice) { CHECK(session.choose(choice).made); };
  Choice message = by_hand(DecisionKind::duplicate, no_node);
  message.decision.message = some_message(session);
  do_it(message);
  message.decision.kind = DecisionKind::drop;
  message.decision.text = "by hand";
  do_it(message);
  message.decision.kind = DecisionKind::deliver;
  message.decision.message = some_message(session);
  do_it(message);
  do_it(about(Choice::Kind::hold, some_message(session)));
  engine::MessageName link;
  link.from = NodeId{1};
  link.to = NodeId{2};
  do_it(about(Choice::Kind::cut, link));
  session.choose({});
  do_it(by_hand(DecisionKind::crash, NodeId{0}));
  session.choose({});
  do_it(by_hand(DecisionKind::restart, NodeId{0}));
  do_it(by_hand(DecisionKind::pause, NodeId{1}));
  session.choose({});
  do_it(by_hand(DecisionKind::resume, NodeId{1}));
  do_it(about(Choice::Kind::heal, link));
  Choice clock = by_hand(DecisionKind::clock, NodeId{2});
  clock.decision.advance = engine::milliseconds(20);
  do_it(clock);
  const auto& clients = session.world().membership().clients().nodes();
  do_it(put(session, clients.front(), "7"));
}

}  // namespace

TEST_CASE("session: what drives a run makes the same run step by step", "[explain]") {
  for (const char* name :
       {"viewstamped/swarm", "bugs/vrr-state-transfer-truncates", "multi_paxos/reconfiguring-swarm",
        "bugs/primary-backup-obeys-outdated"}) {
    INFO(name);
    Session session = session_over(name);
    const scenarios::RunResult whole = scenarios::run(session.scenario(), {});
    while (!session.choose({}).end) {
    }
    CHECK(session.world().step() == whole.decisions);
    CHECK(session.world().digest() == whole.digest);
  }
}

TEST_CASE("session: all that is chosen reruns as a script to the same digest", "[explain]") {
  struct Sample {
    std::string name;
    std::uint64_t seed = 5;
  };
  for (const Sample& sample :
       {Sample{"viewstamped/swarm", 1}, Sample{"viewstamped/client-crash-storm"},
        Sample{"multi_paxos/swarm"}, Sample{"bugs/vrr-state-transfer-truncates"},
        Sample{"multi_paxos/reconfiguring-swarm"}}) {
    INFO(sample.name);
    Session session = session_over(sample.name, sample.seed);
    session.choose({});
    if (session.run().in_time()) drive(session, 150);
    meddle(session);
    for (int i = 0; i < 40; ++i) session.choose({});
    session.choose({Choice::Kind::leave_script, {}});
    for (int i = 0; i < 40; ++i) session.choose({});
    const std::uint64_t digest = session.world().digest();
    const explain::SessionScript script = explain::script_of(session, "saved.yaml", false);
    CHECK(script.same);
    CHECK(script.result.digest == digest);
    CHECK(script.result.skipped.empty());
    // A stored run of it replays.
    const TemporaryDatabase database("session");
    traces::Store store = traces::Store::create_or_open(database.path());
    const std::int64_t run =
        scenarios::record(store, script.file, script.result, scenarios::Recording::events);
    const scenarios::Rerun again = scenarios::rerun(store, store.load_run(run), {});
    CHECK(again.replay.matches);
    CHECK(again.run.digest == digest);
  }
}

TEST_CASE("session: back and forth comes to the same worlds", "[explain]") {
  Session session = session_of(calm);
  const std::uint64_t start = session.world().digest();
  drive(session, 100);
  REQUIRE(session.mark("before"));
  const std::uint64_t before = session.world().digest();
  meddle(session);
  const std::size_t depth = session.depth();
  const std::uint64_t after = session.world().digest();

  CHECK(session.undo(depth));
  CHECK(session.world().digest() == start);
  CHECK_FALSE(session.undo());
  CHECK(session.redo(depth));
  CHECK(session.world().digest() == after);
  CHECK_FALSE(session.redo());
  CHECK(session.go_to("before"));
  CHECK(session.world().digest() == before);
  CHECK_FALSE(session.go_to("elsewhere"));

  // Something else instead: what followed is kept.
  drive(session, 3);
  CHECK(session.world().digest() != after);
  REQUIRE(session.names().contains("main-1"));
  CHECK(session.go_to("main-1"));
  CHECK(session.world().digest() == after);
  CHECK(session.names().at("main-1").is_current);

  CHECK(session.branch("other"));
  CHECK_FALSE(session.branch("other"));
  CHECK_FALSE(session.mark("other"));
  drive(session, 2);
  CHECK(session.go_to("main-1"));
  CHECK(session.world().digest() == after);
  CHECK(session.go_to("other"));
  CHECK(session.depth() == depth + 2);

  const std::uint64_t step = session.world().step() - 1;
  CHECK(session.go_to(step));
  CHECK(session.world().step() == step);
  CHECK_FALSE(session.go_to(step + 1000));
}

TEST_CASE("session: what comes next again is the same turn", "[explain]") {
  Session session = session_of(calm);
  drive(session, 10);
  session.saved();
  REQUIRE(session.undo(5));
  drive(session, 5);
  CHECK_FALSE(session.is_unsaved());
  CHECK(session.names().size() == 1);
}

TEST_CASE("session: what is held does not arrive before it is released", "[explain]") {
  Session session = session_of(calm);
  drive(session, 30);
  const engine::MessageName name = some_message(session);
  REQUIRE(session.choose(about(Choice::Kind::hold, name)).made);
  CHECK_FALSE(session.choose(about(Choice::Kind::hold, name)).made);
  drive(session, 300);
  const auto slot = session.world().find_message(name);
  REQUIRE(slot);
  for (const explain::Offer& offer : session.offers()) CHECK(offer.decision.message != name);
  REQUIRE(session.choose(about(Choice::Kind::release, name)).made);
  CHECK_FALSE(session.choose(about(Choice::Kind::release, name)).made);
  drive(session, 1);
  CHECK_FALSE(session.world().find_message(name));
}

TEST_CASE("session: what goes over a cut link is lost, until it heals", "[explain]") {
  struct Counter final : engine::WorldObserver {
    void event(const engine::Event& event) override {
      const bool over = event.peer == NodeId{0} && event.node == NodeId{1};
      lost += over && event.kind == engine::EventKind::drop ? 1 : 0;
      came += over && event.kind == engine::EventKind::deliver ? 1 : 0;
    }
    int lost = 0;
    int came = 0;
  };
  Session session = session_of(calm);
  engine::MessageName link;
  link.from = NodeId{0};
  link.to = NodeId{1};
  REQUIRE(session.choose(about(Choice::Kind::cut, link)).made);
  CHECK_FALSE(session.choose(about(Choice::Kind::cut, link)).made);
  Counter cut;
  for (int i = 0; i < 100; ++i) session.choose({}, &cut);
  CHECK(cut.came == 0);
  CHECK(cut.lost > 0);
  REQUIRE(session.choose(about(Choice::Kind::heal, link)).made);
  Counter healed;
  for (int i = 0; i < 100; ++i) session.choose({}, &healed);
  CHECK(healed.came > 0);
  CHECK(healed.lost == 0);
}

TEST_CASE("session: a fault of the scenario begins and ends by hand", "[explain]") {
  Session session = session_of(calm);
  drive(session, 20);
  Choice fault{Choice::Kind::end_fault};
  fault.decision.name = "alone";
  CHECK_FALSE(session.choose(fault).made);
  fault.kind = Choice::Kind::begin_fault;
  REQUIRE(session.choose(fault).made);
  struct Deliveries final : engine::WorldObserver {
    void event(const engine::Event& event) override {
      if (event.kind == engine::EventKind::deliver && event.node == NodeId{0}) ++count;
    }
    int count = 0;
  };
  Deliveries during;
  for (int i = 0; i < 60; ++i) session.choose({}, &during);
  CHECK(during.count == 0);
  fault.kind = Choice::Kind::end_fault;
  REQUIRE(session.choose(fault).made);
  Deliveries after;
  for (int i = 0; i < 200; ++i) session.choose({}, &after);
  CHECK(after.count > 0);
  fault.decision.name = "unknown";
  CHECK_FALSE(session.choose(fault).made);
}

TEST_CASE("session: behind a script the run goes on in time", "[explain]") {
  Session session = session_over("bugs/vrr-state-transfer-truncates");
  drive(session, 5);
  CHECK(session.run().script_left() == 12);
  REQUIRE(session.choose({Choice::Kind::leave_script, {}}).made);
  CHECK_FALSE(session.choose({Choice::Kind::leave_script, {}}).made);
  const std::size_t before = session.world().history().completed();
  drive(session, 400);
  // The client has its own plan, behind what the script had it ask.
  CHECK(session.world().history().completed() > before + 20);
  CHECK(session.violations().empty());
}

TEST_CASE("session: a client that is asked by hand goes on with its plan", "[explain]") {
  Session session = session_of(calm);
  drive(session, 50);
  const NodeId client = session.world().membership().clients().nodes().front();
  REQUIRE(session.choose(put(session, client, "by-hand")).made);
  while (!session.choose({}).end && session.world().history().completed() < 35) {
  }
  std::size_t by_hand_count = 0;
  std::uint32_t last = 0;
  for (const engine::HistoryOperation& operation : session.world().history().operations()) {
    if (operation.operation.to_json().find("by-hand") != std::string::npos) ++by_hand_count;
    if (operation.id.client.value != 0) continue;
    CHECK(operation.id.number == last + 1);
    last = operation.id.number;
  }
  CHECK(by_hand_count == 1);
  CHECK(last > 10);
  CHECK(session.violations().empty());
}

TEST_CASE("session: it sees ahead what would be violated, and how", "[explain]") {
  Session session = session_over("bugs/vrr-state-transfer-truncates");
  drive(session, 12);
  explain::ForesightBound bound;
  // StartViewChange r2->r0 and DoViewChange r0->r2 are behind this one.
  Decision decision{DecisionKind::deliver};
  decision.message = {"StartViewChange", {}, NodeId{0}, NodeId{2}, 2, 0};
  REQUIRE(session.world().find_message(decision.message));
  bound.depth = 1;
  explain::Foresight foresight = session.foresee(decision, bound);
  CHECK_FALSE(foresight.violation);
  CHECK(foresight.whole);
  bound.depth = 2;
  foresight = session.foresee(decision, bound);
  REQUIRE(foresight.violation);
  CHECK(foresight.path.size() == 2);
  // The way leads there.
  CHECK(session.choose({Choice::Kind::decide, decision}).made);
  for (const Decision& one : foresight.path)
    CHECK(session.choose({Choice::Kind::decide, one}).made);
  const auto& violations = session.violations();
  CHECK(std::any_of(violations.begin(), violations.end(), [&](const engine::Violation& one) {
    return one.property == foresight.violation->property;
  }));
  REQUIRE(session.undo(3));
  bound.worlds_max = 3;
  foresight = session.foresee(decision, bound);
  CHECK_FALSE(foresight.violation);
  CHECK_FALSE(foresight.whole);
  CHECK(foresight.worlds == 3);
}

TEST_CASE("session: over a stored run it is the run that was stored", "[explain]") {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/swarm.yaml", {});
  const scenarios::RunResult result = scenarios::run(file.resolve(3), {});
  for (const scenarios::Recording recording :
       {scenarios::Recording::none, scenarios::Recording::schedule}) {
    const TemporaryDatabase database("session");
    traces::Store store = traces::Store::create_or_open(database.path());
    traces::RunRecord stored = store.load_run(scenarios::record(store, file, result, recording));
    Session session = explain::stored_session(stored, {});
    while (!session.choose({}).end) {
    }
    CHECK(session.world().digest() == result.digest);
    stored.digest ^= 1;
    CHECK_THROWS_AS(explain::stored_session(stored, {}), engine::InputError);
  }
}
