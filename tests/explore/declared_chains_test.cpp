// What chains declare for searches, with something broken that it rests on.
#include <catch2/catch.hpp>

#include "models/chain/master.hpp"
#include "models/chain/model.hpp"
#include "models/chain/replica.hpp"
#include "tests/explore/declared.hpp"

namespace stampede::tests {
namespace {

using engine::Model;

const std::string two_links = "replicas: 2, clients: 2, options: { reads: strong, fence: confirm }";
const std::string one_suspicion =
    "timers: { detector.SilenceTimeout: 1, detector.HeartbeatTimeout: 1 }, plan: { c0: [ { put: "
    "[x, 1] } ], c1: [ { operation: { get: x }, to: r0 } ] }";
const std::string one_crash =
    "crashes: 1, timers: { detector.SilenceTimeout: 1 }, plan: { c0: [ { put: [x, 1] } ] }";
const std::string masters_of_chains =
    "replicas: 2, clients: 0, groups: { masters: 3 }, options: { fence: confirm }";
const std::string one_ballot =
    "timers: { masters.ElectionTimeout: 1, detector.SilenceTimeout: 1 }, caps: { log: 1 }";

}  // namespace

TEST_CASE("declared: what chains say of themselves is proven", "[explore][chain]") {
  Model model = models::chain::model();
  check_proven(searched(model, two_links, one_suspicion));
  check_proven(searched(model, two_links, "saves: in_step, " + one_crash));
  check_proven(searched(model, masters_of_chains,
                        "timers: { masters.ElectionTimeout: 1 }, caps: { log: 1 }"));
}

TEMPLATE_TEST_CASE("declared: no message of chains is dead for good from the beginning",
                   "[explore][chain]", models::chain::Update, models::chain::Ack,
                   models::chain::Received, models::chain::Confirm, models::chain::Confirmed,
                   models::chain::VersionQuery, models::chain::VersionIs, models::chain::NewChain,
                   models::chain::Reply, models::detector::Heartbeat) {
  Model model = models::chain::model();
  model.exploration.dead = &dead_and_all<&models::chain::model, TestType>;
  check_stopped(searched(model, two_links, one_suspicion), "dead-messages");
}

TEMPLATE_TEST_CASE("declared: no message of the masters of chains is dead from the beginning",
                   "[explore][chain]", models::multi_paxos::Prepare, models::multi_paxos::Promise,
                   models::multi_paxos::Accept, models::multi_paxos::Accepted) {
  Model model = models::chain::model();
  model.exploration.dead = &dead_and_all<&models::chain::model, TestType>;
  check_stopped(searched(model, masters_of_chains, one_ballot), "dead-messages");
}

TEST_CASE("declared: a normal form of masters of chains without the ballot of their leader is none",
          "[explore][chain]") {
  Model model = models::chain::model();
  model.exploration.normalise = [](NodeId, engine::ProcessValue& process, const engine::Group&,
                                   const engine::Payload&) {
    if (engine::process_as<models::chain::Master>(process) == nullptr) return;
    static_cast<models::chain::Master*>(process.get())->masters.ballot = {};
  };
  check_stopped(searched(model, masters_of_chains, one_ballot), "normal-form");
}

}  // namespace stampede::tests
