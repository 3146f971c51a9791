// stampede step as a user has it: from a pipe.
#include <catch2/catch.hpp>

#include "engine/core/document.hpp"
#include "tests/docs/document.hpp"
#include "tests/regress/program.hpp"
#include "traces/store.hpp"

namespace {

using namespace stampede;
using tests::catalogue;
using tests::Ended;
using tests::Folder;
using tests::shell;

const std::string bug = catalogue("bugs/vrr-state-transfer-truncates");

/// A session over the bug by these lines.
Ended step(const std::string& lines, const std::string& flags = "") {
  const Folder folder("step");
  return shell("S step " + bug + " " + flags + " < " + folder.with("lines", lines));
}

}  // namespace

TEST_CASE("step: docs/stepping.md shows what is printed", "[explain][docs][text]") {
  CHECK(docs::check_commands(docs::root + "docs/stepping.md",
                             {{"console", "$ ./stampede ", docs::root, STAMPEDE_BINARY}}) >= 2);
}

TEST_CASE("step: a line that is wrong is told, and the session goes on", "[explain][input]") {
  const Ended ended = step(
      "delivr Prepare r0->r2\n"
      "put x\n"
      "deliver Prepare r0->r2\n"
      "deliver Prepare r0->r7\n"
      "take 99\n"
      "d 1\n"
      "\n"
      "# nothing\n"
      "undo\n"
      "go nowhere\n"
      "begin cut\n"
      "put x 1 to r0\n"
      "save script " +
      bug +
      "\n"
      "history\n");
  INFO(ended.out);
  CHECK(ended.status == 2);
  for (const char* said :
       {"line 1: error: unknown command 'delivr'\n  hint: did you mean 'deliver'?",
        "line 2: error: ", "line 3: error: not possible here: deliver Prepare r0->r2",
        "line 4: error: ", "line 5: error: the list has no 99",
        "line 6: error: 'd' begins several commands\n  hint: diff, deliver, drop, duplicate",
        "line 9: error: only 0 choices led here",
        "line 10: error: unknown mark or branch 'nowhere'", "line 11: error: unknown fault 'cut'",
        "line 13: error: save would overwrite a file that is read",
        "c0.1 {\"put\":[\"x\",\"1\"]}: open"})
    CHECK(ended.says(said));
  CHECK_FALSE(ended.says("line 12"));
  CHECK(step("list\n").status == 0);
  CHECK(step("save script x.yaml\n").says("nothing was chosen"));
}

TEST_CASE("step: what is saved reruns", "[explain]") {
  const Folder folder("step-saved");
  const std::string test = folder / "test.yaml";
  const std::string database = folder / "runs.db";
  const Ended ended = step("next 17\nsave test " + test + "\nsave run " + database + "\nsave run " +
                           database + "\nundo 7\nsave script " + folder / "fine.yaml" + "\n");
  INFO(ended.out);
  REQUIRE(ended.status == 0);
  CHECK(ended.says("saved: " + test + ", 21 decisions, violated"));
  CHECK(
      folder.text_of("test.yaml").ends_with("expect: { violation: viewstamped/certified-log }\n"));
  CHECK(shell("S run " + test).status == 0);
  CHECK(shell("S run " + folder / "fine.yaml").status == 0);
  CHECK(shell("S replay " + database).says("matches"));
  // Over a stored run the session stands before the violation.
  const Ended again = shell("printf 'next\\nundo\\nredo\\n' | S step " + database + " --run 1");
  INFO(again.out);
  CHECK(again.status == 0);
  CHECK(again.says("violation viewstamped/certified-log"));
  CHECK(shell("S step " + database + " --to 7 < /dev/null").says("step 7, "));
  CHECK(shell("S step " + database + " --to 700 < /dev/null").status == 2);
  CHECK(shell("S step " + bug + " --run 1 < /dev/null").status == 2);
}

TEST_CASE("step: another way on is saved beside the run that it is made from", "[explain]") {
  const Folder folder("step-beside");
  const std::string database = folder / "runs.db";
  shell("S run " + bug + " --quiet --db " + database);
  const Ended ended = shell("printf 'drop Commit r1->r2\nnext 1000\nsave run\n' | S step " +
                            database + " --to 14 --json");
  INFO(ended.out);
  REQUIRE(ended.status == 0);
  const engine::Document told = engine::parse_json(ended.out, "stdout");
  CHECK(told.at("run_id").text == "2");
  CHECK(told.at("violations").items.empty());
  CHECK(shell("S replay " + database + " --run 2").says("matches"));
  const traces::Store store = traces::Store::open_read_only(database);
  CHECK(store.load_run(2).parent == 1);
  CHECK(store.load_run(2).scenario_name == "vrr-state-transfer-truncates-what-if");
  // Elsewhere nobody knows the run.
  const std::string elsewhere = folder / "elsewhere.db";
  shell("printf 'next\nsave run " + elsewhere + "\n' | S step " + database + " --to 14");
  CHECK(traces::Store::open_read_only(elsewhere).load_run(1).parent == 0);
  // Over a scenario there is nothing to save it beside.
  CHECK(step("next\nsave run\n").says("'save run' has no file"));
  CHECK(step("next\nsave script\n").says("'save script' has no file"));
}

TEST_CASE("step: JSON is one object, with what was chosen", "[explain]") {
  const Ended ended = step("put x 1 to r0\ntake 1\nlist\n", "--json");
  const engine::Document told = engine::parse_json(ended.out, "stdout");
  CHECK(told.at("choices").text == "2");
  CHECK(told.at("script").items.size() == 2);
  CHECK(told.at("wrong_lines").text == "0");
  CHECK(told.at("exit_status").text == "0");
}

TEST_CASE("step: a signal loses nothing that was chosen", "[explain]") {
  const Folder folder("step-signal");
  // Lines come one by one; the signal comes while the session waits for the next.
  const std::string begin = "cd " + folder.path() + "; mkfifo lines; $S step " + bug +
                            " --echo < lines > out 2>&1 & process=$!; exec 3> lines; "
                            "echo 'put x 1 to r0' >&3; echo 'deliver Request c0->r0' >&3; "
                            "until grep -q 'sends Prepare' out; do sleep 0.02; done; ";
  SECTION("SIGINT: it goes on") {
    const Ended ended = shell(begin +
                              "kill -INT $process; until grep -q interrupted out; do sleep 0.02; "
                              "done; echo 'deliver Prepare r0->r2' >&3; exec 3>&-; wait $process; "
                              "status=$?; cat out; exit $status");
    INFO(ended.out);
    CHECK(ended.status == 0);
    CHECK(ended.says("interrupted: nothing is lost"));
    CHECK(ended.says("sends PrepareOk r2->r0"));
  }
  SECTION("SIGTERM: it is saved") {
    const Ended ended =
        shell(begin + "kill -TERM $process; wait $process; status=$?; cat out; exit $status");
    INFO(ended.out);
    CHECK(ended.status == 4);
    CHECK(ended.says("saved: stampede-step.yaml, 6 decisions"));
    const std::string saved = folder.text_of("stampede-step.yaml");
    CHECK(saved.find("deliver: Request c0->r0") != std::string::npos);
    CHECK(shell("S run " + folder / "stampede-step.yaml").says("6 decisions"));
  }
}
