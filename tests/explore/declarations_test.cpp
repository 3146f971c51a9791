// Every declaration in the house, with something broken that it rests on: the protocol, by its
// defects, while the declaration is told of the protocol without them; or the declaration, which
// says a little too much. Each time the search stops with two states.
#include <catch2/catch.hpp>

#include "models/client/client.hpp"
#include "models/detector/heartbeat.hpp"
#include "models/multi_paxos/model.hpp"
#include "models/multi_paxos/replica.hpp"
#include "models/paxos/model.hpp"
#include "models/paxos/server.hpp"
#include "models/primary_backup/master.hpp"
#include "models/primary_backup/model.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/two_phase_commit/model.hpp"
#include "models/two_phase_commit/two_phase_commit.hpp"
#include "models/viewstamped/model.hpp"
#include "models/viewstamped/replica.hpp"
#include "tests/explore/declared.hpp"

namespace stampede::tests {
namespace {

using engine::Model;

const std::string one_put = "plan: { c0: [ { put: [x, 1] } ] }";

// ----- viewstamped -----

scenarios::ExploreResult searched_views(Model& model, const std::string& defect,
                                        const std::string& budgets) {
  return searched(model, "replicas: 3, clients: 1, defects: [" + defect + "]",
                  budgets + ", " + one_put);
}

const std::string views = "timers: { ViewChangeTimeout: 1, CommitTimeout: 1 }";
const std::string crash = "timers: { ViewChangeTimeout: 1 }, crashes: 1";

}  // namespace

TEST_CASE("declared: what VRR says of itself is proven", "[explore][viewstamped]") {
  Model model = models::viewstamped::model();
  check_proven(searched_views(model, "", views));
  check_proven(searched_views(model, "", crash));
}

TEST_CASE("declared: dead messages of VRR rest on what its defects break",
          "[explore][viewstamped]") {
  Model model = models::viewstamped::model();
  model.exploration.dead = &dead_in_the_right_one<&models::viewstamped::model>;
  struct Broken {
    const char* defect;
    std::string budgets;
  };
  const Broken broken = GENERATE(
      values<Broken>({{"vrr-start-view-any", "timers: { ViewChangeTimeout: 2 }"},
                      {"vrr-recovery-without-nonce", "timers: {}, crashes: 2, duplicates: 1"},
                      {"vrr-start-view-accepted-twice", "timers: { ViewChangeTimeout: 2 }"}}));
  CAPTURE(broken.defect);
  check_stopped(searched_views(model, broken.defect, broken.budgets), "dead-messages");
}

TEMPLATE_TEST_CASE("declared: no message of VRR is dead for good from the beginning",
                   "[explore][viewstamped]", models::viewstamped::Prepare,
                   models::viewstamped::PrepareOk, models::viewstamped::Commit,
                   models::viewstamped::StartViewChange, models::viewstamped::DoViewChange,
                   models::viewstamped::StartView, models::viewstamped::Recovery,
                   models::viewstamped::RecoveryResponse, models::viewstamped::GetState,
                   models::viewstamped::NewState) {
  Model model = models::viewstamped::model();
  model.exploration.dead = &dead_and_all<&models::viewstamped::model, TestType>;
  const bool recovers = std::is_same_v<TestType, models::viewstamped::Recovery> ||
                        std::is_same_v<TestType, models::viewstamped::RecoveryResponse>;
  const bool transfers = std::is_same_v<TestType, models::viewstamped::GetState> ||
                         std::is_same_v<TestType, models::viewstamped::NewState>;
  if (transfers) {
    check_stopped(searched(model, "replicas: 3, clients: 1",
                           "timers: { ViewChangeTimeout: 1, CommitTimeout: 1 }, plan: { c0: [ { "
                           "put: [x, 1] }, { put: [x, 2] } ] }"),
                  "dead-messages");
  } else {
    check_stopped(searched_views(model, "", recovers ? crash : views), "dead-messages");
  }
}

TEST_CASE("declared: no checkpoint of VRR is dead for good from the beginning",
          "[explore][viewstamped]") {
  Model model = models::viewstamped::model();
  model.exploration.dead =
      &dead_and_all<&models::viewstamped::model, models::viewstamped::NewCheckpoint>;
  check_stopped(searched(model, "replicas: 3, clients: 1, options: { checkpoint_interval: 1 }",
                         "crashes: 1, " + one_put),
                "dead-messages");
}

TEST_CASE("declared: a normal form of VRR that forgets votes is none", "[explore][viewstamped]") {
  Model model = models::viewstamped::model();
  model.exploration.dead = nullptr;
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::viewstamped::Replica>(process) == nullptr) return;
    static_cast<models::viewstamped::Replica*>(process.get())
        ->core.view_change.do_view_changes.clear();
  };
  check_stopped(searched_views(model, "", views), "normal-form");
}

// ----- Multi-Paxos -----

namespace {

scenarios::ExploreResult searched_ballots(Model& model, const std::string& options,
                                          const std::string& budgets) {
  return searched(model, "replicas: 3, clients: 1" + options, budgets + ", " + one_put);
}

const std::string elections =
    "timers: { ElectionTimeout: 2, HeartbeatTimeout: 1, ResendTimeout: 1 }";

}  // namespace

TEST_CASE("declared: what Multi-Paxos says of itself is proven", "[explore][multi_paxos]") {
  Model model = models::multi_paxos::model();
  check_proven(searched_ballots(model, "", "timers: { ElectionTimeout: 2 }"));
  check_proven(searched_ballots(model, "", "timers: { ElectionTimeout: 1 }, crashes: 1"));
}

TEST_CASE("declared: dead messages of Multi-Paxos rest on votes that survive crashes",
          "[explore][multi_paxos]") {
  Model model = models::multi_paxos::model();
  model.exploration.dead = &dead_in_the_right_one<&models::multi_paxos::model>;
  check_stopped(searched_ballots(model, ", defects: [multi-paxos-forgets-votes]",
                                 "timers: { ElectionTimeout: 1 }, crashes: 1"),
                "dead-messages");
}

TEMPLATE_TEST_CASE("declared: no message of Multi-Paxos is dead for good from the beginning",
                   "[explore][multi_paxos]", models::multi_paxos::Prepare,
                   models::multi_paxos::Promise, models::multi_paxos::Accept,
                   models::multi_paxos::Accepted, models::multi_paxos::Heartbeat,
                   models::multi_paxos::Chosen) {
  Model model = models::multi_paxos::model();
  model.exploration.dead = &dead_and_all<&models::multi_paxos::model, TestType>;
  check_stopped(searched_ballots(model, "", elections), "dead-messages");
}

TEST_CASE("declared: a normal form of Multi-Paxos without the ballot of a leader is none",
          "[explore][multi_paxos]") {
  Model model = models::multi_paxos::model();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::multi_paxos::Replica>(process) == nullptr) return;
    auto& core = static_cast<models::multi_paxos::Replica*>(process.get())->core;
    core.ballot = {};
    core.first = 0;
  };
  check_stopped(searched_ballots(model, "", "timers: { ElectionTimeout: 2 }"), "normal-form");
}

TEST_CASE("declared: a normal form that alone violates a property is none",
          "[explore][multi_paxos]") {
  Model model = models::multi_paxos::model();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::multi_paxos::Replica>(process) == nullptr) return;
    auto& core = static_cast<models::multi_paxos::Replica*>(process.get())->core;
    if (core.role != models::multi_paxos::Role::leader) core.ballot = {};
  };
  const scenarios::ExploreResult result =
      searched(model, "replicas: 3, clients: 1", elections + ", " + one_put,
               "[multi-paxos/leads-what-it-promised]");
  check_stopped(result, "normal-form");
  CHECK(result.counterexamples.size() == 1);
  CHECK(result.wrong->text.find("multi-paxos/leads-what-it-promised") != std::string::npos);
  CHECK(result.wrong->state.find("\"round\":1") != std::string::npos);
}

TEST_CASE("declared: an acceptor that answers before it saves breaks what the right one promises",
          "[explore][multi_paxos]") {
  // The protocol by its defect; what is promised, by the right one.
  Model model = models::multi_paxos::model();
  model.properties = [](const engine::ClusterSpec& cluster) {
    engine::ClusterSpec right = cluster;
    right.options = models::multi_paxos::model().read_options(nullptr, {});
    return models::multi_paxos::model().properties(right);
  };
  for (const char* defect : {"multi-paxos-answers-before-saved", "multi-paxos-forgets-votes"}) {
    CAPTURE(defect);
    const scenarios::ExploreResult result =
        searched(model, "replicas: 3, clients: 1, defects: [" + std::string(defect) + "]",
                 "timers: { ElectionTimeout: 1 }, crashes: 1, " + one_put,
                 "[multi-paxos/answers-are-saved]");
    REQUIRE(result.counterexamples.size() == 1);
    CHECK(result.counterexamples.front().violation.property == "multi-paxos/answers-are-saved");
  }
}

// ----- Paxos -----

namespace {

const std::string two_proposers =
    "duplicates: 1, plan: { c0: [ { operation: { write: 1 }, to: s0 } ], c1: [ { operation: { "
    "write: 2 }, to: s1 } ] }";

scenarios::ExploreResult searched_proposers(Model& model) {
  return searched(model, "replicas: 3, clients: 2", two_proposers);
}

}  // namespace

TEST_CASE("declared: what Paxos says of itself is proven", "[explore][paxos]") {
  Model model = models::paxos::model();
  check_proven(searched_proposers(model));
}

TEMPLATE_TEST_CASE("declared: no message of Paxos is dead for good from the beginning",
                   "[explore][paxos]", models::paxos::Prepare, models::paxos::Promise,
                   models::paxos::Accept, models::paxos::Accepted, models::paxos::Decided,
                   models::client::Put) {
  Model model = models::paxos::model();
  model.exploration.dead = &dead_and_all<&models::paxos::model, TestType>;
  check_stopped(searched_proposers(model), "dead-messages");
}

TEST_CASE("declared: a normal form of Paxos without the promises of a proposer is none",
          "[explore][paxos]") {
  Model model = models::paxos::model();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::paxos::Server>(process) != nullptr)
      static_cast<models::paxos::Server*>(process.get())->core.promises.clear();
  };
  check_stopped(searched_proposers(model), "normal-form");
}

// ----- primary and backup -----

namespace {

const std::string services = "replicas: 2, clients: 1";
const std::string three_masters = "replicas: 2, clients: 0, groups: { masters: 3 }";
const std::string one_election = "timers: { masters.ElectionTimeout: 1 }, caps: { log: 2 }";

}  // namespace

TEST_CASE("declared: what primary and backup say of themselves is proven",
          "[explore][primary_backup]") {
  Model model = models::primary_backup::model();
  check_proven(searched(model, services, "crashes: 1, " + one_put));
  check_proven(searched(model, three_masters, one_election));
}

TEMPLATE_TEST_CASE("declared: no message of primary and backup is dead from the beginning",
                   "[explore][primary_backup]", models::primary_backup::NewView,
                   models::detector::Heartbeat) {
  Model model = models::primary_backup::model();
  model.exploration.dead = &dead_and_all<&models::primary_backup::model, TestType>;
  check_stopped(
      searched(model, services,
               "timers: { detector.SilenceTimeout: 1, detector.HeartbeatTimeout: 1 }, " + one_put),
      "dead-messages");
}

TEMPLATE_TEST_CASE("declared: no message of masters is dead from the beginning",
                   "[explore][primary_backup]", models::multi_paxos::Prepare,
                   models::multi_paxos::Promise) {
  Model model = models::primary_backup::model();
  model.exploration.dead = &dead_and_all<&models::primary_backup::model, TestType>;
  check_stopped(searched(model, three_masters, one_election), "dead-messages");
}

TEST_CASE("declared: a normal form of masters without the ballot of their leader is none",
          "[explore][primary_backup]") {
  Model model = models::primary_backup::model();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::primary_backup::Master>(process) == nullptr) return;
    static_cast<models::primary_backup::Master*>(process.get())->masters.ballot = {};
  };
  check_stopped(searched(model, three_masters, one_election), "normal-form");
}

// ----- two-phase commit -----

TEST_CASE("declared: managers are alike only as long as none is told apart",
          "[explore][two_phase_commit]") {
  Model model = models::two_phase_commit::model();
  const std::string managers = "replicas: 3, clients: 0";
  const std::string all =
      "network: set, timers: { Vote: unlimited, Decide: unlimited, GiveUp: unlimited }";
  check_proven(searched(model, managers, all));
  // What a message says of a manager keeps its name.
  model.exploration.rename_payload = [](const engine::Payload& payload, const engine::Renaming&) {
    return payload;
  };
  model.exploration.rename_process = [](engine::ProcessValue&, const engine::Renaming&) {};
  check_stopped(searched(model, managers, all), "symmetry");
}

namespace {

/// How many a coordinator that has committed knows to be prepared; nothing of one that has not.
std::optional<std::size_t> remembered(const engine::WorldView& world) {
  using namespace models::two_phase_commit;
  const NodeId node = world.membership().at("coordinator").members().front();
  const auto* coordinator = engine::process_as<TransactionManager>(world.process(node));
  if (coordinator->state != CoordinatorState::committed) return std::nullopt;
  return coordinator->prepared.size();
}

}  // namespace

TEST_CASE("declared: a normal form in which a node shows something else is none",
          "[explore][two_phase_commit]") {
  // Whoever is prepared does what it is told, and so does whoever has aborted.
  Model model = models::two_phase_commit::model();
  model.exploration.interchangeable.clear();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    using models::two_phase_commit::ManagerState;
    using models::two_phase_commit::ResourceManager;
    if (engine::process_as<ResourceManager>(process) == nullptr) return;
    auto& manager = *static_cast<ResourceManager*>(process.get());
    if (manager.state == ManagerState::prepared) manager.state = ManagerState::aborted;
  };
  const scenarios::ExploreResult result =
      searched(model, "replicas: 2, clients: 0", "timers: { Vote: unlimited }");
  check_stopped(result, "normal-form");
  CHECK(result.wrong->text.find("shows one thing") != std::string::npos);
}

TEST_CASE("declared: what must hold in the end is judged at states as steps left them",
          "[explore][two_phase_commit][regress]") {
  // Nobody reads who was prepared any more: the normal form is one, for all that happens.
  Model model = models::two_phase_commit::model();
  model.exploration.interchangeable.clear();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    using models::two_phase_commit::CoordinatorState;
    using models::two_phase_commit::TransactionManager;
    if (engine::process_as<TransactionManager>(process) == nullptr) return;
    auto& coordinator = *static_cast<TransactionManager*>(process.get());
    if (coordinator.state != CoordinatorState::waiting) coordinator.prepared = {};
  };
  model.properties = [](const engine::ClusterSpec&) -> std::vector<engine::Property> {
    using Missing = std::optional<std::string>;
    return {engine::eventually("test/forgets", "Who has committed knows nobody who was prepared.",
                               [](const engine::WorldView& world) -> Missing {
                                 if (remembered(world).value_or(0) == 0) return std::nullopt;
                                 return "somebody is remembered";
                               }),
            engine::eventually("test/remembers", "Who has committed knows who was prepared.",
                               [](const engine::WorldView& world) -> Missing {
                                 if (remembered(world).value_or(1) == 1) return std::nullopt;
                                 return "nobody is remembered";
                               })};
  };
  model.defects.clear();
  const std::string votes = "timers: { Vote: unlimited, Decide: unlimited, GiveUp: unlimited }";
  const scenarios::ExploreResult forgets =
      searched(model, "replicas: 1, clients: 0", votes, "[test/forgets]");
  REQUIRE(forgets.counterexamples.size() == 1);
  CHECK(forgets.counterexamples.front().violation.property == "test/forgets");
  const scenarios::ExploreResult remembers =
      searched(model, "replicas: 1, clients: 0", votes, "[test/remembers]");
  CHECK(remembers.counterexamples.empty());
  CHECK(remembers.undecided.empty());
}

}  // namespace stampede::tests
