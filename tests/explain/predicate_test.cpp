#include "explain/predicate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>

#include "engine/core/error.hpp"

namespace {

using namespace stampede;
using engine::EventKind;
using explain::Moment;
using explain::Predicate;
using explain::Tape;
using explain::Watch;

scenarios::ScenarioFile asked_file(const std::string& name) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml", {});
}

explain::Vocabulary words_of(Tape& tape) {
  return explain::vocabulary_of(tape.scenario(), tape.world_at(tape.boots()));
}

/// The steps behind which it holds.
std::vector<std::uint64_t> steps_of(Tape& tape, const std::string& text) {
  const Predicate predicate = Predicate::parse(text, words_of(tape), "asked");
  std::vector<std::uint64_t> steps;
  explain::follow(tape, tape.boots() + 1, tape.size(), [&](Moment& moment) {
    if (predicate.holds(moment) && moment.step() != nullptr) steps.push_back(moment.world().step());
    return true;
  });
  return steps;
}

/// What it says of wrong input.
std::string refusal(Tape& tape, const std::string& text) {
  try {
    Predicate::parse(text, words_of(tape), "asked");
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "nothing";
}

/// Steps of events, by what happened: `deliver Prepare`, `r1 send Prepare`.
struct Happened final : engine::WorldObserver {
  void event(const engine::Event& event) override {
    const std::string what = std::string(boost::describe::enum_to_string(event.kind, "?")) + " " +
                             std::string(event.type);
    steps[what].insert(event.step);
    steps["r" + std::to_string(event.node.value) + " " + what].insert(event.step);
  }
  [[nodiscard]] std::vector<std::uint64_t> at(const std::string& what) const {
    const auto found = steps.find(what);
    if (found == steps.end()) return {};
    return {found->second.begin(), found->second.end()};
  }
  std::map<std::string, std::set<std::uint64_t>> steps;
};

using Oracle = std::function<bool(const engine::World&)>;

/// The same by looking at the world of each step.
std::vector<std::uint64_t> steps_by(Tape& tape, const Oracle& holds) {
  std::vector<std::uint64_t> steps;
  for (std::uint64_t number = tape.boots() + 1; number <= tape.size(); ++number) {
    if (holds(tape.world_at(number))) steps.push_back(number);
  }
  return steps;
}

engine::Document field(const engine::World& world, std::uint32_t node, const char* member) {
  return engine::parse_json(world.state_json(NodeId{node}), "state").at(member);
}

}  // namespace

TEST_CASE("predicate: what happens in a step is what its events say", "[explain]") {
  const scenarios::Scenario scenario = asked_file("viewstamped/swarm").resolve(3);
  Tape tape(scenario);
  Happened happened;
  tape.tell(tape.boots() + 1, tape.size(), happened);
  const std::pair<const char*, const char*> asked[] = {
      {"sends Prepare", "send Prepare"},
      {"r1 sends PrepareOk", "r1 send PrepareOk"},
      {"drops Request", "drop Request"},
      {"ignores PrepareOk", "ignore PrepareOk"},
      {"fires ViewChangeTimeout", "fire ViewChangeTimeout"},
      {"r0 fires CommitTimeout", "r0 fire CommitTimeout"},
      {"crashes", "crash "},
      {"r2 restarts", "r2 restart "},
  };
  std::size_t seen = 0;
  for (const auto& [text, what] : asked) {
    INFO(text);
    CHECK(steps_of(tape, text) == happened.at(what));
    seen += happened.at(what).size();
  }
  CHECK(seen > 50);
  for (const std::string& probe : scenario.model->probes)
    CHECK(steps_of(tape, "reaches " + probe) == happened.at("probe " + probe));
  std::vector<std::uint64_t> delivered = happened.at("deliver Prepare");
  for (const std::uint64_t step : happened.at("ignore Prepare")) delivered.push_back(step);
  std::sort(delivered.begin(), delivered.end());
  CHECK(steps_of(tape, "delivers Prepare") == delivered);
}

TEST_CASE("predicate: fields, roles and their combinations are those of the world", "[explain]") {
  Tape tape(asked_file("bugs/vrr-state-transfer-truncates").resolve(0));
  const auto view = [](const engine::World& world, std::uint32_t node) {
    return std::stoi(field(world, node, "view_number").text);
  };
  const std::pair<const char*, Oracle> asked[] = {
      {"r1 leads", [](const auto& world) { return world.observation(NodeId{1}).leading; }},
      {"r1.view_number >= 1", [&](const auto& world) { return view(world, 1) >= 1; }},
      {"1 <= r1.view_number", [&](const auto& world) { return view(world, 1) >= 1; }},
      {"every replica.view_number >= 1",
       [&](const auto& world) {
         return view(world, 0) >= 1 && view(world, 1) >= 1 && view(world, 2) >= 1;
       }},
      {"r*.view_number >= 2",
       [&](const auto& world) {
         return view(world, 0) >= 2 || view(world, 1) >= 2 || view(world, 2) >= 2;
       }},
      {"not (r0.view_number == r1.view_number or r1.view_number < r2.view_number)",
       [&](const auto& world) {
         return view(world, 0) != view(world, 1) && view(world, 1) >= view(world, 2);
       }},
      {"r2.log.size == 1 and step > 10",
       [](const auto& world) {
         return field(world, 2, "log").items.size() == 1 && world.step() > 10;
       }},
      {"r1.status == normal",
       [](const auto& world) { return field(world, 1, "status").text == "normal"; }},
      {"leader == r1 and time >= 10ms",
       [](const auto& world) {
         return world.observation(NodeId{1}).leading && !world.observation(NodeId{2}).leading &&
                world.now().nanoseconds >= 10'000'000;
       }},
  };
  for (const auto& [text, oracle] : asked) {
    INFO(text);
    const std::vector<std::uint64_t> steps = steps_of(tape, text);
    CHECK(steps == steps_by(tape, oracle));
    CHECK(!steps.empty());
    CHECK(steps.size() < tape.size() - tape.boots());
  }
}

TEST_CASE("predicate: a state is what it would be if it were read whole", "[explain]") {
  // Logs, tables, nodes that crash and come back as another process or the same.
  const auto scenario = GENERATE(as<std::string>{}, "viewstamped/swarm", "chain/craq-swarm",
                                 "bugs/primary-backup-obeys-outdated-random");
  INFO(scenario);
  Tape tape(asked_file(scenario).resolve(1));
  const std::uint64_t last = std::min<std::uint64_t>(tape.size(), tape.boots() + 1'500);
  std::uint64_t asked = 0;
  explain::follow(tape, tape.boots() + 1, last, [&](Moment& moment) {
    const std::uint64_t step = moment.world().step();
    for (std::uint32_t i = 0; i < moment.world().node_count(); ++i) {
      // Some are asked at each step, others seldom.
      if (step % (1 + 5 * i) != 0) continue;
      const engine::Document* state = moment.state(NodeId{i});
      REQUIRE((state != nullptr) == moment.world().up(NodeId{i}));
      if (state == nullptr) continue;
      REQUIRE(*state == explain::state_document(moment.world().process(NodeId{i}), moment.names()));
      ++asked;
    }
    return true;
  });
  CHECK(asked > 1'000);
}

// Hidden: seconds. Prints what docs/performance.md states.
TEST_CASE("predicate: a field of logs that grow is followed in linear time",
          "[.campaign][explain]") {
  std::vector<double> seconds_per_step;
  for (const char* operations : {"workload.operations=14000", "workload.operations=140000"}) {
    auto file = scenarios::ScenarioFile::load(
        std::string(STAMPEDE_SOURCE_DIR) + "/tests/bench/viewstamped-steady-state.yaml",
        {operations});
    Tape tape(file.resolve(1));
    const std::clock_t begun = std::clock();
    CHECK(steps_of(tape, "r1.commit_number >= 1000000").empty());
    const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    std::printf("%llu steps: a field is followed in %.1f s of CPU\n",
                static_cast<unsigned long long>(tape.size()), seconds);
    seconds_per_step.push_back(seconds / static_cast<double>(tape.size()));
  }
  CHECK(seconds_per_step.back() <= 3 * seconds_per_step.front());
}

TEST_CASE("predicate: a value changes in a step, and only there", "[explain]") {
  Tape tape(asked_file("bugs/vrr-state-transfer-truncates").resolve(0));
  std::vector<std::uint64_t> changes;
  for (std::uint64_t number = tape.boots() + 1; number <= tape.size(); ++number) {
    const std::string before = field(tape.world_at(number - 1), 2, "view_number").text;
    if (field(tape.world_at(number), 2, "view_number").text != before) changes.push_back(number);
  }
  REQUIRE(changes.size() > 1);
  CHECK(steps_of(tape, "r2.view_number changes") == changes);
  // Also where nobody looks at it first.
  CHECK(steps_of(tape, "r2 leads and r2.last_normal_view changes").size() == 1);
  const Predicate predicate = Predicate::parse("r2.view_number changes", words_of(tape), "asked");
  CHECK(explain::first_step(tape, predicate, changes[1], tape.size()) == changes[1]);
  CHECK(!explain::first_step(tape, predicate, changes.back() + 1, tape.size()));
}

TEST_CASE("predicate: a violation is a moment, whoever found it", "[explain]") {
  Tape tape(asked_file("bugs/vrr-state-transfer-truncates").resolve(0));
  for (const scenarios::FoundViolation& found : tape.result().violations) {
    const std::vector<std::uint64_t> at = {found.violation.step};
    CHECK(steps_of(tape, "violates " + found.violation.property) == at);
  }
  CHECK(steps_of(tape, "violates").front() == tape.result().violations.front().violation.step);
  CHECK(steps_of(tape, "violates no-exception").empty());
}

TEST_CASE("predicate: what is not there differs from everything and is in no order", "[explain]") {
  Tape tape(asked_file("bugs/vrr-recovery-forgets-view").resolve(0));
  const auto down = steps_of(tape, "any replica is down");
  REQUIRE(!down.empty());
  CHECK(steps_of(tape, "any replica is down and every replica.view_number >= 0").empty());
  CHECK(steps_of(tape, "r0.log[99].view == r1.log[99].view").empty());
  CHECK(steps_of(tape, "r0.log[99].view != r1.log[99].view").size() == tape.size() - tape.boots());
}

TEST_CASE("predicate: wrong ones are refused with their column and what would be right",
          "[explain][input]") {
  Tape tape(asked_file("bugs/vrr-state-transfer-truncates").resolve(0));
  const std::pair<const char*, const char*> refused[] = {
      {"r7.view_number == 1", "asked:1:1: error: unknown node 'r7'\nhint: did you mean 'r0'?"},
      {"r1.view_numbr == 1",
       "asked:1:4: error: unknown field 'view_numbr'\nhint: did you mean 'view_number'?"},
      {"r1 leads and delivers NewStat",
       "asked:1:23: error: unknown message 'NewStat'\nhint: did you mean 'NewState'?"},
      {"r1.view_number",
       "asked:1:1: error: 'r1.view_number' is a number, and not compared\nhint: "
       "write for example 'r1.view_number == VALUE', 'r1.view_number changes'"},
      {"r1.view_number == normal",
       "asked:1:16: error: 'r1.view_number' is a number, 'normal' is a word\nhint: compare values "
       "of one type"},
      {"r1.status < 3",
       "asked:1:11: error: 'r1.status' is a word, which has no order\nhint: compare it with == or "
       "!="},
      {"3 < 4", "asked:1:1: error: two constants are compared\nhint: name a field: r0.FIELD"},
      {"(r1 leads", "asked:1:10: error: a parenthesis is not closed\nhint: write ')'"},
      {"r1 leads r2 leads",
       "asked:1:10: error: 'r2' does not belong here\nhint: join facts with 'and' or 'or'"},
      {"any replca leads",
       "asked:1:5: error: unknown role 'replca'\nhint: did you mean 'replica'?"},
      {"r1 is dwn", "asked:1:7: error: unknown condition 'dwn'\nhint: did you mean 'down'?"},
      {"time > 3",
       "asked:1:6: error: 'time' is a time, '3' is a number\nhint: compare values of "
       "one type"},
      {"r1.view_number = 3",
       "asked:1:16: error: '=' compares nothing\nhint: write ==, !=, <, <=, > or >="},
      {"step == 3q",
       "asked:1:9: error: '3q' is neither a number nor a duration\nhint: for example "
       "3 or 1.5s"},
      {"leader == 'r1",
       "asked:1:11: error: the quotation does not end\nhint: close it with the "
       "same mark"},
      {"", "asked:1:1: error: expected a value\nhint: for example r0.FIELD, leader, 3 or normal"},
      {"3 changes", "asked:1:1: error: '3' never changes\nhint: name a field: r0.FIELD"},
      {"r1 violates durability",
       "asked:1:4: error: no node violates anything, the run does\nhint: "
       "leave out 'r1'"},
  };
  for (const auto& [text, said] : refused) {
    INFO(text);
    CHECK(refusal(tape, text) == said);
  }
  CHECK(refusal(tape, std::string(99, '(') + "r1 leads" + std::string(99, ')')) == "nothing");
  CHECK(refusal(tape, std::string(101, '(')) ==
        "asked:1:101: error: nested too deep\nhint: 100 deep at most");
}

TEST_CASE("predicate: names of instances and nodes with dots are told apart", "[explain]") {
  Tape tape(asked_file("echo_broadcast/liars").resolve(5));
  CHECK(refusal(tape, "any node.view_number == 1").find("unknown field") != std::string::npos);
  const explain::Vocabulary words = words_of(tape);
  for (const std::string& message : words.messages)
    CHECK(refusal(tape, "delivers " + message) == "nothing");
  for (const std::string& node : words.names.all())
    CHECK(refusal(tape, node + " is up") == "nothing");
}

TEST_CASE("watch: values are told when they change, and what they were", "[explain]") {
  Tape tape(asked_file("bugs/vrr-state-transfer-truncates").resolve(0));
  Watch watch = Watch::parse("any replica.view_number", words_of(tape), "--watch");
  Watch leading = Watch::parse("r1 leads or r2 leads", words_of(tape), "--watch");
  std::map<std::string, std::string> known;
  std::vector<std::string> answers;
  explain::follow(tape, tape.boots() + 1, tape.size(), [&](Moment& moment) {
    for (const Watch::Change& change : watch.changes(moment)) {
      CHECK((change.before ? change.before->text : "") == known[change.name]);
      known[change.name] = change.after->text;
    }
    for (std::uint32_t i = 0; i < 3; ++i)
      CHECK(known["r" + std::to_string(i) + ".view_number"] ==
            field(moment.world(), i, "view_number").text);
    for (const Watch::Change& change : leading.changes(moment))
      answers.push_back(change.after->text);
    return true;
  });
  CHECK(answers == std::vector<std::string>{"false", "true"});
  CHECK_THROWS_AS(Watch::parse("3", words_of(tape), "--watch"), engine::InputError);
}
