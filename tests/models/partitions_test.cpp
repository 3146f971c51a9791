// Several chains over the same nodes: how a range moves, in scripts; tables that are none; chains
// that are shorter than the nodes, or longer.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

namespace {

using namespace stampede;

/// What the last operation returned, of a script that does what it says and violates nothing.
std::string last_result(const std::string& cluster, const std::string& script) {
  const scenarios::RunResult result = scenarios::run(
      scenarios::ScenarioFile::parse("cluster: { model: partitioned_chain, clients: 1, service: "
                                     "kv, " +
                                         cluster + " }\nscript:\n" + script,
                                     "ranges.yaml", {})
          .resolve(0),
      {});
  CHECK(result.violations.empty());
  CHECK(result.skipped.empty());
  CHECK(result.failed_expectations.empty());
  const auto& operations = result.history.operations();
  if (operations.empty()) return "nothing";
  const auto& last = operations.back().result;
  return last ? engine::to_json(last) : "nothing";
}

std::string refusal(const std::string& model, const std::string& options) {
  try {
    scenarios::ScenarioFile::parse(
        "cluster: { model: " + model + ", replicas: 3, options: { " + options + " } }\n", "s.yaml",
        {});
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "none";
}

/// Range 0 is all there is; it goes from chain 0, which begins with r0, to chain 1, with r1.
std::string moving(std::uint32_t replicas, std::uint32_t length) {
  return "replicas: " + std::to_string(replicas) +
         ", options: { ranges: 1, wanders: true, chain: { length: " + std::to_string(length) +
         ", fence: confirm } }";
}

}  // namespace

TEST_CASE("partitions: a range takes with it what clients were answered about it", "[text]") {
  CHECK(last_result(moving(2, 1), R"(
  - invoke: { client: c0, operation: { append: [x, a] } }
  - deliver: Ask c0->r0                     # executed
  - drop: 'chain[0].Reply r0->c0'
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]                    # r0 has released it
  - fire: HandoverTimeout r0
  - settle: [r0, r1]                        # r1 has taken it over
  - fire: RequestTimeout c0
  - settle: all                             # refused, asked again at r1, answered
  - invoke: { client: c0, operation: { get: x } }
  - settle: all
)") == R"({"value":"a"})");
}

// Found by a sweep: the other chain had executed it, and forgotten it when the client went on.
TEST_CASE("partitions: a request that comes late is not executed where the range is now",
          "[text][regress]") {
  CHECK(last_result(moving(2, 1), R"(
  - invoke: { client: c0, operation: { append: [x, a] } }
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]
  - fire: HandoverTimeout r0
  - settle: [r0, r1]                        # r1 has the range
  - fire: RequestTimeout c0
  - deliver: Ask c0->r0 nth 2               # refused; the first one is on its way
  - deliver: 'chain[0].Reply r0->c0'
  - deliver: AskTable c0->m0
  - deliver: NewTable m0->c0
  - deliver: Ask c0->r1                     # executed
  - deliver: 'chain[1].Reply r1->c0'
  - invoke: { client: c0, operation: { append: [x, b] } }
  - deliver: Ask c0->r1
  - deliver: 'chain[1].Reply r1->c0'
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]
  - fire: HandoverTimeout r1
  - settle: [r0, r1]                        # r0 has it again
  - deliver: Ask c0->r0                     # the first one
  - invoke: { client: c0, operation: { get: x } }
  - settle: all                             # refused, while the table was on its way
  - fire: RefusedTimeout c0
  - settle: all
)") == R"({"value":"ab"})");
}

TEST_CASE("partitions: the first chain refuses as soon as its tail has heard of it", "[text]") {
  CHECK(last_result(moving(2, 2), R"(
  - fire: BalanceTimeout m0
  - deliver: NewTable m0->r0
  - deliver: 'chain[0].Update r0->r1'       # stable, and not yet handed over
  - invoke: { client: c0, operation: { get: x } }
  - deliver: Look c0->r1
  - deliver: 'chain[0].Reply r1->c0'        # refused
)") == "nothing");
}

TEST_CASE("partitions: whoever is head then hands over what another head has released", "[text]") {
  CHECK(last_result(moving(3, 2), R"(
  - invoke: { client: c0, operation: { append: [x, a] } }
  - settle: all
  - fire: BalanceTimeout m0
  - deliver: NewTable m0->r0
  - deliver: 'chain[0].Update r0->r1'       # the release is stable
  - crash: r0
  - fire: 'chain[0].detector.SilenceTimeout m0 {node: r0}'
  - settle: [m0, r1, r2]                    # r1 is the head of both chains
  - fire: HandoverTimeout r1
  - settle: [m0, r1, r2]
  - invoke: { client: c0, operation: { get: x } }
  - settle: all                             # r1 is no tail any more, and says nothing
  - fire: RequestTimeout c0
  - settle: all                             # the client knows the table now
  - fire: RequestTimeout c0
  - settle: all
)") == R"({"value":"a"})");
}

TEST_CASE("partitions: a chain of one link that crashes goes on with the move", "[text]") {
  CHECK(last_result(moving(2, 1), R"(
  - invoke: { client: c0, operation: { append: [x, a] } }
  - settle: all
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]                    # released
  - crash: r0
  - restart: r0
  - fire: HandoverTimeout r0
  - deliver: Handover r0->r1                # taken over
  - crash: r1
  - restart: r1
  - fire: HandoverTimeout r0
  - settle: [m0, r0, r1]
  - invoke: { client: c0, operation: { get: x } }
  - settle: all
  - fire: RefusedTimeout c0
  - settle: all
)") == R"({"value":"a"})");
}

// What r0 has beyond that was never stable: it is of an older chain.
TEST_CASE("partitions: what a lone link loses is not looked for at a link that is out", "[text]") {
  CHECK(last_result(moving(2, 2), R"(
  - settle: all
  - fire: 'chain[0].detector.SilenceTimeout m0 {node: r0}'
  - settle: [m0, r1]                        # r1 is alone, and r0 does not know it
  - invoke: { client: c0, operation: { append: [x, a] } }
  - deliver: Ask c0->r0
  - settle: [r0]                            # r0 has one update, of which nobody hears
  - fire: RequestTimeout c0
  - settle: [c0, m0]
  - invoke: { client: c0, operation: { append: [x, b] } }
  - deliver: Ask c0->r1
  - deliver: Ask c0->r1                     # both are executed, and not saved
  - crash: r1
  - restart: r1
  - settle: [m0, r1]
  - fire: BalanceTimeout m0
  - settle: [m0, r1]                        # r1 releases the range
  - fire: HandoverTimeout r1
  - settle: [r1]
  - deliver: 'chain[1].Update r1->r0'
  - settle: [r0, r1]                        # and takes it over
  - expect: { node: r1, state: { chain: [ [0, { stable: { executed: 1 } }], [1, { stable: { executed: 1 } }] ] } }
saves: decisions
)") == "nothing");
}

TEST_CASE("partitions: what is taken over late for an old table changes nothing", "[text]") {
  CHECK(last_result(moving(2, 1), R"(
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]                    # r0 has released the range
  - fire: HandoverTimeout r0
  - fire: HandoverTimeout r0
  - deliver: Handover r0->r1
  - deliver: Handover r0->r1                # twice the same: so is what r1 answers
  - fire: BalanceTimeout m0
  - settle: [m0, r1]
  - fire: HandoverTimeout r1
  - deliver: Handover r1->r0                # r0 has it again
  - fire: BalanceTimeout m0
  - settle: [m0, r0]                        # and has released it
  - expect: { node: r0, state: { chain: [ [0, { stable: { executed: 3 } }], [1, {}] ] } }
  - deliver: Adopted r1->r0                 # of the first table
  - expect: { node: r0, state: { chain: [ [0, { stable: { executed: 3 } }], [1, {}] ] } }
)") == "nothing");
}

TEST_CASE("partitions: ranges go to a chain when it has all its links", "[text]") {
  CHECK(last_result("replicas: 2, options: { table: '0-3 |', chain: { fence: confirm } }", R"(
  - crash: r1
  - fire: 'chain[0].detector.SilenceTimeout m0 {node: r1}'
  - fire: 'chain[1].detector.SilenceTimeout m0 {node: r1}'
  - settle: [m0, r0]                        # r0 is alone in both
  - fire: BalanceTimeout m0
  - settle: [m0, r0]
  - expect: { node: m0, state: { table: { epoch: 1, owners: [0, 0, 0, 0] } } }
  - restart: r1
  - settle: [m0, r0, r1]
  - fire: AnnounceTimeout m0
  - settle: [m0, r0, r1]
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]
  - expect: { node: m0, state: { table: { epoch: 2, owners: [1, 0, 0, 0] } } }
  - fire: BalanceTimeout m0
  - fire: BalanceTimeout m0
  - settle: [m0, r0, r1]
  - expect: { node: m0, state: { table: { epoch: 3, owners: [1, 1, 0, 0] } } }
)") == "nothing");
}

TEST_CASE("partitions: a client has so many requests on their way, to all chains", "[text]") {
  CHECK(last_result("replicas: 2, options: { chain: { client_window: 1, fence: confirm } }", R"(
  - invoke: { client: c0, operation: { append: [x, a] } }
  - invoke: { client: c0, operation: { append: [y, b] } }
  - invoke: { client: c0, operation: { append: [x, c] } }
  - expect: { node: c0, state: { newest: 1 } }
  - settle: all
  - expect: { node: c0, state: { newest: 3, waiting: [] } }
  - invoke: { client: c0, operation: { get: x } }
  - settle: all
)") == R"({"value":"ac"})");
}

TEST_CASE("partitions: tables that are none are refused, with their place", "[input]") {
  const auto table = [](const std::string& text) {
    return refusal("partitioned_chain", "table: '" + text + "'");
  };
  const std::string at = "s.yaml:1:69: error: ";
  const std::string form = "\nhint: write the ranges of each chain: '0-2 | 3' for two chains";
  CHECK(table("0-2 | 3") == "none");
  CHECK(table("3 1 | 0 2") == "none");
  CHECK(table("| 0-3") == "none");
  CHECK(table("0-2 | 2-3") == at + "range 2 is of chain 0 and of chain 1\n"
                                   "hint: ranges do not overlap: each has one chain");
  CHECK(table("0-1 | 3") == at + "range 2 is of no chain\nhint: each range has one chain");
  CHECK(table("0-3") == at + "the table is of 1 chains, not 2" + form);
  CHECK(table("0-4 |") == at + "there is no range 4\nhint: there are 4, from 0 on: 'ranges'");
  CHECK(table("3-0 |") == at + "'3-0' is no range" + form);
  CHECK(table("0- |") == at + "'0-' is no range" + form);
  CHECK(refusal("partitioned_chain", "chains: 0") ==
        "s.yaml:1:70: error: there must be chains, and at most 64\nhint: write 2");
  CHECK(refusal("partitioned_chain", "chains: 1, wanders: true") ==
        "s.yaml:1:82: error: there is no other chain that a range could go to\n"
        "hint: write 'chains: 2', or leave 'wanders' out");
}

TEST_CASE("partitions: a chain that is longer than the nodes is refused", "[input]") {
  const std::string longer =
      "error: a chain of 4 links is longer than the nodes\nhint: there are 3 replicas";
  CHECK(refusal("partitioned_chain", "chain: { length: 4 }") == "s.yaml:1:60: " + longer);
  CHECK(refusal("chain", "length: 4") == "s.yaml:1:48: " + longer);
  CHECK(refusal("chain", "length: 3") == "none");
  CHECK(refusal("chain", "length: 3, keeps_history: false, fence: none").find("length") ==
        std::string::npos);
  CHECK(refusal("chain", "length: 2, keeps_history: false")
            .find("links that lose their history are lost sooner than the replicas are") !=
        std::string::npos);
}
