// Repaired: of a handler that crashes or never ends `run` said nothing, and `sweep` not where; one
// for which the memory did not suffice violated its protocol.
#include <catch2/catch.hpp>

#include "tests/regress/program.hpp"

using namespace stampede::tests;

namespace {

Ended unruly(const std::string& command, const std::string& way, const std::string& more) {
  const Folder folder("unruly");
  const std::string file = folder.with(
      way + ".yaml", "cluster: { model: unruly, replicas: 2, options: { way: " + way + " } }\n");
  return shell(std::string(STAMPEDE_UNRULY_BINARY) + " " + command + " " + file + " " + more);
}

bool says(const Ended& ended, const std::string& text) {
  INFO(ended.out);
  return ended.out.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("regress: a handler that crashes is told with its step, node and message", "[regress]") {
  const Ended crash = unruly("run", "crash", "");
  CHECK(crash.status == 1);
  CHECK(
      crash.out ==
      "violated: unruly, seed 0\n  crashed: Segmentation fault in step 5, u1: on Provocation from "
      "u0\n");
  const Ended json = unruly("run", "crash", "--json");
  CHECK(json.status == 1);
  CHECK(says(json,
             "{\"verdict\":\"violated\",\"as_expected\":false,\"violations\":[{\"property\":"
             "\"crashed\",\"step\":5,\"message\":\"Segmentation fault in step 5, u1: on "
             "Provocation from u0\",\"nodes\":[]}],\"exit_status\":1,\"seed\":0}"));
  const Ended aborted = unruly("run", "abort", "");
  CHECK(aborted.status == 1);
  CHECK(says(aborted, "crashed: Aborted in step 5, u1: on Provocation from u0"));
  // Without a stack there is another one for what is said.
  const Ended recursion = unruly("run", "recurse", "");
  CHECK(recursion.status == 1);
  CHECK(says(recursion, "crashed: Segmentation fault in step 5, u1: on Provocation from u0"));
  CHECK(unruly("run", "nothing", "").status == 0);
  const Ended searched = unruly("explore", "crash", "--set 'explore={timers: {Later: 1}}'");
  CHECK(searched.status == 1);
  CHECK(says(searched, "crashed: Segmentation fault in node 1: on Provocation from node 0"));
}

TEST_CASE("regress: a handler that never ends is told when the time is over", "[regress]") {
  const Ended loop = unruly("run", "loop", "--max-time 100ms");
  CHECK(loop.status == 4);
  CHECK(loop.out ==
        "undecided: unruly, seed 0\nundecided: max_time = 100ms: no end of step 5, u1: on "
        "Provocation from u0\n");
  CHECK(says(unruly("run", "loop", "--max-time 100ms --json"), "\"verdict\":\"undecided\""));
  const Ended searched =
      unruly("explore", "loop", "--max-time 100ms --set 'explore={timers: {Later: 1}}'");
  CHECK(searched.status == 4);
  CHECK(searched.out ==
        "undecided: unruly, explore\nundecided: max_time = 100ms: no end of node 1: on Provocation "
        "from node 0\n");
}

TEST_CASE("regress: a sweep tells where its workers crashed or did not end", "[regress]") {
  const Ended crash = unruly("sweep", "crash", "--seeds 1..2 --jobs 1");
  CHECK(crash.status == 1);
  CHECK(says(crash, "  seed 1: Segmentation fault in step 5, u0: on Provocation from u1\n"));
  CHECK(says(crash, "  seed 2: Segmentation fault in step 5, "));
  const Ended loop = unruly("sweep", "loop", "--seeds 7..7 --jobs 1 --seed-limit 100ms");
  CHECK(loop.status == 4);
  CHECK(says(loop, "  seed 7: no end after 100ms of step 5, u"));
}

TEST_CASE("regress: out of memory is a limit, not a violation", "[regress]") {
  const Ended thrown = unruly("run", "out_of_memory", "");
  CHECK(thrown.status == 4);
  CHECK(says(thrown,
             "undecided: out of memory in u1: on Provocation from u0: ended after 4 "
             "decisions"));
  const Ended taken = unruly("run", "allocate", "--max-memory 64MiB");
  CHECK(taken.status == 4);
  CHECK(says(taken, "undecided: out of memory in u1: on Provocation from u0"));
  CHECK(unruly("sweep", "out_of_memory", "--seeds 1..2 --jobs 1").status == 4);
  for (const char* strategy : {"breadth-first", "depth-first", "random-walk"}) {
    const Ended searched =
        unruly("explore", "out_of_memory",
               std::string("--strategy ") + strategy + " --set 'explore={timers: {Later: 1}}'");
    INFO(strategy << searched.out);
    CHECK(searched.status == 4);
    CHECK(says(searched, "stopped by memory"));
  }
}
