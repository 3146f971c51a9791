// tests/data/defect_differences.txt has the first handler that behaves differently without each
// defect of the catalogue; with STAMPEDE_REWRITE=1 in the environment what is found is taken over:
// review the diff.
#include "explain/diff.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/core/error.hpp"
#include "engine/world/decision_text.hpp"
#include "tests/golden/rewriting.hpp"

namespace {

using namespace stampede;
using explain::Parting;
using explain::Tape;

const std::string bugs_root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/";

scenarios::Scenario bug(const std::string& id, std::uint64_t seed,
                        const std::vector<std::string>& overrides) {
  return scenarios::ScenarioFile::load(bugs_root + id + ".yaml", overrides).resolve(seed);
}

const std::vector<std::string> without_defects = {"cluster.defects=[]", "expect=ok"};

/// The defects that have a script; of the others the file that finds them at random.
std::vector<std::string> defects() {
  std::vector<std::string> scripted;
  std::vector<std::string> random;
  for (const auto& entry : std::filesystem::directory_iterator(bugs_root)) {
    std::string id = entry.path().stem().string();
    (id.ends_with("-random") ? random : scripted).push_back(std::move(id));
  }
  for (const std::string& id : random) {
    const std::string defect = id.substr(0, id.size() - std::string("-random").size());
    if (std::find(scripted.begin(), scripted.end(), defect) == scripted.end())
      scripted.push_back(id);
  }
  std::sort(scripted.begin(), scripted.end());
  return scripted;
}

/// The first seed with which the defect does what the file says.
Tape violated(const std::string& id) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    const scenarios::Scenario scenario = bug(id, seed, {});
    if (scenarios::run(scenario, {}).verdict == engine::Verdict::violated) return Tape(scenario);
  }
  throw std::runtime_error(id + " is violated by no seed");
}

std::string effects_text(const char* whose, const std::vector<explain::OwnEffect>& effects,
                         const engine::NodeNames& names) {
  std::string text;
  for (const explain::OwnEffect& effect : effects)
    text += std::string("  ") + whose + ": " + engine::event_text(effect.event(), names) + "\n";
  return text;
}

std::string told(Tape& with, const Parting& found) {
  const engine::NodeNames& names = with.names();
  const explain::Step step = with.step(found.one);
  engine::Document item = engine::decision_document(step.decision, names);
  std::erase_if(item.entries, [](const auto& entry) { return entry.key == "at"; });
  std::string text = "  step " + std::to_string(found.one) + " at " + names.of(step.node) + ": " +
                     item.to_plain_text() + "\n";
  for (const explain::NodeChange& at : found.states)
    text += "  " + names.of(at.node) + ": " + engine::difference_text(at.changes) + "\n";
  return text + effects_text("with the defect", found.one_effects, names) +
         effects_text("without", found.other_effects, names);
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("diff: the first handler that behaves differently without each defect",
          "[explain][text]") {
  std::string table;
  std::size_t count = 0;
  for (const std::string& id : defects()) {
    INFO(id);
    Tape with = violated(id);
    explain::ReplayedElsewhere without =
        explain::replayed_under(with, bug(id, with.scenario().seed, without_defects));
    const std::optional<Parting> found = explain::parting(with, without.tape);
    REQUIRE(found);
    CHECK(found->kind == Parting::Kind::behaviour);
    REQUIRE(found->one != 0);
    CHECK(found->one == found->other);
    CHECK((!found->states.empty() || !found->one_effects.empty() || !found->other_effects.empty()));
    // Up to there nothing can be lost, and what is violated comes from there on.
    for (const explain::LostChoice& lost : without.lost) CHECK(lost.step > found->one);
    for (const scenarios::FoundViolation& violation : with.result().violations)
      CHECK((violation.violation.step == 0 || violation.violation.step >= found->one));
    table += id + "\n" + told(with, *found);
    ++count;
  }
  CHECK(count >= 28);
  const std::string golden =
      std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/defect_differences.txt";
  if (is_rewriting()) std::ofstream(golden) << table;
  CHECK(table == contents(golden));
}

TEST_CASE("diff: under no change a schedule gives the same run", "[explain]") {
  for (const char* id : {"vrr-state-transfer-truncates", "multi-paxos-forgets-votes-random",
                         "primary-backup-obeys-outdated-random"}) {
    INFO(id);
    const scenarios::Scenario scenario = bug(id, 4, {});
    Tape tape(scenario);
    explain::ReplayedElsewhere again = explain::replayed_under(tape, scenario);
    CHECK(again.lost.empty());
    CHECK(again.tape.result().digest == tape.result().digest);
    CHECK(!explain::parting(tape, again.tape));
  }
}

TEST_CASE("diff: two runs of one seed part where the handler differs, as under one schedule",
          "[explain]") {
  const std::string id = "vrr-recovery-without-nonce-random";
  Tape with = violated(id);
  const scenarios::Scenario fixed = bug(id, with.scenario().seed, without_defects);
  Tape without(fixed);
  const std::optional<Parting> runs = explain::parting(with, without);
  explain::ReplayedElsewhere replayed = explain::replayed_under(with, fixed);
  const std::optional<Parting> schedule = explain::parting(with, replayed.tape);
  REQUIRE(runs);
  REQUIRE(schedule);
  CHECK(runs->kind == Parting::Kind::behaviour);
  CHECK(runs->one == schedule->one);
  CHECK(with.step(runs->one).node == without.step(runs->other).node);
}

TEST_CASE("diff: concurrent steps in another order make no difference", "[explain]") {
  // Of two messages to different nodes either may come first.
  const auto in_order = [](const char* first, const char* second) {
    return scenarios::ScenarioFile::parse(
               "cluster: { model: viewstamped, replicas: 3, clients: 1 }\nscript:\n"
               "  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }\n"
               "  - deliver: Request c0->r0\n  - deliver: " +
                   std::string(first) + "\n  - deliver: " + second + "\n" +
                   "  - deliver: PrepareOk r2->r0\n",
               "s.yaml", {})
        .resolve(0);
  };
  Tape one(in_order("Prepare r0->r1", "Prepare r0->r2"));
  Tape other(in_order("Prepare r0->r2", "Prepare r0->r1"));
  CHECK(!explain::parting(one, other));
  // But at one node they do.
  Tape longer(in_order("Prepare r0->r1", "Prepare r0->r2"));
  Tape third(scenarios::ScenarioFile::parse(
                 "cluster: { model: viewstamped, replicas: 3, clients: 1 }\nscript:\n"
                 "  - invoke: { client: c0, operation: { put: [x, 1] }, to: r0 }\n"
                 "  - deliver: Request c0->r0\n  - drop: Prepare r0->r1\n",
                 "s.yaml", {})
                 .resolve(0));
  const std::optional<Parting> found = explain::parting(longer, third);
  REQUIRE(found);
  CHECK(found->kind == Parting::Kind::decision);
  CHECK(longer.step(found->one).decision.kind == engine::DecisionKind::deliver);
  CHECK(third.step(found->other).decision.kind == engine::DecisionKind::drop);
  REQUIRE(found->states.size() == 1);
  CHECK(longer.names().of(found->states.front().node) == "r1");
}

TEST_CASE("diff: another operation is another input, not another behaviour", "[explain]") {
  const auto putting = [](const char* value) {
    return scenarios::ScenarioFile::parse(
               "cluster: { model: viewstamped, replicas: 3, clients: 1 }\nscript:\n"
               "  - invoke: { client: c0, operation: { put: [x, " +
                   std::string(value) + "] }, to: r0 }\n  - deliver: Request c0->r0\n",
               "s.yaml", {})
        .resolve(0);
  };
  Tape one(putting("1"));
  Tape other(putting("2"));
  const std::optional<Parting> found = explain::parting(one, other);
  REQUIRE(found);
  CHECK(found->kind == Parting::Kind::input);
  CHECK(one.step(found->one).decision.kind == engine::DecisionKind::begin);
}

TEST_CASE("diff: choices that no longer exist are said, with why", "[explain]") {
  const std::string id = "vrr-recovering-replica-joins-view-change";
  Tape with(bug(id, 0, {}));
  explain::ReplayedElsewhere without = explain::replayed_under(with, bug(id, 0, without_defects));
  CHECK(!without.lost.empty());
  for (const explain::LostChoice& lost : without.lost) {
    const bool about_message = is_about_message(with.step(lost.step).decision.kind);
    CHECK(about_message == (lost.why == explain::LostChoice::Why::not_in_flight));
  }
  CHECK(without.tape.size() + without.lost.size() == with.size());
  Tape more(bug(id, 0, {"cluster.replicas=5"}));
  CHECK_THROWS_AS(explain::parting(with, more), engine::InputError);
  CHECK_THROWS_AS(explain::replayed_under(with, bug(id, 0, {"cluster.replicas=5"})),
                  engine::InputError);
}
