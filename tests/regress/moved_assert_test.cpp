// The digest of a run that ended in a failed ASSERT covered the line of that ASSERT: a comment
// above it made it another run.
#include <catch2/catch.hpp>

#include "engine/world/world.hpp"

namespace stampede::tests {
namespace {

/// Where the ASSERT below stands, as if lines were written above it, and what it says.
struct Written {
  const char* condition = "page < last_page";
  int line = 0;
};
Written written;

struct Reader {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::uint32_t page = 0;
  void start(Context&) {
    engine::assertion_failed(written.condition, "/home/reader/models/books/reader.cpp",
                             written.line);
  }
};
STAMPEDE_VALUE(Reader, page);

engine::World broken_at(const Written& place) {
  written = place;
  engine::Assembly assembly;
  assembly.nodes.push_back({"n0", "node", engine::make_process(Reader{}), {}});
  assembly.membership.add({"node", {NodeId{0}}});
  engine::World world(assembly, {});
  world.start();
  REQUIRE(world.violations().size() == 1);
  return world;
}

}  // namespace

TEST_CASE("regress: a comment above a failed ASSERT leaves the run's digest alone", "[regress]") {
  const engine::World before = broken_at({"page < last_page", 17});
  const engine::World after = broken_at({"page < last_page", 18});
  CHECK(before.digest() == after.digest());
  // People are told the place; the condition is part of the digest.
  CHECK(before.violations()[0].message ==
        "n0: ASSERT(page < last_page) failed at books/reader.cpp:17");
  CHECK(after.violations()[0].message ==
        "n0: ASSERT(page < last_page) failed at books/reader.cpp:18");
  CHECK(before.digest() != broken_at({"page == last_page", 17}).digest());
}

}  // namespace stampede::tests
