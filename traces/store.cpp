#include "traces/store.hpp"

#include <map>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"
#include "traces/schema.hpp"

namespace stampede::traces {
namespace {

using engine::Event;
using engine::EventKind;
using engine::InputError;
using engine::Place;

bool is_blank(Database& database) {
  return database.integer("PRAGMA application_id") == 0 &&
         database.integer("PRAGMA user_version") == 0 &&
         database.integer("SELECT count(*) FROM sqlite_schema") == 0;
}

void check_format(Database& database) {
  const Place place{database.path(), 0, 0};
  if (is_blank(database)) {
    throw InputError(place, "the database is empty", "no run was finished; run again with --db");
  }
  if (database.integer("PRAGMA application_id") != application_id) {
    throw InputError(place, "this is a database of another program",
                     "give a file that stampede wrote with --db");
  }
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version < oldest_schema_version || version > schema_version) {
    throw InputError(
        place,
        "the trace format is " + std::to_string(version) + ", this program reads formats " +
            std::to_string(oldest_schema_version) + " to " + std::to_string(schema_version),
        "use the version of Stampede that wrote it, or run again with another --db file");
  }
}

/// Whoever may write to the file may have made anything of it: rows that never end, statements of
/// their own that run with ours, runs whose events have no numbers.
void check_shape(Database& database) {
  const Place place{database.path(), 0, 0};
  const auto refuse = [&](const std::string& what) {
    throw InputError(place, what, "give a file as stampede wrote it with --db");
  };
  // A view has no page of its own, nor has a table that some module makes up.
  if (database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 "
                       "AND name IN ('run', 'violation', 'node', 'event')") != 4)
    refuse("a table of this database is missing, or none");
  if (database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") != 0)
    refuse("this database has triggers");
  if (database.integer("SELECT coalesce(min(id), 1) < 1 OR coalesce(max(id), 1) > " +
                       std::to_string(run_max) + " FROM run") != 0)
    refuse("a run of this database has a number that no run gets");
}

/// Tables, views and format numbers appear in one transaction; whoever comes second finds them
/// made.
void create_schema(Database& database) {
  database.execute("BEGIN IMMEDIATE");
  if (is_blank(database)) {
    database.execute(schema_sql());
    database.execute("PRAGMA application_id = " + std::to_string(application_id));
    database.execute("PRAGMA user_version = " + std::to_string(schema_version));
  }
  database.execute("COMMIT");
}

/// Brings a database of an older format up to date, in one transaction as well.
void upgrade_schema(Database& database) {
  database.execute("BEGIN IMMEDIATE");
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version < schema_version) {
    std::string changes;
    {
      Statement view(database, "SELECT name FROM sqlite_schema WHERE type = 'view'");
      while (view.step()) changes += "DROP VIEW " + view.text(0) + ";";
    }
    if (version < 2) changes += upgrade_1_sql;
    if (version < 3) changes += std::string(upgrade_2_sql) + sweep_table_sql;
    database.execute(changes + upgrade_3_sql + views_sql);
    database.execute("PRAGMA user_version = " + std::to_string(schema_version));
  }
  database.execute("COMMIT");
}

std::vector<std::uint64_t> unpacked(std::string_view bytes) {
  std::vector<std::uint64_t> words(bytes.size() / 8);
  for (std::size_t position = 0; position < words.size() * 8; ++position) {
    const std::uint64_t byte = static_cast<unsigned char>(bytes[position]);
    words[position / 8] |= byte << (8 * (position % 8));
  }
  return words;
}

std::vector<std::string> texts_of_json_list(std::string_view json, const std::string& path) {
  std::vector<std::string> texts;
  engine::read(engine::parse_json(json, path), texts);
  return texts;
}

const std::map<std::string_view, EventKind>& kinds_by_name() {
  static const std::map<std::string_view, EventKind> kinds = [] {
    std::map<std::string_view, EventKind> result;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<EventKind>>(
        [&](auto enumerator) { result.emplace(enumerator.name, enumerator.value); });
    return result;
  }();
  return kinds;
}

/// A number that fits into 32 bits, as those of nodes, ordinals and copies do.
std::uint32_t small_number(const Statement& row, int column, const std::string& path) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number >= UINT32_MAX) {
    throw InputError(Place{path, 0, 0},
                     "an event has the number " + std::to_string(number) +
                         ", which is not one of a node, a message or a timer",
                     "is the file damaged?");
  }
  return static_cast<std::uint32_t>(number);
}

NodeId node_of(const Statement& row, int column, const std::string& path) {
  return row.is_null(column) ? no_node : NodeId{small_number(row, column, path)};
}

/// The columns step, time, kind, node, peer, type, nth, copy, detail, digest, cause, incarnation,
/// state.
Event event_of(const Statement& row, const std::string& path) {
  const auto kind = kinds_by_name().find(row.bytes(2));
  if (kind == kinds_by_name().end()) {
    throw InputError(Place{path, 0, 0}, "unknown event kind '" + row.text(2) + "'",
                     "has the database been edited?");
  }
  Event event;
  event.kind = kind->second;
  // Format 1 had no kind for it.
  if (event.kind == EventKind::crash && row.bytes(5) == "wipe") event.kind = EventKind::wipe;
  event.step = row.unsigned_integer(0);
  event.time = {row.integer(1)};
  event.node = node_of(row, 3, path);
  event.peer = node_of(row, 4, path);
  if (event.kind != EventKind::wipe) event.type = row.bytes(5);
  event.nth = small_number(row, 6, path);
  event.copy = small_number(row, 7, path);
  event.detail = row.bytes(8);
  event.digest = row.unsigned_integer(9);
  event.cause = row.unsigned_integer(10);
  event.incarnation = small_number(row, 11, path);
  event.state = row.unsigned_integer(12);
  return event;
}

}  // namespace

Store Store::create_or_open(const std::string& path, std::chrono::milliseconds busy_timeout) {
  auto database = std::make_unique<Database>(path, Database::Access::read_write, busy_timeout);
  // Another program's database is left as it is, so the format comes before the journal mode.
  const bool blank = is_blank(*database);
  if (!blank) {
    check_format(*database);
    check_shape(*database);
  }
  // Each page of events is written into the log, read, and written into the file: of larger ones
  // fewer. A fifth of what writing events costs.
  if (blank) database->execute("PRAGMA page_size = 16384");
  // Readers go on while a run is written, and a killed writer leaves nothing but a log that the
  // next opening ignores.
  database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (blank) {
    create_schema(*database);
  } else if (database->integer("PRAGMA user_version") < schema_version) {
    upgrade_schema(*database);
  }
  return {std::move(database), Database::Access::read_write};
}

Store Store::open_read_only(const std::string& path, std::chrono::milliseconds busy_timeout) {
  std::unique_ptr<Database> database = Database::open_to_read(path, busy_timeout);
  check_format(*database);
  check_shape(*database);
  return {std::move(database), Database::Access::read_only};
}

Store::~Store() {
  if (!database_ || access_ == Database::Access::read_only) return;
  // The last writer leaves one self-contained file, which also opens from a read-only medium.
  // Whoever still reads makes this fail, and then does the rest when it closes.
  try {
    database_->execute("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE");
  } catch (const InputError&) {
  }
}

RunWriter Store::begin_run() {
  ASSERT(access_ == Database::Access::read_write);
  return RunWriter(*database_);
}

std::int64_t Store::add_sweep(const SweepRecord& record) {
  ASSERT(access_ == Database::Access::read_write);
  Statement statement(
      *database_,
      "INSERT INTO sweep (scenario_name, scenario_file, scenario_text, overrides, first_seed, "
      "last_seed, seeds, verdict, failing, undecided, decisions, operations, summary, "
      "engine_version, engine_commit, compiler) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::string overrides = engine::to_json(record.overrides);
  statement.bind_text(1, record.scenario_name);
  statement.bind_text(2, record.scenario_file);
  statement.bind_text(3, record.scenario_text);
  statement.bind_text(4, overrides);
  statement.bind_unsigned(5, record.first_seed);
  statement.bind_unsigned(6, record.last_seed);
  statement.bind_unsigned(7, record.seeds);
  statement.bind_text(8, record.verdict);
  statement.bind_unsigned(9, record.failing);
  statement.bind_unsigned(10, record.undecided);
  statement.bind_unsigned(11, record.decisions);
  statement.bind_unsigned(12, record.operations);
  statement.bind_text(13, record.summary);
  statement.bind_text(14, record.build.version);
  statement.bind_text(15, record.build.commit);
  statement.bind_text(16, record.build.compiler);
  statement.run();
  return database_->integer("SELECT last_insert_rowid()");
}

std::vector<SweepRecord> Store::sweeps() const {
  if (database_->integer("PRAGMA user_version") < 3) return {};
  Statement row(*database_,
                "SELECT id, scenario_name, scenario_file, scenario_text, overrides, first_seed, "
                "last_seed, seeds, verdict, failing, undecided, decisions, operations, summary, "
                "engine_version, engine_commit, compiler FROM sweep ORDER BY id");
  std::vector<SweepRecord> records;
  while (row.step()) {
    SweepRecord& record = records.emplace_back();
    record.id = row.integer(0);
    record.scenario_name = row.text(1);
    record.scenario_file = row.text(2);
    record.scenario_text = row.text(3);
    record.overrides = texts_of_json_list(row.bytes(4), database_->path());
    record.first_seed = row.unsigned_integer(5);
    record.last_seed = row.unsigned_integer(6);
    record.seeds = row.unsigned_integer(7);
    record.verdict = row.text(8);
    record.failing = row.unsigned_integer(9);
    record.undecided = row.unsigned_integer(10);
    record.decisions = row.unsigned_integer(11);
    record.operations = row.unsigned_integer(12);
    record.summary = row.text(13);
    record.build = {row.text(14), row.text(15), row.text(16)};
  }
  return records;
}

std::vector<RunSummary> Store::runs() const {
  Statement row(
      *database_,
      "SELECT id, scenario_name, seed, mode, verdict, decisions, operations, virtual_time, digest, "
      "event_count FROM run ORDER BY id");
  Statement violation(*database_, "SELECT property FROM violation WHERE run = ? ORDER BY ordinal");
  std::vector<RunSummary> summaries;
  while (row.step()) {
    RunSummary& summary = summaries.emplace_back();
    summary.id = row.integer(0);
    summary.scenario_name = row.text(1);
    summary.seed = row.unsigned_integer(2);
    summary.mode = row.text(3);
    summary.verdict = row.text(4);
    summary.decisions = row.unsigned_integer(5);
    summary.operations = row.unsigned_integer(6);
    summary.virtual_time = {row.integer(7)};
    summary.digest = row.unsigned_integer(8);
    summary.event_count = row.unsigned_integer(9);
    violation.bind(1, summary.id);
    while (violation.step()) summary.violated.push_back(violation.text(0));
  }
  return summaries;
}

RunRecord Store::load_run(std::int64_t run) const {
  // In format 1 the column of edits said it.
  const std::int64_t format = database_->integer("PRAGMA user_version");
  const std::string stop_on_first =
      format >= 2 ? "stop_on_first, edits"
                  : "edits = 'stop_on_first: true', nullif(edits, 'stop_on_first: true')";
  const std::string built_by = format >= 3 ? ", engine_commit, compiler" : ", 'unknown', 'unknown'";
  const std::string parent = format >= 4 ? ", parent" : ", NULL";
  Statement row(*database_,
                "SELECT scenario_name, scenario_file, scenario_text, overrides, seed, mode, "
                "engine_version, verdict, "
                "decisions, operations, virtual_time, digest, block_digests, schedule, "
                "recorded, event_count, " +
                    stop_on_first + built_by + parent + " FROM run WHERE id = ?");
  row.bind(1, run);
  if (!row.step()) fail_no_such_run(run);
  RunRecord record;
  record.id = run;
  record.scenario_name = row.text(0);
  record.scenario_file = row.text(1);
  record.scenario_text = row.text(2);
  record.overrides = texts_of_json_list(row.bytes(3), database_->path());
  record.seed = row.unsigned_integer(4);
  record.mode = row.text(5);
  record.build = {row.text(6), row.text(18), row.text(19)};
  record.verdict = row.text(7);
  record.decisions = row.unsigned_integer(8);
  record.operations = row.unsigned_integer(9);
  record.virtual_time = {row.integer(10)};
  record.digest = row.unsigned_integer(11);
  record.block_digests = unpacked(row.bytes(12));
  record.schedule = row.text(13);
  record.recorded = row.text(14);
  record.event_count = row.unsigned_integer(15);
  record.stop_on_first = row.integer(16) != 0;
  record.edits = row.text(17);
  record.parent = row.integer(20);

  Statement violation(*database_,
                      std::string("SELECT property, step, script_step, message, nodes, ") +
                          (format >= 4 ? "fingerprint" : "''") +
                          " FROM violation WHERE run = ? ORDER BY ordinal");
  violation.bind(1, run);
  while (violation.step()) {
    record.violations.push_back({violation.text(0), violation.unsigned_integer(1),
                                 violation.unsigned_integer(2), violation.text(3),
                                 violation.text(4), violation.text(5)});
  }
  Statement node(*database_, "SELECT id, name, role FROM node WHERE run = ? ORDER BY id");
  node.bind(1, run);
  while (node.step()) {
    const auto position = static_cast<std::uint32_t>(record.nodes.size());
    if (node.integer(0) != position)
      throw InputError(Place{database_->path(), 0, 0},
                       "run " + std::to_string(run) + " lacks its node " + std::to_string(position),
                       "is the file damaged?");
    record.nodes.push_back({position, node.text(1), node.text(2)});
  }
  return record;
}

std::optional<std::int64_t> Store::default_run() const {
  Statement row(*database_,
                "SELECT id FROM run ORDER BY verdict = 'violated' DESC, id DESC LIMIT 1");
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

std::optional<std::int64_t> Store::find_run_by_seed(std::uint64_t seed) const {
  // A file that was changed, or is known by two names, is one scenario.
  Statement row(*database_,
                "SELECT id, scenario_file, scenario_text FROM run WHERE seed = ? ORDER BY id DESC");
  row.bind_unsigned(1, seed);
  if (!row.step()) return std::nullopt;
  const std::int64_t newest = row.integer(0);
  const std::string file = row.text(1);
  const std::string text = row.text(2);
  while (row.step()) {
    if (row.bytes(1) == file || row.bytes(2) == text) continue;
    throw InputError(Place{database_->path(), 0, 0},
                     "seed " + std::to_string(seed) + " is that of run " + std::to_string(newest) +
                         " of " + file + ", and of run " + row.text(0) + " of " + row.text(1),
                     "write --run " + std::to_string(newest) + ", or --run " + row.text(0));
  }
  return newest;
}

std::int64_t Store::choose_run(std::optional<std::int64_t> run,
                               std::optional<std::uint64_t> seed) const {
  if (run) return *run;
  const std::optional<std::int64_t> found = seed ? find_run_by_seed(*seed) : default_run();
  if (found) return *found;
  if (!seed || runs().empty()) fail_no_runs();
  throw InputError(Place{database_->path(), 0, 0},
                   "no stored run has seed " + std::to_string(*seed),
                   "'sqlite3 FILE \"SELECT id, seed FROM run\"' lists what is stored");
}

void Store::fail_no_runs() const {
  const std::vector<SweepRecord> swept = sweeps();
  if (swept.empty())
    throw InputError(Place{database_->path(), 0, 0}, "there are no runs in this database",
                     "no run was finished; run again with --db");
  const SweepRecord& last = swept.back();
  throw InputError(Place{database_->path(), 0, 0}, "there are no runs in this database",
                   "the sweep of " + last.scenario_file + " from seed " +
                       std::to_string(last.first_seed) + " on ran " + std::to_string(last.seeds) +
                       " seeds, and none of them is stored: " + last.verdict);
}

void Store::for_each_event(std::int64_t run, std::uint64_t first_step, std::uint64_t last_step,
                           const EventCallback& callback) const {
  Statement count(*database_, "SELECT event_count FROM run WHERE id = ?");
  count.bind(1, run);
  if (!count.step()) fail_no_such_run(run);
  const std::int64_t event_count = count.integer(0);

  const bool has_causes = database_->integer("PRAGMA user_version") >= 4;
  Statement row(
      *database_,
      std::string("SELECT step, time, kind, node, peer, type, nth, copy, detail, digest, ") +
          (has_causes ? "cause, incarnation, state" : "NULL, NULL, NULL") +
          " FROM event WHERE id BETWEEN ? AND ? ORDER BY id");
  const std::int64_t base = run << event_run_shift;
  row.bind(1, base | first_sequence(run, first_step, event_count));
  row.bind(2, base | event_count);
  while (row.step()) {
    const Event event = event_of(row, database_->path());
    if (event.step > last_step) break;
    callback(event);
  }
}

std::int64_t Store::first_sequence(std::int64_t run, std::uint64_t step,
                                   std::int64_t event_count) const {
  // Sequences have no gaps and steps never descend: bisection instead of an index over every event.
  Statement row(*database_, "SELECT step FROM event WHERE id = ?");
  std::int64_t low = 1;
  std::int64_t high = event_count + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    row.bind(1, run << event_run_shift | middle);
    const bool before = row.step() && row.unsigned_integer(0) < step;
    row.reset();
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void Store::fail_no_such_run(std::int64_t run) const {
  std::string stored;
  Statement row(*database_, "SELECT id FROM run ORDER BY id DESC LIMIT 10");
  while (row.step()) stored += (stored.empty() ? "" : ", ") + row.text(0);
  throw InputError(Place{database_->path(), 0, 0}, "there is no run " + std::to_string(run),
                   stored.empty() ? "no run is stored" : "newest runs: " + stored);
}

}  // namespace stampede::traces
