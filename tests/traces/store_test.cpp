#include "traces/store.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "engine/core/error.hpp"
#include "engine/world/decision_text.hpp"
#include "tests/traces/temporary_database.hpp"
#include "traces/schema.hpp"

using namespace stampede;
using engine::Event;
using engine::EventKind;
using engine::milliseconds;
using traces::Database;
using traces::RunRecord;
using traces::RunWriter;
using traces::Statement;
using traces::Store;

namespace {

RunRecord a_record(std::uint64_t seed, const std::string& verdict) {
  RunRecord record;
  record.scenario_name = "crash";
  record.seed = seed;
  record.mode = "timed";
  record.verdict = verdict;
  record.recorded = "events";
  return record;
}

std::int64_t store_run(Store& store, std::uint64_t seed, const std::string& verdict) {
  RunWriter writer = store.begin_run();
  return writer.finish(a_record(seed, verdict));
}

Event an_event(EventKind kind, std::uint64_t step) {
  Event event;
  event.kind = kind;
  event.step = step;
  event.time = milliseconds(static_cast<std::int64_t>(step));
  return event;
}

template <class Action>
std::string complaint_about(const Action& action) {
  try {
    action();
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("traces: a run comes back as it was stored", "[unit]") {
  const TemporaryDatabase file("round-trip");
  RunRecord record = a_record(UINT64_MAX - 1, "violated");
  record.scenario_file = "crash.yaml";
  record.scenario_text = "seed: 7\nabout: \"\xC3\xA4\"\n";
  record.overrides = {"cluster.replicas=5", "about=\"two\nlines\""};
  record.build = {"1.0.0", "0123456789ab+", "g++ 12"};
  record.decisions = 2'048;
  record.operations = 17;
  record.virtual_time = milliseconds(1'500);
  record.digest = 0xfedcba9876543210;
  record.block_digests = {1, 0xffffffffffffffff, 0x0123456789abcdef};
  record.schedule = "- deliver: Prepare r0->r2\n";
  record.edits = "{}";
  record.stop_on_first = true;
  record.violations = {{"durability", 9, 3, "c0.1 is lost", "r0, r1"},
                       {"agreement", 12, 0, "logs differ", ""}};
  record.nodes = {{0, "r0", "replica"}, {1, "c0", "client"}};
  record.event_count = 3;

  Event deliver = an_event(EventKind::deliver, 4);
  deliver.node = NodeId{0};
  deliver.peer = NodeId{1};
  deliver.type = "Request";
  deliver.nth = 2;
  deliver.copy = 1;
  deliver.detail = R"({"number":1})";
  deliver.digest = 0x8000000000000001;
  deliver.cause = 3;
  deliver.incarnation = 2;
  deliver.state = 0x8000000000000002;
  Event violation = an_event(EventKind::violation, 4);
  violation.type = "durability";
  {
    Store store = Store::create_or_open(file.path());
    RunWriter writer = store.begin_run();
    writer.add(an_event(EventKind::crash, 3));
    writer.add(deliver);
    writer.add(violation);
    record.id = writer.finish(record);
    CHECK(record.id == 1);
  }

  const Store store = Store::open_read_only(file.path());
  const RunRecord stored = store.load_run(1);
  CHECK(stored.scenario_file == record.scenario_file);
  CHECK(stored.scenario_text == record.scenario_text);
  CHECK(stored.overrides == record.overrides);
  CHECK(stored.seed == record.seed);
  CHECK(stored.mode == record.mode);
  CHECK(stored.build == record.build);
  CHECK(stored.block_digests == record.block_digests);
  CHECK(stored.schedule == record.schedule);
  CHECK(stored.edits == record.edits);
  CHECK(stored.stop_on_first);
  CHECK(stored.recorded == record.recorded);
  REQUIRE(stored.violations.size() == 2);
  CHECK(stored.violations[0].property == "durability");
  CHECK(stored.violations[0].step == 9);
  CHECK(stored.violations[0].script_step == 3);
  CHECK(stored.violations[0].message == "c0.1 is lost");
  CHECK(stored.violations[0].nodes == "r0, r1");
  REQUIRE(stored.nodes.size() == 2);
  CHECK(stored.nodes[1].id == 1);
  CHECK(stored.nodes[1].name == "c0");
  CHECK(stored.nodes[1].role == "client");

  const std::vector<traces::RunSummary> summaries = store.runs();
  REQUIRE(summaries.size() == 1);
  CHECK(summaries[0].id == 1);
  CHECK(summaries[0].scenario_name == "crash");
  CHECK(summaries[0].seed == record.seed);
  CHECK(summaries[0].verdict == "violated");
  CHECK(summaries[0].violated == std::vector<std::string>{"durability", "agreement"});
  CHECK(summaries[0].decisions == 2'048);
  CHECK(summaries[0].operations == 17);
  CHECK(summaries[0].virtual_time == milliseconds(1'500));
  CHECK(summaries[0].digest == record.digest);
  CHECK(summaries[0].event_count == 3);

  std::vector<EventKind> kinds;
  store.for_each_event(1, 4, 4, [&](const Event& event) {
    kinds.push_back(event.kind);
    if (event.kind != EventKind::deliver) return;
    CHECK(event.step == deliver.step);
    CHECK(event.time == deliver.time);
    CHECK(event.node == deliver.node);
    CHECK(event.peer == deliver.peer);
    CHECK(event.type == deliver.type);
    CHECK(event.nth == deliver.nth);
    CHECK(event.copy == deliver.copy);
    CHECK(event.detail == deliver.detail);
    CHECK(event.digest == deliver.digest);
    CHECK(event.cause == deliver.cause);
    CHECK(event.incarnation == deliver.incarnation);
    CHECK(event.state == deliver.state);
  });
  CHECK(kinds == std::vector<EventKind>{EventKind::deliver, EventKind::violation});
}

TEST_CASE("traces: a window of steps is exactly the events of these steps, of this run", "[unit]") {
  const TemporaryDatabase file("windows");
  Store store = Store::create_or_open(file.path());
  for (int run = 1; run <= 3; ++run) {
    RunWriter writer = store.begin_run();
    for (std::uint64_t step = 2; step <= 40; step += 2) {  // odd steps have no event, others 1 to 3
      for (std::uint64_t i = 0; i <= step % 3; ++i) writer.add(an_event(EventKind::note, step));
    }
    writer.finish(a_record(7, "ok"));
  }
  for (std::uint64_t first = 0; first <= 42; ++first) {
    for (std::uint64_t last = first; last <= 42; ++last) {
      std::uint64_t expected = 0;
      for (std::uint64_t step = 2; step <= 40; step += 2) {
        if (first <= step && step <= last) expected += step % 3 + 1;
      }
      std::uint64_t seen = 0;
      store.for_each_event(2, first, last, [&](const Event& event) {
        ++seen;
        if (event.step < first || event.step > last) seen += 1'000;
      });
      if (seen != expected)
        FAIL("steps " << first << " to " << last << ": " << seen << " instead of " << expected);
    }
  }
}

TEST_CASE("traces: the default run is the newest violated one, else the newest", "[unit]") {
  const TemporaryDatabase file("default-run");
  Store store = Store::create_or_open(file.path());
  CHECK_FALSE(store.default_run());
  CHECK(store_run(store, 10, "ok") == 1);
  CHECK(store_run(store, 11, "undecided") == 2);
  CHECK(store.default_run() == 2);
  CHECK(store_run(store, 12, "violated") == 3);
  CHECK(store_run(store, 12, "violated") == 4);
  CHECK(store_run(store, 13, "ok") == 5);
  CHECK(store.default_run() == 4);
  CHECK(store.choose_run({}, 12) == 4);
  CHECK(store.choose_run({}, 10) == 1);
  CHECK(complaint_about([&] { static_cast<void>(store.choose_run({}, 14)); }) ==
        file.path() +
            ": error: no stored run has seed 14\nhint: 'sqlite3 FILE \"SELECT id, seed FROM run\"' "
            "lists what is "
            "stored");
}

TEST_CASE("traces: a run that is not finished leaves nothing", "[unit]") {
  const TemporaryDatabase file("rollback");
  Store store = Store::create_or_open(file.path());
  store_run(store, 1, "ok");
  {
    RunWriter writer = store.begin_run();
    CHECK(writer.run() == 2);
    writer.add(an_event(EventKind::crash, 1));
  }
  CHECK(store.runs().size() == 1);
  CHECK(file.rows("SELECT count(*) FROM event") == std::vector<std::string>{"0"});
  CHECK(store_run(store, 2, "ok") == 2);
}

TEST_CASE("traces: a reader sees finished runs while another is written", "[unit]") {
  const TemporaryDatabase file("reader");
  Store store = Store::create_or_open(file.path());
  store_run(store, 1, "ok");
  RunWriter writer = store.begin_run();
  for (std::uint64_t step = 1; step <= 100'000; ++step) writer.add(an_event(EventKind::note, step));
  const Store reader = Store::open_read_only(file.path(), std::chrono::milliseconds(0));
  CHECK(reader.runs().size() == 1);
  writer.finish(a_record(2, "ok"));
  CHECK(reader.runs().size() == 2);
}

TEST_CASE("traces: the last writer leaves one self-contained file", "[unit]") {
  const TemporaryDatabase file("self-contained");
  {
    Store store = Store::create_or_open(file.path());
    store_run(store, 1, "ok");
  }
  CHECK_FALSE(std::filesystem::exists(file.path() + "-wal"));
  CHECK(file.rows("PRAGMA journal_mode") == std::vector<std::string>{"delete"});
  CHECK(Store::create_or_open(file.path()).runs().size() == 1);
}

TEST_CASE("traces: what cannot be opened is refused with the reason", "[unit][input]") {
  const TemporaryDatabase file("errors");
  const std::string& path = file.path();
  const auto open = [&] { static_cast<void>(Store::create_or_open(path)); };
  const auto read = [&] { static_cast<void>(Store::open_read_only(path)); };
  CHECK(complaint_about(read) ==
        path +
            ": error: cannot open the database: No such file or directory\nhint: is there such a "
            "folder, and may the file be read?");
  CHECK(
      complaint_about([] { static_cast<void>(Store::create_or_open("no/such/folder/run.db")); }) ==
      "no/such/folder/run.db: error: cannot open the database: No such file or directory\nhint: is "
      "there such a folder, and may the file be read?");
  CHECK(complaint_about([] { static_cast<void>(Store::create_or_open("")); }) ==
        "error: '' is no name for a trace file\nhint: write for example --db runs.db");
  CHECK(complaint_about([] { static_cast<void>(Store::create_or_open(":memory:")); }) ==
        "error: ':memory:' is no name for a trace file\nhint: write for example --db runs.db");

  std::ofstream(path) << "seed: 7\n";
  const std::string no_database =
      path +
      ": error: this is not a trace database\nhint: give a file that stampede wrote with --db";
  CHECK(complaint_about(open) == no_database);
  CHECK(complaint_about(read) == no_database);

  std::ofstream(path, std::ios::trunc).close();
  CHECK(complaint_about(read) ==
        path + ": error: the database is empty\nhint: no run was finished; run again with --db");

  file.execute("CREATE TABLE other (x)");
  CHECK(complaint_about(open) == path +
                                     ": error: this is a database of another program\n"
                                     "hint: give a file that stampede wrote with --db");
  CHECK(file.rows("PRAGMA journal_mode") ==
        std::vector<std::string>{"delete"});  // and is left as it was

  file.execute("PRAGMA application_id = " + std::to_string(traces::application_id));
  file.execute("PRAGMA user_version = 5");
  CHECK(complaint_about(open) ==
        path +
            ": error: the trace format is 5, this program reads formats 1 to 4\n"
            "hint: use the version of Stampede that wrote it, or run again with another --db file");
}

TEST_CASE("traces: a damaged database is refused", "[unit][input]") {
  const TemporaryDatabase file("damaged");
  {
    Store store = Store::create_or_open(file.path());
    RunWriter writer = store.begin_run();
    for (std::uint64_t step = 1; step <= 10'000; ++step)
      writer.add(an_event(EventKind::note, step));
    writer.finish(a_record(1, "ok"));
  }
  std::fstream stream(file.path(), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(4'096);
  stream << std::string(200'000, '\xA5');
  stream.close();
  CHECK(complaint_about([&] {
          static_cast<void>(Store::open_read_only(file.path()).load_run(1));
        }) == file.path() +
                  ": error: the database is damaged\n"
                  "hint: 'sqlite3 FILE .recover' saves what can still be read");
}

TEST_CASE("traces: what goes wrong later is an error with a hint", "[unit][input]") {
  const TemporaryDatabase file("later-errors");
  const std::string& path = file.path();
  Store store = Store::create_or_open(path);
  CHECK(complaint_about([&] { static_cast<void>(store.load_run(7)); }) ==
        path + ": error: there is no run 7\nhint: no run is stored");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) store_run(store, seed, "ok");
  const std::string no_run = path + ": error: there is no run 7\nhint: newest runs: 3, 2, 1";
  CHECK(complaint_about([&] { static_cast<void>(store.load_run(7)); }) == no_run);
  CHECK(complaint_about([&] { store.for_each_event(7, 0, 9, [](const Event&) {}); }) == no_run);

  CHECK(complaint_about([&] {
          Database(path, Database::Access::read_only, Store::patience).execute("DELETE FROM run");
        }) == path +
                  ": error: the database may only be read\n"
                  "hint: check the permissions, or write to another file with --db");
  {
    const RunWriter writer = store.begin_run();
    Store second = Store::create_or_open(path, std::chrono::milliseconds(0));
    CHECK(complaint_about([&] { static_cast<void>(second.begin_run()); }) ==
          path +
              ": error: the database is locked by another process\n"
              "hint: wait until it has finished, or write to another file with --db");
  }
  CHECK(complaint_about([&] {
          Database database(path, Database::Access::read_write, Store::patience);
          database.execute("PRAGMA max_page_count = 20");
          RunWriter writer(database);
          for (std::uint64_t step = 1; step <= 100'000; ++step) {
            writer.add(an_event(EventKind::note, step));
          }
        }) == path +
                  ": error: the disk is full\n"
                  "hint: the run being written is left out; the runs before it are whole");
  CHECK(store.runs().size() == 3);
}

TEST_CASE("traces: a database of format 1 is read, and brought up to date by the next run",
          "[unit]") {
  const TemporaryDatabase file("format-1");
  std::filesystem::copy_file(std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/traces/format-1.db",
                             file.path());
  const auto check = [&](const Store& store) {
    const traces::RunRecord record = store.load_run(1);
    CHECK(record.stop_on_first);
    CHECK(record.edits.empty());
    CHECK(record.scenario_name == "format-1");
    std::vector<std::string> decisions;
    store.for_each_event(1, 5, UINT64_MAX >> 1, [&](const Event& event) {
      if (engine::is_decision(event.kind))
        decisions.push_back(engine::event_text(event, record.node_names()));
    });
    CHECK(decisions ==
          std::vector<std::string>{
              "begin c0 {\"put\":[\"x\",\"1\"]}",
              "deliver Request c0->r0 nth 1 "
              "{\"operation\":{\"put\":[\"x\",\"1\"]},\"id\":\"c0.1\",\"request_number\":1}",
              "crash r2 {\"kept\":0,\"torn\":false,\"save_kept\":false}", "wipe r2", "restart r2"});
  };
  check(Store::open_read_only(file.path()));
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"1"});
  {
    Store store = Store::create_or_open(file.path());
    check(store);
    store_run(store, 7, "ok");
  }
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"4"});
  const Store both = Store::open_read_only(file.path());
  check(both);
  CHECK_FALSE(both.load_run(2).stop_on_first);
  CHECK(file.rows("SELECT kind FROM fault_history WHERE run = 1 AND node = 'r2' AND step > 4") ==
        std::vector<std::string>{"crash", "wipe", "restart"});
}

TEST_CASE("traces: a database of format 2 is read, and brought up to date by the next sweep",
          "[unit]") {
  const TemporaryDatabase file("format-2");
  std::filesystem::copy_file(std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/traces/format-2.db",
                             file.path());
  const auto check = [&](const Store& store) {
    const RunRecord record = store.load_run(1);
    CHECK(record.scenario_name == "format-2");
    CHECK(record.seed == 4);
    CHECK(record.build == engine::Build{"0.2.0", "unknown", "unknown"});
    CHECK(record.event_count > 10);
  };
  {
    const Store old = Store::open_read_only(file.path());
    check(old);
    CHECK(old.sweeps().empty());
  }
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"2"});
  traces::SweepRecord sweep;
  sweep.scenario_name = "swept";
  sweep.overrides = {"a=b"};
  sweep.last_seed = UINT64_MAX;
  sweep.seeds = 3;
  sweep.verdict = "ok";
  sweep.build = {"1.0.0", "0123456789ab", "g++ 12"};
  {
    Store store = Store::create_or_open(file.path());
    check(store);
    CHECK(store.add_sweep(sweep) == 1);
    CHECK(store.add_sweep(sweep) == 2);
  }
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"4"});
  const Store both = Store::open_read_only(file.path());
  check(both);
  REQUIRE(both.sweeps().size() == 2);
  CHECK(both.sweeps()[1].overrides == sweep.overrides);
  CHECK(both.sweeps()[1].last_seed == UINT64_MAX);
  CHECK(both.sweeps()[1].build == sweep.build);
  CHECK(file.rows("SELECT * FROM sweep_summary WHERE sweep = 2") ==
        std::vector<std::string>{"2|swept|0|-1|3|ok|0|0|0|0|1.0.0|0123456789ab|g++ 12"});
}

TEST_CASE("traces: a database of format 3 is read, and brought up to date by the next run",
          "[unit]") {
  const TemporaryDatabase file("format-3");
  std::filesystem::copy_file(std::string(STAMPEDE_SOURCE_DIR) + "/tests/data/traces/format-3.db",
                             file.path());
  const auto check = [&](const Store& store) {
    const RunRecord record = store.load_run(2);
    CHECK(record.scenario_name == "primary-backup-obeys-outdated");
    CHECK(record.parent == 0);
    REQUIRE(record.violations.size() == 1);
    CHECK(record.violations[0].fingerprint.empty());
    CHECK(store.sweeps().size() == 1);
    std::uint64_t events = 0;
    store.for_each_event(2, 0, UINT64_MAX >> 1, [&](const Event& event) {
      ++events;
      CHECK(event.cause == 0);
      CHECK(event.incarnation == 0);
      CHECK(event.state == 0);
    });
    CHECK(events == 96);
  };
  check(Store::open_read_only(file.path()));
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"3"});
  {
    Store store = Store::create_or_open(file.path());
    check(store);
    RunRecord shrunk = a_record(4, "violated");
    shrunk.parent = 2;
    shrunk.violations = {{"agreement", 3, 0, "", "", "agreement by deliver Prepare at backup"}};
    RunWriter writer = store.begin_run();
    CHECK(writer.finish(shrunk) == 3);
  }
  CHECK(file.rows("PRAGMA user_version") == std::vector<std::string>{"4"});
  const Store both = Store::open_read_only(file.path());
  check(both);
  CHECK(both.load_run(3).parent == 2);
  CHECK(both.load_run(3).violations[0].fingerprint == "agreement by deliver Prepare at backup");
  CHECK(file.rows("SELECT fingerprint, property, runs, shortest_run FROM failures") ==
        std::vector<std::string>{
            "primary-backup/names-who-joined@masters|primary-backup/names-who-joined@masters|1|2",
            "agreement by deliver Prepare at backup|agreement|0|3"});
}
