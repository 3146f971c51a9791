// Repaired: what could not be written was lost without a word, or found out after hours of work and
// then took the verdict with it; and outputs overwrote what was read.
#include <catch2/catch.hpp>
#include <filesystem>

#include "engine/core/document.hpp"
#include "tests/regress/program.hpp"

namespace stampede::tests {
namespace {

const char* const history =
    "{:process 0, :type :invoke, :f :write, :value 1}\n"
    "{:process 0, :type :ok, :f :write, :value 1}\n";

std::string violated() { return catalogue("bugs/vrr-state-transfer-truncates"); }
std::string swarm() { return catalogue("viewstamped/swarm"); }

/// One command for each output, up to the place of its path.
std::vector<std::string> commands(const Folder& folder) {
  return {
      "S run " + violated() + " --history ",
      "S sweep " + swarm() + " --seeds 1..2 --history ",
      "S sweep " + swarm() + " --seeds 1..2 --summary ",
      "S explore " + violated() + " --script ",
      "S check " + folder.with("h.edn", history) + " --html ",
      "S run " + violated() + " --db ",
      "S sweep " + swarm() + " --seeds 1..2 --db ",
      "S explore " + violated() + " --db ",
  };
}

}  // namespace

TEST_CASE("regress: a standard output that cannot be written is told", "[regress]") {
  const Folder folder("full");
  const std::string edn = folder.with("h.edn", history);
  const std::string database = folder / "x.db";
  REQUIRE(shell("S run " + violated() + " --db " + database).status == 0);
  for (const std::string& command :
       {"run " + violated(), "run " + violated() + " --json", "sweep " + swarm() + " --seeds 1..2",
        "explore " + violated() + " --json", "replay " + database,
        "replay " + database + " --show events", "check " + edn, std::string("list models"),
        std::string("schema"), std::string("--version"), std::string("--help")}) {
    INFO(command);
    const Ended full = shell("S " + command + " > /dev/full");
    CHECK(full.status == 2);
    CHECK(full.says("error: the standard output could not be written"));
    const Ended closed = shell("S " + command + " >&-");
    CHECK(closed.status == 2);
    CHECK(closed.says("error: the standard output could not be written"));
  }
  // Nothing to say, nothing lost.
  CHECK(shell("S run " + violated() + " --quiet > /dev/full").status == 0);
  // What is opened does not become the standard output.
  CHECK(shell("S run " + violated() + " --db " + database + " >&-").status == 2);
  CHECK(shell("S replay " + database).status == 0);
}

TEST_CASE("regress: what cannot be opened is told before the work begins", "[regress]") {
  const Folder folder("unwritable");
  for (const std::string& command : commands(folder)) {
    for (const std::string& path : {std::string("/nowhere/x"), folder.path()}) {
      INFO(command << path);
      const Ended ended = shell(command + path);
      CHECK(ended.status == 2);
      CHECK(ended.says("error: "));
      CHECK(ended.says(path));
      // No verdict: nothing was done.
      CHECK(!ended.says("decisions"));
    }
  }
  CHECK(shell("S explore " + violated() + " --graph /nowhere/g.dot").status == 2);
  CHECK(shell("S merge " + folder.path()).status == 2);
}

TEST_CASE("regress: a verdict is printed although its outputs cannot be written", "[regress]") {
  const Folder folder("full-file");
  for (const std::string& command : commands(folder)) {
    if (command.find("--db") != std::string::npos) continue;
    INFO(command);
    const Ended ended = shell(command + "/dev/full");
    CHECK(ended.status == 2);
    CHECK(ended.says("/dev/full: error: cannot write what --"));
    CHECK((ended.says(" decisions") || ended.says("ok: ")));
  }
  std::filesystem::create_symlink("/dev/full", folder / "g.dot");
  const Ended graph = shell("S explore " + catalogue("ping_pong/oracle-reliable-max-5") +
                            " --graph " + (folder / "g.dot"));
  INFO(graph.out);
  CHECK(graph.status == 2);
  CHECK(graph.says("cannot write what --graph asks for"));
  CHECK(graph.says("complete"));
  // The same as JSON, which says how the program ends.
  const Ended json = shell("S run " + violated() + " --json --history /dev/full 2> /dev/null");
  CHECK(json.status == 2);
  const engine::Document document = engine::parse_json(json.out, "stdout");
  CHECK(document.at("exit_status").text == "2");
  CHECK(document.at("verdict").text == "violated");
  // A database on a disk that is full by the time of writing: what is limited is the size of files.
  const std::string database = folder / "x.db";
  REQUIRE(shell("S run " + violated() + " --db " + database).status == 0);
  const Ended limited =
      shell("ulimit -f 200; trap '' XFSZ; S run " + swarm() + " --record events --db " + database);
  INFO(limited.out);
  CHECK(limited.status == 2);
  CHECK(limited.says("ok: viewstamped"));
  CHECK(limited.says("x.db: error: "));
  // The run before it is whole.
  CHECK(shell("S replay " + database).status == 0);
}

TEST_CASE("regress: no output overwrites an input, or another output", "[regress]") {
  const Folder folder("overwrites");
  const std::string scenario =
      folder.with("s.yaml", "cluster: { model: viewstamped }\nlimits: { virtual_time: 100ms }\n");
  const std::string edn = folder.with("h.edn", history);
  std::filesystem::create_hard_link(scenario, folder / "same.yaml");
  std::filesystem::create_symlink(scenario, folder / "link.yaml");
  const std::string other = folder / "other";
  const std::string before = folder.text_of("s.yaml");
  for (const std::string& command :
       {"run " + scenario + " --history " + scenario,
        "run " + scenario + " --history " + (folder / "same.yaml"),
        "run " + scenario + " --history " + (folder / "link.yaml"),
        "run " + scenario + " --db " + scenario,
        "run " + scenario + " --db " + other + " --history " + other,
        "run " + scenario + " --db " + other + " --history " + folder.path() + "/./other",
        "sweep " + scenario + " --seeds 1..1 --history " + scenario,
        "sweep " + scenario + " --seeds 1..1 --summary " + other + " --db " + other,
        "explore " + scenario + " --script " + scenario, "check " + edn + " --html " + edn}) {
    INFO(command);
    const Ended ended = shell("S " + command);
    CHECK(ended.status == 2);
    CHECK(ended.says("would overwrite"));
    CHECK(folder.text_of("s.yaml") == before);
    CHECK(folder.text_of("h.edn") == history);
    CHECK(!std::filesystem::exists(other));
  }
  // Nothing is left beside what was refused, and devices may be shared.
  CHECK(!std::filesystem::exists(other + ".partial"));
  const Ended shared =
      shell("S sweep " + scenario + " --seeds 1..1 --history /dev/null --summary /dev/null");
  INFO(shared.out);
  CHECK(shared.status == 0);
}

TEST_CASE("regress: what is replaced is whole, or as it was", "[regress]") {
  const Folder folder("replaced");
  const std::string page = folder.with("page.html", "as it was");
  const std::string edn = folder.with("h.edn", history);
  // A file too large for the limit.
  CHECK(shell("ulimit -f 1; trap '' XFSZ; S check " + edn + " --html " + page).status == 2);
  CHECK(folder.text_of("page.html") == "as it was");
  CHECK(!std::filesystem::exists(page + ".partial"));
  CHECK(shell("S check " + edn + " --html " + page).status == 0);
  CHECK(folder.text_of("page.html").find("<!doctype html>") == 0);
  // What a link leads to is written, and the link stays.
  std::filesystem::create_symlink(page, folder / "link.html");
  CHECK(shell("S check " + edn + " --html " + (folder / "link.html")).status == 0);
  CHECK(std::filesystem::is_symlink(folder / "link.html"));
}

}  // namespace stampede::tests
