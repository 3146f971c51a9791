#include "explain/story.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/story_report.hpp"
#include "explain/rehearsal.hpp"
#include "tests/golden/rewriting.hpp"

namespace {

namespace fs = std::filesystem;
using namespace stampede;
using explain::Story;
using explain::Tape;

const fs::path bugs = fs::path(STAMPEDE_SOURCE_DIR) / "scenarios/catalogue/bugs";

/// Scripts of the catalogue's bugs.
std::vector<fs::path> bug_scripts() {
  std::vector<fs::path> scripts;
  for (const fs::directory_entry& entry : fs::directory_iterator(bugs)) {
    if (!entry.path().stem().string().ends_with("-random")) scripts.push_back(entry.path());
  }
  std::sort(scripts.begin(), scripts.end());
  return scripts;
}

Tape tape_of(const fs::path& path, std::uint64_t seed) {
  return Tape(scenarios::ScenarioFile::load(path.string(), {}).resolve(seed));
}

std::string told_text(Tape& tape) {
  explain::NoReturnSettings settings;
  settings.cuts = 0;
  settings.states_max = 5'000;
  std::string text;
  for (const std::string& line :
       cli::story_lines(cli::tell_story(tape, *explain::told_violation(tape), settings), tape))
    text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("story: every bug of the catalogue is told as written", "[explain]") {
  for (const fs::path& script : bug_scripts()) {
    INFO(script.string());
    Tape tape = tape_of(script, 0);
    REQUIRE(explain::told_violation(tape) != nullptr);
    const std::string told = told_text(tape);
    const fs::path golden =
        fs::path(STAMPEDE_SOURCE_DIR) / "tests/data/stories" / (script.stem().string() + ".txt");
    if (is_rewriting()) std::ofstream(golden) << told;
    std::stringstream expected;
    expected << std::ifstream(golden).rdbuf();
    CHECK(told == expected.str());
  }
}

TEST_CASE("story: it is short, ends where the property breaks, and names a guard", "[explain]") {
  for (const fs::path& script : bug_scripts()) {
    INFO(script.string());
    Tape tape = tape_of(script, 0);
    const engine::Violation& violation = *explain::told_violation(tape);
    const Story story = explain::story_of(tape, violation);
    CHECK(story.sentences.size() <= Story::sentences_max);
    CHECK(story.sentences.size() >= 4);
    CHECK(story.sentences.back().step == story.contradiction.later);
    CHECK(std::is_sorted(story.sentences.begin(), story.sentences.end(),
                         [](const auto& a, const auto& b) { return a.step < b.step; }));
    CHECK_FALSE(story.broken_guards.empty());
    CHECK(story.contradiction.earlier < story.contradiction.later);
    for (const explain::BrokenGuard& guard : story.broken_guards)
      CHECK(guard.step <= story.contradiction.later);
  }
}

TEST_CASE("story: a step rehearsed by itself is the step that the world made", "[explain]") {
  for (const std::string name :
       {"vrr-recovery-forgets-view-random", "vrr-start-view-any", "echo-broadcast-counts-messages",
        "primary-backup-masters-answer-before-saved-random"}) {
    INFO(name);
    Tape tape = tape_of(bugs / (name + ".yaml"), 1);
    const explain::Rehearsal rehearsal(tape.scenario());
    const std::uint64_t last = std::min<std::uint64_t>(tape.size(), 400);
    std::size_t rehearsed = 0;
    for (std::uint64_t number = tape.boots() + 1; number <= last; ++number) {
      const auto step = rehearsal.step(tape.world_at(number - 1), tape.step(number).decision);
      if (!step || step->effects.exception) continue;
      ++rehearsed;
      INFO("step " << number);
      CHECK(step->after == tape.world_at(number).local(step->node));
    }
    CHECK(rehearsed > 5);
  }
}

TEST_CASE("story: without the defect every step is what correct code does", "[explain]") {
  const fs::path script = bugs / "vrr-state-transfer-truncates.yaml";
  const scenarios::Scenario wrong = scenarios::ScenarioFile::load(script.string(), {}).resolve(0);
  const std::vector<std::string> without = {"cluster.defects=[]", "expect=ok"};
  const scenarios::Scenario right =
      scenarios::ScenarioFile::load(script.string(), without).resolve(0);
  REQUIRE(explain::corrected(wrong).has_value());
  CHECK(explain::corrected(wrong)->cluster.options == right.cluster.options);
  CHECK_FALSE(explain::corrected(right).has_value());
  CHECK(explain::told_violation(Tape(right)) == nullptr);
}

TEST_CASE("story: of a timed run, of whatever property it breaks", "[explain]") {
  struct Sample {
    std::string name;
    std::uint64_t seed;
  };
  for (const Sample& sample : {Sample{"vrr-recovery-without-nonce-random", 7},
                               Sample{"multi-paxos-forgets-votes-random", 1},
                               Sample{"ping-pong-forgets-to-check-random", 1}}) {
    INFO(sample.name);
    Tape tape = tape_of(bugs / (sample.name + ".yaml"), sample.seed);
    REQUIRE_FALSE(tape.result().violations.empty());
    for (const scenarios::FoundViolation& found : tape.result().violations) {
      INFO(found.violation.property);
      const Story story = explain::story_of(tape, found.violation);
      CHECK(story.sentences.size() <= Story::sentences_max);
      CHECK_FALSE(story.broken_guards.empty());
    }
  }
}
