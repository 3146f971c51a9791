// What one room writes of a decision, another reads back.
#include "engine/world/decision_text.hpp"

#include <catch2/catch.hpp>

#include "engine/core/flow_text.hpp"
#include "engine/core/json.hpp"
#include "engine/core/random.hpp"
#include "models/client/client.hpp"
#include "models/service/services.hpp"
#include "scenarios/documents/yaml.hpp"
#include "tests/world/small_processes.hpp"

namespace stampede::tests {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

const engine::ServiceType& service() { return *models::service::find_service("kv"); }
const engine::NodeNames names({"r0", "r1", "s0", "c0", "c1"});

engine::DecisionReader reader() {
  const engine::ProcessType* castle = &engine::process_type<Castle>();
  const engine::ProcessType* scribe = &engine::process_type<Scribe>();
  const engine::ProcessType* client = &engine::process_type<models::client::Client>();
  engine::Membership membership;
  membership.add({"castle", {NodeId{0}}, {}, {NodeId{1}}});
  membership.add({"client", {NodeId{3}, NodeId{4}}, engine::client_rules});
  return {names, {castle, castle, scribe, client, client}, membership, &service()};
}

/// Random decisions of every kind.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : seed_(seed) {}

  Decision decision(DecisionKind kind) {
    Decision made{kind};
    if (coin()) made.at = engine::Time{static_cast<std::int64_t>(below(3'000'000'000'000))};
    for (std::uint64_t i = below(3); i > 0; --i)
      made.choices.push_back(static_cast<std::uint32_t>(below(9)));
    if (is_about_message(kind)) {
      made.message = message();
    } else if (kind == DecisionKind::fire) {
      made.timer = timer();
    } else if (kind == DecisionKind::begin_fault || kind == DecisionKind::end_fault) {
      made.name = text();
    } else {
      made.node = kind == DecisionKind::begin ? NodeId{3 + coin()} : node();
    }
    fill(made);
    return made;
  }

 private:
  std::uint64_t dice() { return engine::draw(seed_, engine::Domain::test, ++draws_); }
  std::uint64_t below(std::uint64_t bound) { return engine::below(dice(), bound); }
  std::uint32_t coin() { return static_cast<std::uint32_t>(below(2)); }
  NodeId node() { return NodeId{static_cast<std::uint32_t>(below(names.size()))}; }

  /// Also what looks like something else to YAML or JSON.
  std::string text() {
    static const std::vector<std::string> texts = {
        "isolate r0",  "12",           "-3.5e7",      "true",   "null", "",
        "a: b",        "# no comment", "{x: 1}",      "[",      "it's", "\"q\"",
        "back\\slash", " spaces ",     "line\nbreak", "- item", "010",  "ends:",
        "~",           "0x1F",         "üñï",         "*star",  "&and", "%percent"};
    return texts[below(texts.size())];
  }

  engine::MessageName message() {
    engine::MessageName name;
    name.type = "News";
    if (coin() == 1) {
      name.type = "guards[].News";
      if (coin() == 1) name.instance = guard(static_cast<std::uint32_t>(below(100)));
    }
    name.from = node();
    name.to = node();
    name.nth = static_cast<std::uint32_t>(below(4));
    if (name.nth != 0) name.copy = static_cast<std::uint32_t>(below(3));
    return name;
  }

  engine::TimerName timer() {
    engine::TimerName name;
    name.nth = static_cast<std::uint32_t>(below(3));
    if (coin() == 1) {
      name.type = "Alarm";
      name.node = NodeId{2};
      if (coin() == 1) name.value = engine::Payload::of(Alarm{static_cast<std::uint32_t>(dice())});
      return name;
    }
    name.type = "guards[].Watch";
    name.node = NodeId{coin()};
    if (coin() == 1) name.instance = guard(static_cast<std::uint32_t>(below(100)));
    if (coin() == 1) {
      Watch watch;
      if (coin() == 1) watch.helper = node();
      watch.node = node();
      if (coin() == 1) {
        name.members = {"node", "helper"};
      } else {
        watch.round = static_cast<std::uint32_t>(dice());
      }
      name.value = engine::Payload::of(watch);
    }
    return name;
  }

  void fill(Decision& made) {
    switch (made.kind) {
      case DecisionKind::drop:
      case DecisionKind::begin_fault:
        made.text = text();
        break;
      case DecisionKind::complete:
        made.name = text();
        break;
      case DecisionKind::begin: {
        made.operation.id = {ClientId{static_cast<std::uint32_t>(below(9))},
                             1 + static_cast<std::uint32_t>(below(9))};
        made.operation.operation = service().parse(
            engine::mapping_document({{"get", engine::text_document(coin() == 1 ? "x" : text())}}));
        if (coin() == 1) made.operation.to = node();
        break;
      }
      case DecisionKind::crash: {
        const engine::DiskOutcome outcomes[] = {
            engine::disk_keeps, engine::disk_loses, engine::disk_tears, {dice(), true, false}};
        made.outcome = outcomes[below(4)];
        break;
      }
      case DecisionKind::clock:
        made.monotonic = coin() == 1;
        made.advance.nanoseconds = static_cast<std::int64_t>(below(5'000'000'000));
        if (!made.monotonic) made.advance.nanoseconds -= 2'000'000'000;
        break;
      default:
        break;
    }
  }

  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
};

std::string block(const Document& item) {
  std::string text;
  for (const std::string& line : engine::decision_lines(item)) text += line + "\n";
  return text;
}

std::string complaint(const std::string& item) {
  try {
    reader().read(scenarios::parse_yaml(item, "s.yaml"));
    return "read";
  } catch (const engine::InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("decision text: whatever is written is read back, in every form and of every kind",
          "[unit]") {
  std::map<DecisionKind, int> read;
  static_cast<void>(reader());  // from here on the types have names
  Writer writer(20);
  for (int round = 0; round < 400; ++round) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<DecisionKind>>(
        [&](auto enumerator) {
          const Decision decision = writer.decision(enumerator.value);
          const Document item = engine::decision_document(decision, names);
          INFO(block(item));
          CHECK(reader().read(item) == decision);
          engine::JsonWriter json;
          write_value(json, item);
          CHECK(reader().read(engine::parse_json(json.str(), "schedule")) == decision);
          CHECK(reader().read(engine::parse_flow(item.to_plain_text(), item)) == decision);
          CHECK(reader().read(scenarios::parse_yaml(block(item), "script")) == decision);
          ++read[decision.kind];
        });
  }
  CHECK(read.size() == 15);
}

TEST_CASE("decision text: the words", "[text]") {
  static_cast<void>(engine::process_type<Castle>());  // its types have keys
  const auto text = [](const Decision& decision) {
    return block(engine::decision_document(decision, names));
  };
  Decision decision{DecisionKind::deliver};
  decision.message = {"guards[].News", guard(3), NodeId{0}, NodeId{3}, 2, 1};
  CHECK(text(decision) == "deliver: guards[3].News r0->c0 nth 2 copy 1\n");
  decision.kind = DecisionKind::drop;
  decision.text = "loss";
  decision.at = engine::milliseconds(5);
  CHECK(text(decision) ==
        "drop: { message: \"guards[3].News r0->c0 nth 2 copy 1\", cause: loss }\nat: 5ms\n");
  Decision fire{DecisionKind::fire};
  fire.timer = {
      "guards[].Watch", guard(7), NodeId{1}, 0, engine::Payload::of(Watch{1, NodeId{0}, {}}), {}};
  fire.choices = {0, 2};
  CHECK(engine::timer_text(fire.timer, names) ==
        "guards[7].Watch r1 {round: 1, node: r0, helper: null}");
  CHECK(text(fire) ==
        "fire: \"guards[7].Watch r1 {round: 1, node: r0, helper: null}\"\nchoices: [0, 2]\n");
  Decision begin{DecisionKind::begin};
  begin.node = NodeId{4};
  begin.operation.id = {ClientId{1}, 2};
  begin.operation.operation =
      service().parse(engine::mapping_document({{"get", engine::text_document("x")}}));
  begin.operation.to = NodeId{1};
  CHECK(text(begin) == "invoke: { client: c1, id: c1.2, operation: {get: x}, to: r1 }\n");
}

TEST_CASE("decision text: an operation without a number is its client's next", "[unit]") {
  engine::DecisionReader one = reader();
  const Document item =
      scenarios::parse_yaml("invoke: { client: c1, operation: { get: x } }", "s.yaml");
  CHECK(one.read(item).operation.id == OperationId{ClientId{1}, 1});
  CHECK(one.read(item).operation.id == OperationId{ClientId{1}, 2});
}

TEST_CASE("decision text: what is no decision is an error with a hint", "[input]") {
  CHECK(complaint("fire: guards[1].Watch r1 nth 0") ==
        "s.yaml:1:7: error: '0' is out of range\nhint: allowed: 1 .. 4294967295");
  CHECK(complaint("fire: \"guards[1].Watch s0 {node: r1}\"") ==
        "s.yaml:1:7: error: 's0' has no timer 'guards[].Watch'\nhint: known: Alarm, Chime");
  CHECK(complaint("fire: \"guards[1].Watch r1 {noed: r1}\"") ==
        "s.yaml:1:7: error: unknown key 'noed'\nhint: did you mean 'node'?");
  CHECK(complaint("fire: \"guards[1].Watch r1 {node: r9}\"") ==
        "s.yaml:1:7: error: unknown node 'r9'\nhint: did you mean 'r0'?");
  CHECK(complaint("deliver: guards[x].News r0->r1") ==
        "s.yaml:1:10: error: 'guards[x].News' names no instance\nhint: as many keys as in "
        "guards[].News");
  CHECK(complaint("{ crash: r0, restart: r0 }") ==
        "s.yaml:1:1: error: a decision is one action\nhint: with 'at' and 'choices' beside it");
  CHECK(complaint("explode: r0").starts_with("s.yaml:1:1: error: 'explode' is not one of: "));
}

TEST_CASE("world: the name of an instance means that instance", "[unit]") {
  engine::World world(assembly_of(Castle{}, Castle{}), {});
  world.start();
  const auto guards = [&](NodeId node) {
    return engine::process_as<Castle>(world.process(node))->guards;
  };
  Decision deliver{DecisionKind::deliver};
  deliver.message = {"guards[].News", guard(7), NodeId{0}, NodeId{1}, 0, 0};
  REQUIRE(world.apply(deliver));
  CHECK(guards(NodeId{1}).at(7).seen == 1);
  CHECK(guards(NodeId{1}).at(3).seen == 0);
  REQUIRE_FALSE(world.apply(deliver));
  // The earliest deadline of all instances is 7's, that of 3 comes later.
  Decision fire{DecisionKind::fire};
  fire.timer = {"guards[].Watch", guard(3), NodeId{0}, 0, {}, {}};
  REQUIRE(world.apply(fire));
  CHECK(guards(NodeId{0}).at(3).seen == 1);
  // By its value, whichever was armed first.
  fire.timer = {"guards[].Watch", {}, NodeId{0}, 0, engine::Payload::of(Watch{3, NodeId{1}, {}}),
                {"round", "node"}};
  CHECK(world.find_timers(fire.timer).size() == 1);
  fire.timer.members = {"node"};
  CHECK(world.find_timers(fire.timer).size() == 2);
}

TEST_CASE("world: an event of a decision carries all of it", "[unit]") {
  struct Collector final : engine::WorldObserver {
    std::vector<Decision> decisions;
    std::vector<std::string> types;
    void event(const engine::Event& event) override {
      if (event.decision == nullptr) {
        CHECK_FALSE(engine::is_decision(event.kind));
        return;
      }
      CHECK(engine::is_decision(event.kind));
      decisions.push_back(*event.decision);
      types.emplace_back(event.type);
    }
  };
  const auto played = [](engine::World& world, Collector& collector) {
    world.set_observer(&collector);
    world.start();
  };
  Scribe first;
  first.first = Task::choose;
  Collector collector;
  engine::World world(assembly_of(first, Castle{}, Scribe{}), {});
  played(world, collector);
  Decision duplicate{DecisionKind::duplicate};
  duplicate.message = {"Order", {}, NodeId{0}, NodeId{2}, 0, 0};
  REQUIRE(world.apply(duplicate));
  Decision deliver{DecisionKind::deliver};
  deliver.message = duplicate.message;
  REQUIRE(world.apply(deliver));
  Decision crash{DecisionKind::crash};
  crash.node = NodeId{2};
  crash.outcome = engine::disk_tears;
  REQUIRE(world.apply(crash));
  Decision wipe{DecisionKind::wipe};
  wipe.node = NodeId{2};
  REQUIRE(world.apply(wipe));
  Decision fire{DecisionKind::fire};
  fire.timer = {"guards[].Watch", guard(3), NodeId{1}, 0, {}, {}};
  REQUIRE(world.apply(fire));
  REQUIRE(collector.decisions.size() == 8);
  CHECK(collector.decisions[3].message.nth == 1);
  // The choice was drawn, and is told.
  CHECK(collector.decisions[4].choices.size() == 1);
  CHECK(collector.decisions[5].outcome == engine::disk_tears);
  CHECK(collector.decisions[6].kind == DecisionKind::wipe);
  CHECK(collector.decisions[7].timer.value == engine::Payload::of(Watch{3, NodeId{0}, {}}));
  CHECK(collector.types[7] == "guards[3].Watch");
  // Nothing but them is needed to do it again.
  engine::World again(assembly_of(first, Castle{}, Scribe{}), {77});
  again.start();
  for (std::size_t i = 3; i < collector.decisions.size(); ++i)
    REQUIRE(again.apply(collector.decisions[i]));
  CHECK(again.digest() == world.digest());
}

}  // namespace stampede::tests
