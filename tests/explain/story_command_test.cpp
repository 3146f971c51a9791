// Stories where people meet them.
#include <catch2/catch.hpp>

#include "tests/regress/program.hpp"

namespace {

using namespace stampede::tests;

/// From "how it came to" up to the line that begins with `end`.
std::string story_in(const Ended& ended, const std::string& end) {
  const std::size_t begin = ended.out.find("how it came to ");
  INFO(ended.out);
  REQUIRE(begin != std::string::npos);
  return ended.out.substr(begin, ended.out.find("\n" + end, begin) - begin);
}

}  // namespace

TEST_CASE("story: a search tells what it found as run tells it", "[explain]") {
  const Folder folder("story-explore");
  const std::string script = folder / "found.yaml";
  const Ended found =
      shell("S explore " + catalogue("bugs/vrr-recovery-forgets-view") + " --script " + script);
  const std::string told = story_in(found, "script: ");
  CHECK(told.find("RecoveryResponse") != std::string::npos);
  CHECK(told == story_in(shell("S run " + script), "again:  "));
  const Ended none = shell("S explore " + catalogue("bugs/vrr-recovery-forgets-view") +
                           " --set 'cluster.defects=[]' --set expect=ok --max-states 1000");
  CHECK_FALSE(none.says("how it came to"));
}
