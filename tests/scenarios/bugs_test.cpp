#include "scenarios/running/bugs.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace {

using namespace stampede;
using scenarios::Holds;
using scenarios::KnownBugs;
using scenarios::Outcome;
using scenarios::Trial;
using scenarios::Way;

const std::string root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/";

KnownBugs known() { return scenarios::read_known_bugs(root + "known-bugs.json"); }

scenarios::TrialSettings settings(std::vector<std::string> defects) {
  scenarios::TrialSettings settings;
  settings.folder = root + "catalogue/bugs";
  settings.known = known();
  settings.defects = std::move(defects);
  settings.seeds_without = 10;
  return settings;
}

scenarios::KnownBug& bug(KnownBugs& known, const std::string& defect) {
  return *std::find_if(known.begin(), known.end(),
                       [&](const auto& one) { return one.defect == defect; });
}

}  // namespace

TEST_CASE("bugs: what is known is of each defect that a model declares, and of nothing else",
          "[bugs]") {
  std::vector<std::string> declared;
  for (const engine::Model* model : models::all_models()) {
    for (const engine::Defect& defect : model->defects) declared.push_back(defect.name);
  }
  std::sort(declared.begin(), declared.end());
  std::vector<std::string> recorded;
  for (const scenarios::KnownBug& one : known()) {
    INFO(one.defect);
    recorded.push_back(one.defect);
    for (const Way way : scenarios::ways)
      CHECK(one.by(way).not_because.empty() != one.by(way).sighting.property.empty());
  }
  CHECK(recorded == declared);
}

TEST_CASE("bugs: each is found where it is known to be, and nothing without it", "[bugs]") {
  const Trial trial =
      scenarios::try_bugs(settings({"ping-pong-forgets-to-check", "vrr-start-view-any",
                                    "vrr-late-do-view-change", "multi-paxos-leaves-gaps"}));
  REQUIRE(trial.bugs.size() == 4);
  CHECK(scenarios::outcome_of(trial) == Outcome::as_expected);
  for (const scenarios::TriedBug& tried : trial.bugs) {
    INFO(tried.defect);
    CHECK(tried.failed.empty());
    for (const Way way : scenarios::ways) {
      const scenarios::TriedWay& by = tried.by(way);
      CHECK((by.holds == Holds::as_known || by.holds == Holds::not_applicable));
      CHECK(by.sighting.has_value() == (by.holds == Holds::as_known));
      CHECK(by.without == engine::Verdict::ok);
    }
  }
}

TEST_CASE("bugs: what is found elsewhere, not at all or for the first time does not hold",
          "[bugs]") {
  const std::string id = "ping-pong-forgets-to-check";
  scenarios::TrialSettings wrong = settings({id});
  ++bug(wrong.known, id).script.sighting.at;
  bug(wrong.known, id).explore = {};
  wrong.seeds = 0;
  const Trial trial = scenarios::try_bugs(wrong);
  REQUIRE(trial.bugs.size() == 1);
  CHECK(trial.bugs[0].script.holds == Holds::moved);
  CHECK(trial.bugs[0].sweep.holds == Holds::lost);
  CHECK(trial.bugs[0].explore.holds == Holds::unknown);
  for (const Way way : scenarios::ways)
    CHECK(scenarios::outcome_of(trial.bugs[0].by(way)) == Outcome::unexpected);
  // What was found is what is known from then on.
  KnownBugs after = scenarios::recorded(wrong.known, trial);
  CHECK(bug(after, id).script == bug(wrong.known = known(), id).script);
  CHECK(bug(after, id).explore == bug(wrong.known, id).explore);
}

TEST_CASE("bugs: a limit is undecided, and no success", "[bugs]") {
  scenarios::TrialSettings limited = settings({"vrr-recovery-forgets-view"});
  limited.states_max = 1'000;
  const Trial trial = scenarios::try_bugs(limited);
  REQUIRE(trial.bugs.size() == 1);
  CHECK(trial.bugs[0].explore.holds == Holds::undecided);
  CHECK(scenarios::outcome_of(trial) == Outcome::undecided);
}

TEST_CASE("bugs: what is violated without the defect as well does not hold", "[bugs]") {
  // The file switches the mistake on by its option, which stays when the defect is switched off.
  const auto folder = std::filesystem::temp_directory_path() / "stampede_bugs_test";
  std::filesystem::create_directories(folder);
  const std::string id = "vrr-start-view-any";
  for (const char* kind : {".yaml", "-random.yaml"}) {
    std::ifstream from(root + "catalogue/bugs/" + id + kind);
    std::string text((std::istreambuf_iterator<char>(from)), std::istreambuf_iterator<char>());
    const std::string on = "service: kv, ";
    text.replace(text.find(on), on.size(), on + "options: { accept_start_view: any }, ");
    std::ofstream(folder / (id + kind)) << text;
  }
  scenarios::TrialSettings broken = settings({id});
  broken.folder = folder.string();
  const Trial trial = scenarios::try_bugs(broken);
  std::filesystem::remove_all(folder);
  REQUIRE(trial.bugs.size() == 1);
  for (const Way way : scenarios::ways) {
    const scenarios::TriedWay& by = trial.bugs[0].by(way);
    CHECK(by.without == engine::Verdict::violated);
    CHECK_FALSE(by.wrong_without.empty());
    CHECK(scenarios::outcome_of(by) == Outcome::unexpected);
  }
}

TEST_CASE("bugs: an end on demand keeps what there is", "[bugs]") {
  scenarios::TrialSettings ended = settings({});
  std::size_t seen = 0;
  ended.seen = [&](const scenarios::TriedBug&) { ++seen; };
  ended.interrupted = [&] { return seen == 1; };
  const Trial trial = scenarios::try_bugs(ended);
  CHECK(trial.interrupted);
  CHECK(trial.bugs.size() == seen);
  CHECK(scenarios::outcome_of(trial) == Outcome::undecided);
}

TEST_CASE("bugs: a defect that nobody declares, and a file that is wrong", "[bugs][input]") {
  CHECK_THROWS_WITH(scenarios::try_bugs(settings({"vrr-start-view-ani"})),
                    Catch::Contains("no model has a defect 'vrr-start-view-ani'") &&
                        Catch::Contains("vrr-start-view-any"));
  CHECK_THROWS_WITH(scenarios::read_known_bugs(root + "nowhere.json"),
                    Catch::Contains("nowhere.json: error: cannot be read"));
  scenarios::TrialSettings nowhere = settings({"ping-pong-forgets-to-check"});
  nowhere.folder = root + "nowhere";
  CHECK_THROWS_WITH(
      scenarios::try_bugs(nowhere),
      Catch::Contains("ping-pong-forgets-to-check.yaml: error: cannot read the file"));
}

TEST_CASE("bugs: the whole catalogue holds", "[.campaign]") {
  scenarios::TrialSettings all = settings({});
  all.jobs = 2;
  all.seeds_without = scenarios::TrialSettings{}.seeds_without;
  CHECK(scenarios::outcome_of(scenarios::try_bugs(all)) == Outcome::as_expected);
}
