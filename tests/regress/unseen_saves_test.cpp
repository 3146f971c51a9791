// Searches completed saves within their step: what was told before it was saved was never lost, and
// the verdict did not say so.
#include <catch2/catch.hpp>

#include "models/multi_paxos/model.hpp"
#include "models/multi_paxos/replica.hpp"
#include "scenarios/running/check_reductions.hpp"
#include "scenarios/running/explore.hpp"

namespace stampede::tests {
namespace {

using Names = std::vector<std::string>;

scenarios::ExploreResult explored(const std::string& defect, const Names& overrides) {
  const auto file = scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs/" + defect + ".yaml",
      overrides);
  const scenarios::Scenario scenario = file.resolve(file.seed());
  engine::SearchSettings settings;
  settings.stop_at = scenario.expect_explore.violation;
  return scenarios::explore(scenario, settings);
}

/// To be violated: a crash of who has said that it has voted.
struct NoVoterCrashes {
  NodeSet voted{};
  using Hears = engine::Messages<models::multi_paxos::Accepted>;

  void on(const engine::MessageSent& sent, engine::Judge&) { voted.insert(sent.from); }
  void on(const engine::Crashed& crashed, engine::Judge& judge) const {
    if (voted.contains(crashed.node)) judge.violated("a voter crashed", {crashed.node});
  }
};
STAMPEDE_VALUE(NoVoterCrashes, voted);

}  // namespace

TEST_CASE("regress: what is told before it is saved is found by a search that sees saves",
          "[explore][regress]") {
  const std::map<std::string, std::pair<std::string, std::uint64_t>> expected = {
      {"multi-paxos-answers-before-saved", {"acknowledged-on-majority", 7}},
      {"vrr-tells-view-before-saved", {"viewstamped/promise-kept", 7}},
      {"echo-broadcast-tells-before-saved", {"echo-broadcast/integrity", 8}},
      {"primary-backup-masters-answer-before-saved", {"multi-paxos/chosen-stays@masters", 11}}};
  for (const auto& [defect, wanted] : expected) {
    INFO(defect);
    const auto seen = explored(defect, {});
    CHECK(seen.verdict == scenarios::Verdict::violated);
    CHECK(seen.not_seen.empty());
    const auto found = std::find_if(seen.counterexamples.begin(), seen.counterexamples.end(),
                                    [&, &property = wanted.first](const auto& one) {
                                      return one.violation.property == property;
                                    });
    REQUIRE(found != seen.counterexamples.end());
    CHECK(found->length == wanted.second);

    const auto unseen = explored(defect, {"explore.saves=in_step", "expect=ok"});
    CHECK(unseen.verdict == scenarios::Verdict::ok);
    CHECK(unseen.search.complete);
    CHECK(unseen.not_seen == Names{"saves in one step"});

    const auto corrected = explored(defect, {"cluster.defects=[]", "expect=ok"});
    CHECK(corrected.verdict == scenarios::Verdict::ok);
    CHECK(corrected.search.complete);
    CHECK(corrected.not_seen.empty());
  }
}

TEST_CASE("regress: no message is dead while a crash may take back what makes it so",
          "[explore][regress]") {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: { model: multi_paxos, replicas: 3, clients: 1, service: kv }\n"
      "explore: { crashes: 1, timers: { ElectionTimeout: 1 }, plan: { c0: [ { put: [x, 1] } ] } "
      "}\n",
      "dead.yaml", {});
  engine::SearchSettings settings;
  const auto checks = scenarios::check_reductions(file.resolve(0), settings);
  REQUIRE_FALSE(checks.empty());
  for (const scenarios::ReductionCheck& one : checks) {
    INFO(one.name << ": " << (one.wrong.empty() ? "" : one.wrong.front()));
    CHECK(one.wrong.empty());
    CHECK(one.complete);
  }
}

TEST_CASE("regress: a crash is told as what it takes, and not as what it leaves",
          "[explore][regress]") {
  engine::Model model = models::multi_paxos::model();
  model.properties = [](const engine::ClusterSpec& cluster) {
    std::vector<engine::Property> list = models::multi_paxos::model().properties(cluster);
    list.push_back(engine::monitor_property("no-voter-crashes", "", NoVoterCrashes{}));
    return list;
  };
  const std::string text =
      "cluster: { model: multi_paxos, clients: 1 }\nchecks: [no-voter-crashes]\n"
      "explore: { crashes: 1, plan: { c0: [ { put: [x, 1] } ] } }\n";
  const auto file = scenarios::ScenarioFile::parse(text, "voter.yaml", {}, {&model});
  const auto seen = scenarios::explore(file.resolve(0), {});
  REQUIRE(seen.counterexamples.size() == 1);
  const scenarios::Counterexample& found = seen.counterexamples.front();
  std::string all;
  for (const std::string& changed : found.changes) all += changed + "\n";
  // Its vote is on disk; what it shows of its log is not.
  CHECK(all.find("stable.votes +1 entry") != std::string::npos);
  CAPTURE(all);
  CHECK(found.script.back().starts_with("crash:"));
  CHECK(found.changes.back().find("log -1 entry") != std::string::npos);
  CHECK(found.changes.back().find("stable") == std::string::npos);
}

}  // namespace stampede::tests
