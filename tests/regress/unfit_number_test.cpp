// Repaired: numbers of flags that do not fit were wrapped (-1), taken for the largest that does
// (2^64), or cut off, and an empty value meant whatever the flag meant without one.
#include <catch2/catch.hpp>

#include "tests/regress/program.hpp"

using namespace stampede::tests;

namespace {

const std::string ping_pong_file = catalogue("bugs/ping-pong-forgets-to-check");

}  // namespace

TEST_CASE("regress: a number that does not fit is refused by its flag", "[regress][input]") {
  const std::pair<std::string, std::string> flags[] = {
      {"run " + ping_pong_file, "--seed"},
      {"sweep " + ping_pong_file + " --seeds 1..2", "--stop-after"},
      {"sweep " + ping_pong_file + " --seeds 1..2", "--jobs"},
      {"explore " + ping_pong_file, "--max-states"},
      {"explore " + ping_pong_file, "--jobs"},
      {"explore " + ping_pong_file, "--seed"},
      {"explore " + ping_pong_file, "--walk-length"},
      {"replay none.db", "--run"},
      {"replay none.db", "--seed"},
      {"replay none.db", "--to"},
      {"replay none.db", "--from"},
      {"check none.edn", "--k"},
      {"check none.edn", "--max-steps"},
  };
  for (const auto& [command, flag] : flags) {
    for (const char* value : {"18446744073709551616", "-1", "''", "1.5", "1e3", "0x10", "' 1'"}) {
      INFO(command << " " << flag << " " << value);
      const Ended refused = shell("S " + command + " " + flag + " " + value);
      CHECK(refused.status == 2);
      CHECK(refused.out.find("error: " + flag + ": ") == 0);
    }
  }
  CHECK(shell("S run " + ping_pong_file + " --seed 18446744073709551616")
            .out.find("error: --seed: '18446744073709551616' is not a number from 0 to "
                      "18446744073709551615\n") == 0);
}

TEST_CASE("regress: an amount of memory or time that does not fit is refused", "[regress][input]") {
  for (const char* command : {"run ", "explore ", "check "}) {
    for (const char* value :
         {"17179869184GiB", "18446744073709551616", "-1", "''", "GiB", "1QiB", "1.5GiB"}) {
      INFO(command << value);
      const Ended refused =
          shell(std::string("S ") + command + ping_pong_file + " --max-memory " + value);
      CHECK(refused.status == 2);
      CHECK(refused.out.find("error: --max-memory: ") == 0);
    }
    for (const char* value : {"''", "5", "-1s", "99999999999999999999s", "soon"}) {
      INFO(command << value);
      const Ended refused =
          shell(std::string("S ") + command + ping_pong_file + " --max-time " + value);
      CHECK(refused.status == 2);
      CHECK(refused.out.find("error: --max-time: ") == 0);
    }
  }
  // One unit for all commands.
  for (const char* value : {"1GiB", "1GB", "1G", "1073741824", "1048576KiB"})
    CHECK(shell("S explore " + ping_pong_file + " --max-memory " + value).status == 0);
  for (const char* flag : {"--db", "--script", "--set", "--graph"})
    CHECK(shell("S explore " + ping_pong_file + " " + flag + " ''").status == 2);
}

TEST_CASE("regress: no time and no states are limits that are reached at once",
          "[regress][input]") {
  const std::string ok = catalogue("paxos/oracle-2-clients");
  CHECK(shell("S explore " + ok + " --max-time 0s").status == 4);
  CHECK(shell("S explore " + ok + " --max-states 0").status == 4);
  CHECK(shell("S run " + ok + " --max-time 0s").status == 4);
}

TEST_CASE("regress: more workers than anybody has are an input error, too few descriptors none",
          "[regress][input]") {
  CHECK(shell("S sweep " + ping_pong_file + " --seeds 1..3 --jobs 4294967295").status == 2);
  const std::string sweep = "S sweep " + ping_pong_file + " --json --seeds 1..40 ";
  const Ended whole = shell(sweep + "--jobs 1");
  const Ended few = shell("ulimit -n 16; " + sweep + "--jobs 64");
  CHECK(few.status == whole.status);
  CHECK(few.out.substr(0, few.out.find("\"decisions_per_second\"")) ==
        whole.out.substr(0, whole.out.find("\"decisions_per_second\"")));
  // Without those that whoever runs the tests has open: one is left, which the loader needs.
  const Ended none =
      shell("exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; ulimit -n 4; " + sweep + "--jobs 2");
  CHECK(none.status == 2);
  CHECK(none.out.find("cannot start a worker: ") != std::string::npos);
}
