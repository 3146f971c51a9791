// The command line: verdicts, exit statuses and what is printed.
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/core/document.hpp"

namespace stampede::tests {
namespace {

struct Ended {
  int status = 0;
  std::string out;
};

Ended check(const std::string& arguments) {
  const std::string command = std::string(STAMPEDE_BINARY) + " check " + arguments + " 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended ended;
  std::array<char, 4096> piece{};
  while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), pipe)) {
    ended.out.append(piece.data(), read);
  }
  ended.status = WEXITSTATUS(pclose(pipe));
  return ended;
}

std::string written(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / name;
  std::ofstream(path) << text;
  return path.string();
}

const char* const stale_read = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value nil}
)";

}  // namespace

TEST_CASE("check: every sample of a format is judged", "[unit]") {
  for (const auto& entry :
       std::filesystem::directory_iterator(STAMPEDE_SOURCE_DIR "/tests/data/histories")) {
    INFO(entry.path());
    const Ended ended = check(entry.path().string());
    CHECK(ended.status == 0);
    CHECK(ended.out.substr(0, 4) == "ok: ");
  }
}

TEST_CASE("check: a violation has exit status 1, a chart and a page", "[unit]") {
  const std::string file = written("check_command_stale.edn", stale_read);
  const std::string page = file + ".html";
  const Ended ended = check(file + " --html " + page);
  CHECK(ended.status == 1);
  CHECK(ended.out.find("impossible from event 3 on\n1's \"read\" -> {\"value\":null} at [2, 3]") !=
        std::string::npos);
  CHECK(ended.out.find("stale reads: 1, at most 1 versions behind") != std::string::npos);
  CHECK(ended.out.find("  1              |=====|  \"read\" -> {\"value\":null}  [2, 3]") !=
        std::string::npos);
  std::ifstream stream(page);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  CHECK(text.find("<!doctype html>") == 0);
  // Nothing comes from elsewhere: what the page may do is told by the page itself.
  CHECK(text.find("content=\"default-src 'none'; script-src 'sha256-") != std::string::npos);
  CHECK(text.find(" src=") == std::string::npos);
  // Values are values, for which the page has words; the reason names an operation by its place.
  CHECK(text.find(R"({"operation":"read","result":{"value":null}})") != std::string::npos);
  CHECK(text.find(R"("reason":["",1,", which no order explains together with ",0,""])") !=
        std::string::npos);
  CHECK(check(file + " --consistency sequential").status == 0);
  CHECK(check(file + " --consistency causal").status == 0);
}

TEST_CASE("check: transactions of our own are judged by their service, or by isolation", "[unit]") {
  const std::string file = written("check_command_transactions.ndjson",
                                   R"({"h":1,"model":"transactions"}
{"e":"call","id":1,"p":0,"op":{"transaction":[{"append":["x","1"]},{"append":["y","1"]}]}}
{"e":"ok","id":1,"p":0,"o":{"results":[{"ok":true},{"ok":true}]}}
{"e":"call","id":2,"p":1,"op":{"transaction":[{"list":"x"},{"list":"y"}]}}
{"e":"ok","id":2,"p":1,"o":{"results":[{"values":["1"]},{"values":[]}]}}
)");
  CHECK(check(file + " --consistency read-committed").status == 0);
  for (const char* level : {"linearizable", "serializable", "snapshot-isolation"}) {
    const Ended ended = check(file + " --consistency " + level);
    INFO(ended.out);
    CHECK(ended.status == 1);
  }
  const Ended ended = check(file + " --consistency serializable --json");
  const engine::Document document = engine::parse_json(ended.out, "json");
  CHECK(document.at("anomalies").items.front().at("name").text == "G-single");
  CHECK(document.at("transactions").items.size() == 2);
  CHECK(document.at("core").items.size() == 2);
}

TEST_CASE("check: staleness is judged by versions or by time, and needs a bound", "[unit]") {
  const std::string file = written("check_command_staleness.edn",
                                   R"({:process 0, :type :invoke, :f :write, :value 1, :time 0}
{:process 0, :type :ok, :f :write, :value 1, :time 1000000}
{:process 1, :type :invoke, :f :read, :value nil, :time 6000000}
{:process 1, :type :ok, :f :read, :value nil, :time 7000000}
)");
  const std::string staleness = file + " --consistency staleness";
  CHECK(check(staleness).status == 2);
  CHECK(check(staleness + " --k 1").status == 0);
  CHECK(check(staleness + " --within 5ms").status == 0);
  const Ended behind = check(staleness + " --k 0");
  CHECK(behind.status == 1);
  CHECK(behind.out.find("sees the initial value, which 1 writes had replaced") !=
        std::string::npos);
  const Ended late = check(staleness + " --within 4ms");
  CHECK(late.status == 1);
  CHECK(late.out.find("sees the initial value, 5ms after 0's {\"write\":\"1\"} -> {\"ok\":true} at "
                      "[0, 1], 0s to 1ms had replaced it") != std::string::npos);
  CHECK(check(file + " --within 4ms").status == 2);
  CHECK(check(file + " --consistency eventual --k 1").status == 2);
}

TEST_CASE("check: who reads what nobody wrote is told of --initial, whatever the model", "[unit]") {
  const std::string file = written("check_command_initial.edn",
                                   R"({:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 7}
{:process 1, :type :invoke, :f :write, :value 1}
{:process 1, :type :ok, :f :write, :value 1}
)");
  for (const char* model : {"linearizable", "sequential", "causal", "session", "k-atomic"}) {
    const Ended ended = check(file + " --consistency " + model);
    INFO(ended.out);
    CHECK(ended.status == 1);
    CHECK(ended.out.find("--initial VALUE") != std::string::npos);
  }
}

TEST_CASE("check: --json is one object with the agreed keys", "[unit]") {
  const std::string file = written("check_command_json.edn", stale_read);
  const Ended ended = check(file + " --json");
  CHECK(ended.status == 1);
  const engine::Document document = engine::parse_json(ended.out, "json");
  for (const char* key : {"verdict", "expected", "as_expected", "violations", "exit_status",
                          "wall_seconds", "operations", "core", "undecided_because"}) {
    INFO(key);
    CHECK(document.find(key) != nullptr);
  }
  CHECK(document.at("verdict").text == "violated");
  CHECK(document.at("core").items.size() == 2);
  CHECK(document.at("core").items.back().at("result_needed").text == "true");
  const Ended fine = check(written("check_command_fine.edn",
                                   R"({:process 0 :type :invoke :f :write :value 1}
{:process 1 :type :invoke :f :read :value nil}
{:process 1 :type :ok :f :read :value 1}
{:process 0 :type :ok :f :write :value 1}
)") + " --json");
  const engine::Document proven = engine::parse_json(fine.out, "json");
  REQUIRE(proven.at("witness").items.size() == 2);
  CHECK(proven.at("witness").items[0].text == "0");
  CHECK(proven.at("witness").items[1].text == "1");
}

TEST_CASE("check: wrong input has exit status 2, a cap 4", "[unit]") {
  CHECK(check("/nowhere/at/all.edn").status == 2);
  const std::string file = written("check_command_wrong.edn", "{:process 0 :type :invoke :f }");
  const Ended wrong = check(file);
  CHECK(wrong.status == 2);
  CHECK(wrong.out.find(file + ":1:27: error: key 'f' has no value") != std::string::npos);
  CHECK(check(file + " --consistency sequentially").status == 2);
  std::string hard;
  for (int process = 0; process < 14; ++process) {
    hard += "{:process " + std::to_string(process) + ", :type :invoke, :f :add, :value " +
            std::to_string(2 << process) + "}\n";
  }
  hard +=
      "{:process 20, :type :invoke, :f :read, :value nil}\n"
      "{:process 20, :type :ok, :f :read, :value 99999}\n";
  const Ended capped =
      check(written("check_command_hard.edn", hard) + " --model counter --max-steps 1000");
  CHECK(capped.status == 4);
  const Ended unread = check(written("check_command_large.edn", stale_read) + " --max-memory 100");
  CHECK(unread.status == 4);
  CHECK(unread.out == "undecided: max_memory_bytes = 100, which the history takes up to line 1\n");
  CHECK(check(file + " --max-time soon").status == 2);
  CHECK(capped.out.find("undecided: max_configurations = 1000; the first 15 of 16 events are "
                        "linearizable") != std::string::npos);
}

TEST_CASE("check: anomalies of transactions are told with their edges, a chart and a page",
          "[unit]") {
  const std::string file =
      written("check_command_skew.edn",
              R"({:process 0, :type :invoke, :f :txn, :value [[:r x nil] [:append y 1]]}
{:process 1, :type :invoke, :f :txn, :value [[:r y nil] [:append x 1]]}
{:process 0, :type :ok, :f :txn, :value [[:r x []] [:append y 1]]}
{:process 1, :type :ok, :f :txn, :value [[:r y []] [:append x 1]]}
)");
  const std::string page = file + ".html";
  const Ended ended = check(file + " --html " + page);
  CHECK(ended.status == 1);
  CHECK(ended.out.find("G2-item\n"
                       "  rw: T0 read x with nothing in it, behind which T1 appended 1\n"
                       "  rw: T1 read y with nothing in it, behind which T0 appended 1\n"
                       "  T0 (0)  |===========|        [:r x []] [:append y 1]  [0, 2]\n"
                       "  T1 (1)        |===========|  [:r y []] [:append x 1]  [1, 3]\n") !=
        std::string::npos);
  std::ifstream stream(page);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  CHECK(text.find(R"("stories":[{"name":"G2-item","sentences":["rw: T0 read x)") !=
        std::string::npos);
  CHECK(text.find(R"("arrows":[[0,1,"rw x"],[1,0,"rw y"]])") != std::string::npos);
  const Ended allowed = check(file + " --consistency snapshot-isolation");
  CHECK(allowed.status == 0);
  CHECK(allowed.out.find("G2-item, which the level allows\n") != std::string::npos);
  const auto json = engine::parse_json(check(file + " --json").out, "out");
  const engine::Document& anomaly = json.at("anomalies").items.at(0);
  CHECK(anomaly.at("name").text == "G2-item");
  CHECK(anomaly.at("forbidden").text == "true");
  CHECK(anomaly.at("shortest").text == "true");
  const engine::Document& step = anomaly.at("cycle").items.at(0);
  CHECK(step.at("type").text == "rw");
  CHECK(step.at("key").text == "x");
  CHECK(step.at("next").text == "1");
  CHECK(json.at("transactions").items.size() == 2);
  CHECK(check(file + " --max-memory 2KiB").status != 0);
}

TEST_CASE("check: a value that nobody wrote may have been there at first", "[unit]") {
  const std::string hint = "hint: if it was there at first, say so: --initial VALUE\n";
  const std::string read = written("check_command_initial.edn",
                                   "{:process 0, :type :invoke, :f :read, :value nil}\n"
                                   "{:process 0, :type :ok, :f :read, :value 5}\n");
  CHECK(check(read).out.find(hint) != std::string::npos);
  CHECK(check(read + " --initial 5").status == 0);
  CHECK(check(read + " --initial 6").out.find(hint) == std::string::npos);
  const std::string transaction =
      written("check_command_initial_txn.edn", "{:process 0, :type :ok, :value [[:r 1 5]]}\n");
  CHECK(check(transaction).out.find(hint) != std::string::npos);
  CHECK(check(transaction + " --initial 5").status == 0);
}

TEST_CASE("check: one key, and nil that is not known", "[unit]") {
  const std::string sets = written("check_command_keys.edn",
                                   "{:process 0, :type :invoke, :f :add, :value [1 7]}\n"
                                   "{:process 0, :type :ok, :f :add, :value [1 7]}\n"
                                   "{:process 0, :type :invoke, :f :read, :value [1 nil]}\n"
                                   "{:process 0, :type :ok, :f :read, :value [1 #{}]}\n");
  CHECK(check(sets).status == 2);
  CHECK(check(sets + " --key 1").status == 1);
  const std::string file = written("check_command_nil.edn", stale_read);
  CHECK(check(file).status == 1);
  CHECK(check(file + " --nil-reads unknown").status == 0);
}

}  // namespace stampede::tests
