// docs/time-travel.md is right: its commands print what it shows.
#include <catch2/catch.hpp>

#include "tests/docs/document.hpp"
#include "tests/regress/program.hpp"

using namespace stampede;

TEST_CASE("time travel: the commands of its document print what it shows", "[docs]") {
  const tests::Folder folder("time-travel");
  const tests::Ended stored =
      tests::shell("S run " + tests::catalogue("bugs/vrr-state-transfer-truncates") + " --db " +
                   (folder / "out.db") + " --quiet");
  REQUIRE(stored.status == 0);
  CHECK(docs::check_commands(docs::root + "docs/time-travel.md",
                             {{"console", "$ ./stampede ", folder.path(), STAMPEDE_BINARY}}) >= 5);
}
