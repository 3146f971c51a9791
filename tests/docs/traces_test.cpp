// docs/traces.md is right: its queries print what it shows, of the database that its commands
// write.
#include <catch2/catch.hpp>

#include "tests/docs/document.hpp"
#include "tests/regress/program.hpp"

using namespace stampede;

TEST_CASE("traces: the queries of their document print what it shows", "[docs]") {
  const std::string document = docs::root + "docs/traces.md";
  const tests::Folder folder("queries");
  const std::string program = "    ./stampede ";
  std::size_t runs = 0;
  for (std::string line : docs::read_lines(document)) {
    if (!line.starts_with(program + "run ") || !line.ends_with(" --db runs.db")) continue;
    line.replace(line.rfind("runs.db"), 7, folder / "runs.db");
    const auto ended = tests::shell("cd " + docs::root + " && " STAMPEDE_BINARY " " +
                                    line.substr(program.size()) + " --quiet");
    CHECK(ended.out.empty());
    ++runs;
  }
  CHECK(runs == 3);
  CHECK(docs::check_commands(document, {{"console", "$ sqlite3 ", folder.path(), "sqlite3"}}) >=
        10);
}
