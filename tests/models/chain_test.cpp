// Chain replication: what the papers say, in scripts; message delays; masters.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "engine/core/time.hpp"
#include "models/service/queries.hpp"
#include "models/service/services.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;

scenarios::ScenarioFile chain_file(const std::string& name,
                                   const std::vector<std::string>& overrides = {}) {
  return scenarios::ScenarioFile::load(
      std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name, overrides);
}

scenarios::RunResult run_text(const std::string& text) {
  return scenarios::run(scenarios::ScenarioFile::parse(text, "chain.yaml", {}).resolve(0), {});
}

/// A script on r0 -> r1 -> r2 and one master, m0, who never fails.
void check_chain_script(const std::string& options, const std::string& script) {
  const scenarios::RunResult result =
      run_text("cluster: { model: chain, replicas: 3, clients: 2, service: kv, options: { " +
               options + " } }\nscript:\n" + script);
  CHECK(result.violations.empty());
  CHECK(result.skipped.empty());
  for (const scenarios::ScriptRemark& remark : result.failed_expectations)
    FAIL_CHECK(remark.script_step << ": " << remark.text);
}

/// How long operations of one kind took, in message delays: messages take 1 ms each.
std::set<std::int64_t> delays_of(const std::string& kind, std::uint32_t links,
                                 const std::string& options) {
  const scenarios::RunResult result =
      run_text("cluster: { model: chain, replicas: " + std::to_string(links) +
               ", clients: 1, service: kv, options: { keeps_history: false, " + options +
               " } }\nworkload: { operations: 20, mix: { " + kind +
               ": 1 }, think_time: 20ms, timeout: 500ms }\nnetwork: { latency: 1ms }\n");
  REQUIRE(result.completed_operations == 20);
  std::set<std::int64_t> delays;
  for (const engine::HistoryOperation& operation : result.history.operations()) {
    const engine::Duration took = operation.responded_time - operation.invoked_time;
    CHECK(took.nanoseconds % 1'000'000 == 0);
    delays.insert(took.nanoseconds / 1'000'000);
  }
  return delays;
}

/// How long the first update takes that is asked for when this link has crashed, in message delays.
std::int64_t unavailable(const std::string& link, const std::string& fence) {
  const scenarios::RunResult result = run_text(
      "cluster: { model: chain, replicas: 3, clients: 1, service: kv, options: { fence: " + fence +
      ", detector: { interval: 10ms, timeout: 60ms } } }\n"
      "workload: { operations: 100, mix: { write: 1 }, think_time: 1ms, timeout: 5ms }\n"
      "network: { latency: 1ms }\nfaults: [ { crash: " +
      link + ", at: 100ms } ]\nlimits: { virtual_time: 2s }\n");
  CHECK(result.verdict == scenarios::Verdict::ok);
  CHECK(result.completed_operations == 100);
  engine::Duration longest{};
  for (const engine::HistoryOperation& operation : result.history.operations())
    longest = std::max(longest, operation.responded_time - operation.invoked_time);
  return longest.nanoseconds / 1'000'000;
}

using Delays = std::set<std::int64_t>;

}  // namespace

TEST_CASE("chain: an update takes a message more than there are links, a query two",
          "[simulate][paper]") {
  for (const std::uint32_t links : {1U, 3U, 5U, 7U}) {
    INFO(links << " links");
    CHECK(delays_of("write", links, "fence: lease") == Delays{links + 1});
    CHECK(delays_of("read", links, "fence: none") == Delays{2});
    CHECK(delays_of("read", links, "fence: confirm") == Delays{links == 1 ? 2 : 4});
    CHECK(delays_of("read", links, "fence: none, reads: strong") == Delays{2});
  }
}

TEST_CASE("chain: with a lease a query takes two messages, but for the first ones", "[simulate]") {
  const Delays delays = delays_of("read", 3, "fence: lease");
  CHECK(*delays.begin() == 2);
  CHECK(*delays.rbegin() <= 4);
}

// CRAQ 2.3: a query of a key with a dirty version costs a question to the tail.
TEST_CASE("chain: a link that has a newer version asks the tail", "[text][paper]") {
  check_chain_script("fence: none, reads: strong", R"(
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - invoke: { client: c1, operation: { get: y }, to: r0 }
  - deliver: Query c1->r0                   # clean: answered at once
  - deliver: Reply r0->c1
  - invoke: { client: c1, operation: { get: x }, to: r0 }
  - deliver: Query c1->r0
  - deliver: Update r0->r1
  - deliver: Update r1->r2
  - deliver: VersionQuery r0->r2            # the tail has it by now
  - deliver: VersionIs r2->r0
  - expect: { node: r0, state: { stable: { executed: 1 } } }
  - deliver: Reply r0->c1
)");
}

// VRS 3.1: what only the old head has seen is lost, and was never answered.
TEST_CASE("chain: the successor of a head that fails is the head", "[text][paper]") {
  check_chain_script("fence: confirm", R"(
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - crash: r0
  - fire: 'detector.SilenceTimeout m0 {node: r0}'
  - settle: [m0, r1, r2]
  - expect: { node: r1, state: { stable: { chain: { epoch: 2 }, executed: 0 } } }
  - fire: RequestTimeout c0                 # asks the master, and then the new head
  - settle: [c0, m0, r1, r2]
  - expect: { node: r1, state: { stable: { executed: 1 } } }
  - expect: { node: r2, state: { stable: { executed: 1 } } }
  - restart: r0                             # with the update that it had
  - settle: all
  - fire: detector.HeartbeatTimeout r0
  - settle: all                             # joins at the tail
  - expect: { node: r0, state: { stable: { chain: { epoch: 4 }, executed: 1 } } }
)");
}

// VRS 3.2: all that the new tail has is stable now.
TEST_CASE("chain: the predecessor of a tail that fails answers what it has", "[text][paper]") {
  check_chain_script("fence: confirm", R"(
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - deliver: Update r0->r1
  - crash: r2
  - fire: 'detector.SilenceTimeout m0 {node: r2}'
  - deliver: NewChain m0->r1
  - deliver: Reply r1->c0
  - settle: [m0, r0, r1, c0]
  - expect: { node: r0, state: { stable: { executed: 1 } } }
)");
}

// VRS 3.3: the new successor says what it has, and gets exactly the rest.
TEST_CASE("chain: when the middle fails its predecessor sends again what is missing",
          "[text][paper]") {
  check_chain_script("fence: confirm", R"(
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - settle: all
  - invoke: { client: c0, operation: { put: [x, 2] } }
  - deliver: Request c0->r0
  - crash: r1
  - fire: 'detector.SilenceTimeout m0 {node: r1}'
  - deliver: NewChain m0->r0                # four messages from here on
  - deliver: NewChain m0->r2
  - deliver: Received r2->r0
  - deliver: Update r0->r2 nth 1
  - expect: { node: r2, state: { stable: { executed: 2 } } }
  - settle: all
)");
}

// VRS 3.4: the tail goes on answering while its history is copied.
TEST_CASE("chain: a replica joins when its history has met that of the tail", "[text][paper]") {
  check_chain_script("fence: confirm", R"(
  - fire: 'detector.SilenceTimeout m0 {node: r2}'
  - settle: [m0, r0, r1]
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - settle: [c0, r0, r1]
  - deliver: detector.Heartbeat r2->m0
  - deliver: NewChain m0->r1 nth 2
  - deliver: NewChain m0->r2 nth 2
  - deliver: Received r2->r1 nth 2
  - expect: { node: r1, state: { stable: { met: false } } }
  - deliver: Update r1->r2
  - deliver: Ack r2->r1
  - expect: { node: r1, state: { stable: { met: true } } }
  - settle: all
  - expect: { node: r2, state: { stable: { chain: { epoch: 4 }, executed: 1 } } }
)");
}

TEST_CASE("chain: a replica that is no link takes the place of one that fails", "[text]") {
  check_chain_script("fence: confirm, length: 2", R"(
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - settle: all
  - expect: { node: r2, state: { stable: { executed: 0 } } }
  - crash: r0
  - fire: 'detector.SilenceTimeout m0 {node: r0}'
  - settle: all
  - expect: { node: r2, state: { stable: { chain: { epoch: 3 }, executed: 1 } } }
)");
}

// Found by a search: it answered of what was stable when it last saved.
TEST_CASE("chain: a tail that comes back answers nothing before it knows what is stable",
          "[text][regress]") {
  check_chain_script("fence: confirm", R"(
  - fire: 'detector.SilenceTimeout m0 {node: r1}'
  - deliver: detector.Heartbeat r1->m0
  - deliver: NewChain m0->r0 nth 2          # r0 -> r2, joined by r1
  - deliver: NewChain m0->r1 nth 2
  - deliver: NewChain m0->r2 nth 2
  - deliver: Received r1->r2                # they have met
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - deliver: Update r0->r2
  - deliver: Update r2->r1
  - deliver: Ack r1->r2
  - deliver: Reply r2->c0                   # acknowledged
  - crash: r2
  - restart: r2                             # what it had saved: an update, not that it is stable
  - invoke: { client: c1, operation: { get: x }, to: r2 }
  - deliver: Query c1->r2
  - deliver: Confirm r2->r0
  - deliver: Confirm r2->r1
  - deliver: Confirmed r0->r2
  - deliver: Confirmed r1->r2
  - expect: { node: r2, state: { stable: { executed: 0 } } }
  - fire: JoinTimeout r1
  - deliver: Received r1->r2 nth 2
  - expect: { node: r2, state: { stable: { executed: 1 } } }
  - fire: RenewTimeout r2
  - settle: [r0, r1, r2, c1]
)");
}

// Found by a search: who had been the tail did not know that another one had decided.
TEST_CASE("chain: a tail answers nothing while the joining node may have decided more",
          "[text][regress]") {
  check_chain_script("fence: lease", R"(
  - fire: 'detector.SilenceTimeout m0 {node: r1}'
  - deliver: detector.Heartbeat r1->m0
  - deliver: NewChain m0->r0 nth 2          # r0 -> r2, joined by r1
  - deliver: NewChain m0->r1 nth 2
  - deliver: NewChain m0->r2 nth 2
  - deliver: Received r1->r2                # they have met
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - deliver: Update r0->r2
  - deliver: Update r2->r1
  - deliver: Met r2->m0
  - deliver: NewChain m0->r1 nth 3          # the tail is r1, which decides
  - deliver: Reply r1->c0                   # acknowledged
  - invoke: { client: c1, operation: { get: x }, to: r2 }
  - deliver: Query c1->r2
  - expect: { node: r2, state: { stable: { chain: { epoch: 3 }, executed: 0 } } }
  - deliver: NewChain m0->r2 nth 3
  - settle: [m0, r0, r1, r2]
  - fire: RequestTimeout c1
  - settle: all
)");
}

// Found by a seed of the swarm: it waited for acknowledgements without a timer.
TEST_CASE("chain: a tail that comes back sends the joining node what it had not got",
          "[text][regress]") {
  check_chain_script("fence: confirm", R"(
  - fire: 'detector.SilenceTimeout m0 {node: r2}'
  - settle: [m0, r0, r1]
  - deliver: detector.Heartbeat r2->m0
  - deliver: NewChain m0->r0 nth 2
  - deliver: NewChain m0->r1 nth 2
  - deliver: NewChain m0->r2 nth 2
  - deliver: Received r2->r1 nth 2          # they have met
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - deliver: Request c0->r0
  - deliver: Update r0->r1
  - drop: Update r1->r2
  - crash: r1
  - restart: r1
  - fire: JoinTimeout r2
  - deliver: Received r2->r1 nth 3
  - drop: Update r1->r2 nth 2
  - fire: ResendTimeout r1
  - settle: all
  - expect: { node: r2, state: { stable: { executed: 1 } } }
)");
}

TEST_CASE("chain: a lease that was promised is kept when the tail is taken out", "[text]") {
  check_chain_script("fence: lease", R"(
  - settle: all                             # r2 holds a lease for 38 ms
  - fire: 'detector.SilenceTimeout m0 {node: r2}'
  - settle: [m0, r0, r1]
  - invoke: { client: c0, operation: { put: [x, 1] } }
  - settle: [c0, r0, r1]
  - expect: { node: r1, state: { stable: { executed: 0 } } }
  - invoke: { client: c1, operation: { get: x }, to: r2 }
  - settle: [c1, r2]                        # nothing is there, and nothing was answered yet
  - clock: { node: r1, advance: 41ms, monotonic: true }
  - clock: { node: r0, advance: 41ms, monotonic: true }
  - clock: { node: r2, advance: 41ms, monotonic: true }
  - fire: HoldTimeout r0
  - fire: HoldTimeout r1
  - settle: [c0, r0, r1]
  - expect: { node: r1, state: { stable: { executed: 1 } } }
  - expect: { node: r2, state: { stable: { chain: { epoch: 1 } } } }
)");
}

// The detector takes 50 to 60 ms; what comes on top is the chain's.
TEST_CASE("chain: an update waits for the detector, and for what was promised to the tail",
          "[simulate]") {
  for (const char* link : {"r0", "r1", "r2"}) {
    INFO(link);
    const std::int64_t confirmed = unavailable(link, "confirm");
    CHECK(confirmed >= 50);
    CHECK(confirmed <= 75);
    // Up to 40 ms longer where the tail held a lease.
    const std::int64_t leased = unavailable(link, "lease");
    CHECK(leased <= confirmed + (std::string(link) == "r2" ? 40 : 10));
  }
}

TEST_CASE("chain: any number of links and masters serves", "[simulate]") {
  for (const char* masters : {"1", "2", "3", "5"}) {
    for (const char* links : {"1", "2", "3", "5"}) {
      const auto file =
          chain_file("chain/swarm.yaml", {std::string("cluster.groups={masters: ") + masters + "}",
                                          std::string("cluster.replicas=") + links});
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        INFO(masters << " masters, " << links << " links, seed " << seed);
        CHECK(scenarios::run(file.resolve(seed), {}).verdict == scenarios::Verdict::ok);
      }
    }
  }
}

TEST_CASE("chain: no schedule with a link that is suspected, dead or alive, loses anything",
          "[explore]") {
  const auto explored = [](const std::vector<std::string>& overrides) {
    const auto file = chain_file("chain/failures-search.yaml", overrides);
    return scenarios::explore(file.resolve(0), {});
  };
  // With a crash and two updates it takes long: here are its parts.
  const std::string plan = "explore.plan={c0: [{put: [x, 1]}, {get: x}]}";
  const scenarios::ExploreResult suspected = explored({plan, "explore.crashes=0"});
  CHECK(suspected.verdict == scenarios::Verdict::ok);
  CHECK(suspected.search.complete);
  CHECK(suspected.search.figures.unique_states == 159'976);
  const scenarios::ExploreResult crashed = explored({plan, "explore.timers={}"});
  CHECK(crashed.verdict == scenarios::Verdict::ok);
  CHECK(crashed.search.complete);
  CHECK(explored({plan, "explore.crashes=0", "cluster.options.fence=none"}).verdict ==
        scenarios::Verdict::violated);
}

TEST_CASE("chain: CRAQ and three masters, searched to the end", "[explore][.campaign]") {
  for (const char* name : {"chain/craq-search.yaml", "chain/masters-search.yaml"}) {
    INFO(name);
    const scenarios::ExploreResult result = scenarios::explore(chain_file(name).resolve(0), {});
    CHECK(result.verdict == scenarios::Verdict::ok);
    CHECK(result.search.complete);
  }
}

TEST_CASE("service: queries are known without the state", "[unit]") {
  const auto is_query = [](const char* service, const char* text) {
    const engine::ServiceType& type = *models::service::find_service(service);
    return models::service::is_query(type, type.parse(engine::parse_json(text, "operation")));
  };
  CHECK(is_query("kv", R"({"get":"x"})"));
  // Nothing changes where nothing is there; elsewhere something might.
  CHECK_FALSE(is_query("kv", R"({"cas":["x","1","2"]})"));
  CHECK_FALSE(is_query("kv", R"({"put":["x","1"]})"));
  CHECK_FALSE(is_query("queue", R"({"dequeue":null})"));
  CHECK(is_query("register", R"({"read":null})"));
}
