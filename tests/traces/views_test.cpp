// The ready views on a small run made by hand.
#include <catch2/catch.hpp>

#include "tests/traces/temporary_database.hpp"
#include "traces/store.hpp"

using namespace stampede;
using engine::Event;
using engine::EventKind;
using engine::milliseconds;

namespace {

constexpr NodeId r0{0};
constexpr NodeId r1{1};
constexpr NodeId c0{2};
using Rows = std::vector<std::string>;

/// Two replicas and a client. r0 leads epoch 0, a message is lost, r0 crashes, r1 leads epoch 1; c0
/// waits 200 ms.
class HandMadeRun {
 public:
  explicit HandMadeRun(traces::RunWriter& writer) : writer_(writer) {
    add(EventKind::observe, 1, r0, no_node, "", observation(true, 0, 0, 0));
    add(EventKind::observe, 2, r1, no_node, "", observation(false, 0, 0, 0));
    add(EventKind::begin, 10, c0);
    add(EventKind::invoke, 10, c0, no_node, "", R"({"id":"c0.1","operation":{"put":["x",1]}})");
    add(EventKind::send, 10, c0, r0, "Request");
    add(EventKind::deliver, 12, r0, c0, "Request");
    add(EventKind::observe, 12, r0, no_node, "", observation(true, 0, 1, 0));
    add(EventKind::send, 12, r0, r1, "Prepare");
    add(EventKind::drop, 14, r1, r0, "Prepare", R"({"cause":"loss"})");
    add(EventKind::send, 15, r0, c0, "Reply");
    add(EventKind::deliver, 20, c0, r0, "Reply");
    add(EventKind::respond, 20, c0, no_node, "", R"({"id":"c0.1","result":{"ok":true}})");
    add(EventKind::corrupt, 25, r1, r0, "Prepare");
    add(EventKind::crash, 30, r0);
    add(EventKind::ignore, 100, r1, r0, "Prepare");
    add(EventKind::observe, 200, r1, no_node, "", observation(true, 1, 1, 1));
    add(EventKind::invoke, 210, c0, no_node, "", R"({"id":"c0.2","operation":{"get":"x"}})");
    add(EventKind::respond, 220, c0, no_node, "", R"({"id":"c0.2","result":{"value":1}})");
    add(EventKind::invoke, 221, c0, no_node, "", R"({"id":"c0.3","operation":{"get":"x"}})");
    add(EventKind::respond, 320, c0, no_node, "",
        R"({"id":"c0.9","result":{}})");  // exactly 100 ms later: no window
  }

 private:
  static std::string observation(bool leading, int epoch, int log, int committed) {
    return std::string(R"({"operational":true,"leading":)") + (leading ? "true" : "false") +
           ",\"epoch\":" + std::to_string(epoch) + ",\"log\":" + std::to_string(log) +
           ",\"committed\":" + std::to_string(committed) + ",\"executed\":0}";
  }
  void add(EventKind kind, std::int64_t at_ms, NodeId node, NodeId peer = no_node,
           const char* type = "", const std::string& detail = {}) {
    const bool message = *type != 0;
    writer_.add(
        {kind, ++step_, milliseconds(at_ms), node, peer, type, message ? 1U : 0U, 0, detail, 0});
  }

  traces::RunWriter& writer_;
  std::uint64_t step_ = 0;
};

/// The run twice: a view that mixes up runs shows it.
void store_twice(const std::string& path) {
  traces::Store store = traces::Store::create_or_open(path);
  for (std::uint64_t seed = 7; seed <= 8; ++seed) {
    traces::RunWriter writer = store.begin_run();
    HandMadeRun{writer};
    traces::RunRecord record;
    record.scenario_name = "by-hand";
    record.seed = seed;
    record.mode = "timed";
    record.verdict = "violated";
    record.decisions = 20;
    record.operations = 3;
    record.virtual_time = milliseconds(400);
    record.digest = 0xab;
    record.violations = {{"durability", 12, 0, "", ""}, {"agreement", 9, 0, "", ""}};
    record.nodes = {{0, "r0", "replica"}, {1, "r1", "replica"}, {2, "c0", "client"}};
    record.recorded = "events";
    record.build = {"1.0.0", "0123456789ab+", "g++ 12"};
    writer.finish(record);
  }
}

}  // namespace

TEST_CASE("traces: the ready views answer their questions", "[unit]") {
  const TemporaryDatabase file("views");
  store_twice(file.path());

  CHECK(file.rows("SELECT * FROM run_summary WHERE run = 2") ==
        Rows{"2|by-hand|8|timed|violated|durability, "
             "agreement|9|20|3|0.4|00000000000000ab|events|20|1.0.0|0123456789ab+|g++ 12|"});
  CHECK(
      file.rows(
          "SELECT run, sequence, step, time, kind, node, peer, type, nth, copy, detail FROM trace "
          "WHERE kind = 'drop'") ==
      Rows{"1|9|9|14000000|drop|r1|r0|Prepare|1||{\"cause\":\"loss\"}",
           "2|9|9|14000000|drop|r1|r0|Prepare|1||{\"cause\":\"loss\"}"});
  CHECK(file.rows("SELECT * FROM lost_messages WHERE run = 1") ==
        Rows{"1|9|14.0|Prepare|r0|r1|1||loss", "1|13|25.0|Prepare|r0|r1|1||corrupt"});
  CHECK(file.rows("SELECT * FROM who_knew_what_when WHERE run = 2 AND step > 2") ==
        Rows{"2|7|12.0|r0|1|1|0|1|0|0", "2|16|200.0|r1|1|1|1|1|1|0"});
  // Step 7 changes the log of r0 only.
  CHECK(file.rows("SELECT * FROM views_and_primaries") ==
        Rows{"1|1|1.0|r0|1|1|0", "1|2|2.0|r1|1|0|0", "1|16|200.0|r1|1|1|1", "2|1|1.0|r0|1|1|0",
             "2|2|2.0|r1|1|0|0", "2|16|200.0|r1|1|1|1"});
  CHECK(file.rows("SELECT * FROM unavailable_windows") ==
        Rows{"1|20.0|220.0|200.0|12|18", "2|20.0|220.0|200.0|12|18"});
  CHECK(file.rows("SELECT * FROM operation_latency WHERE run = 2") ==
        Rows{"2|c0|c0.1|{\"put\":[\"x\",1]}|{\"ok\":true}|4|12|10.0|10.0",
             "2|c0|c0.2|{\"get\":\"x\"}|{\"value\":1}|17|18|210.0|10.0",
             "2|c0|c0.3|{\"get\":\"x\"}||19||221.0|"});
  CHECK(file.rows("SELECT * FROM message_counts WHERE run = 1") ==
        Rows{"1|Prepare|1|0|1|1|1|0", "1|Reply|1|1|0|0|0|0", "1|Request|1|1|0|0|0|0"});
  CHECK(file.rows("SELECT run, step, kind, node FROM fault_history") ==
        Rows{"1|14|crash|r0", "2|14|crash|r0"});
}

TEST_CASE("traces: failures that are alike are one row, shown by the shortest run", "[unit]") {
  const TemporaryDatabase file("failures");
  {
    traces::Store store = traces::Store::create_or_open(file.path());
    const auto add = [&](std::uint64_t seed, std::uint64_t decisions, std::int64_t parent,
                         const std::string& fingerprint) {
      traces::RunWriter writer = store.begin_run();
      traces::RunRecord record;
      record.seed = seed;
      record.decisions = decisions;
      record.parent = parent;
      record.violations = {{"agreement", seed, 0, "they differ", "r0, r1", fingerprint}};
      writer.finish(record);
    };
    add(1, 300, 0, "by Prepare");
    add(2, 200, 0, "by Commit");
    add(3, 100, 0, "by Prepare");
    add(3, 12, 3, "by Prepare");
    add(4, 50, 0, "");
  }
  CHECK(file.rows("SELECT * FROM failures") == Rows{"by Prepare|agreement|2|4|3|12|3|they differ",
                                                    "agreement|agreement|1|5|4|50|4|they differ",
                                                    "by Commit|agreement|1|2|2|200|2|they differ"});
}

TEST_CASE("traces: a view asked for one run reads that run's events only", "[unit]") {
  const TemporaryDatabase file("view-plans");
  store_twice(file.path());
  for (const char* view :
       {"trace", "lost_messages", "who_knew_what_when", "views_and_primaries",
        "unavailable_windows", "operation_latency", "message_counts", "fault_history"}) {
    CAPTURE(view);
    std::string plan;
    for (const std::string& row :
         file.rows("EXPLAIN QUERY PLAN SELECT * FROM " + std::string(view) + " WHERE run = 2")) {
      plan += row + "\n";
    }
    CAPTURE(plan);
    CHECK(plan.find("SEARCH run USING INTEGER PRIMARY KEY (rowid=?)") != std::string::npos);
    CHECK(plan.find("SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)") !=
          std::string::npos);
    CHECK(plan.find("SCAN event") == std::string::npos);
  }
}
