#include "traces/run_writer.hpp"

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "traces/schema.hpp"

namespace stampede::traces {
namespace {

/// Takes the write lock, so that the run's number stays free until it is used.
std::int64_t begin_transaction(Database& database) {
  ASSERT(!database.in_transaction());
  database.execute("BEGIN IMMEDIATE");
  const std::int64_t last = database.integer("SELECT coalesce(max(id), 0) FROM run");
  if (last < run_max) return last + 1;
  database.execute("ROLLBACK");
  throw engine::InputError(engine::Place{database.path(), 0, 0},
                           "the database has all the runs it can number",
                           "write to another file with --db");
}

void bind_node(Statement& statement, int parameter, NodeId node) {
  if (node == no_node) return statement.bind_null(parameter);
  statement.bind(parameter, node.value);
}

void bind_unless_empty(Statement& statement, int parameter, std::string_view text) {
  if (text.empty()) return statement.bind_null(parameter);
  statement.bind_text(parameter, text);
}

void bind_unless_zero(Statement& statement, int parameter, std::uint64_t value) {
  if (value == 0) return statement.bind_null(parameter);
  statement.bind_unsigned(parameter, value);
}

/// 8 bytes each, little-endian.
std::string packed(const std::vector<std::uint64_t>& words) {
  std::string bytes;
  bytes.reserve(words.size() * 8);
  for (const std::uint64_t word : words) {
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(word >> shift & 0xff);
  }
  return bytes;
}

}  // namespace

RunWriter::RunWriter(Database& database)
    : database_(database),
      insert_event_(database,
                    "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      run_(begin_transaction(database)) {}

RunWriter::~RunWriter() {
  // A full disk makes SQLite roll back by itself.
  if (!database_.in_transaction()) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const engine::InputError&) {
    // What cannot be rolled back now is when the database is opened next.
  }
}

void RunWriter::add(const engine::Event& event) {
  ASSERT(event.step >= last_step_);
  last_step_ = event.step;
  ++event_count_;
  // Left to SQLite, a key is the largest so far plus one: what we want after the first, and a tenth
  // cheaper than our own, for which it would look whether it is taken.
  if (event_count_ == 1) {
    insert_event_.bind(1, run_ << event_run_shift | 1);
  } else {
    insert_event_.bind_null(1);
  }
  insert_event_.bind_unsigned(2, event.step);
  insert_event_.bind(3, event.time.nanoseconds);
  insert_event_.bind_text(4, boost::describe::enum_to_string(event.kind, ""));
  bind_node(insert_event_, 5, event.node);
  bind_node(insert_event_, 6, event.peer);
  bind_unless_empty(insert_event_, 7, event.type);
  bind_unless_zero(insert_event_, 8, event.nth);
  bind_unless_zero(insert_event_, 9, event.copy);
  bind_unless_empty(insert_event_, 10, event.detail);
  bind_unless_zero(insert_event_, 11, event.digest);
  bind_unless_zero(insert_event_, 12, event.cause);
  bind_unless_zero(insert_event_, 13, event.incarnation);
  bind_unless_zero(insert_event_, 14, event.state);
  insert_event_.run();
}

std::int64_t RunWriter::finish(const RunRecord& record) {
  ASSERT(database_.in_transaction());
  insert_run(record);
  insert_nodes(record);
  insert_violations(record);
  database_.execute("COMMIT");
  return run_;
}

void RunWriter::insert_run(const RunRecord& record) {
  Statement statement(
      database_,
      "INSERT INTO run (id, scenario_name, scenario_file, scenario_text, overrides, seed, mode, "
      "engine_version, verdict, decisions, operations, virtual_time, digest, block_digests, "
      "schedule, edits, recorded, event_count, stop_on_first, engine_commit, compiler, parent) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::string overrides = engine::to_json(record.overrides);
  const std::string block_digests = packed(record.block_digests);
  statement.bind(1, run_);
  statement.bind_text(2, record.scenario_name);
  statement.bind_text(3, record.scenario_file);
  statement.bind_text(4, record.scenario_text);
  statement.bind_text(5, overrides);
  statement.bind_unsigned(6, record.seed);
  statement.bind_text(7, record.mode);
  statement.bind_text(8, record.build.version);
  statement.bind_text(9, record.verdict);
  statement.bind_unsigned(10, record.decisions);
  statement.bind_unsigned(11, record.operations);
  statement.bind(12, record.virtual_time.nanoseconds);
  statement.bind_unsigned(13, record.digest);
  statement.bind_blob(14, block_digests);
  statement.bind_text(15, record.schedule);
  statement.bind_text(16, record.edits);
  statement.bind_text(17, record.recorded);
  statement.bind_unsigned(18, event_count_);
  statement.bind(19, record.stop_on_first ? 1 : 0);
  statement.bind_text(20, record.build.commit);
  statement.bind_text(21, record.build.compiler);
  bind_unless_zero(statement, 22, static_cast<std::uint64_t>(record.parent));
  statement.run();
}

void RunWriter::insert_nodes(const RunRecord& record) {
  Statement statement(database_, "INSERT INTO node (run, id, name, role) VALUES (?, ?, ?, ?)");
  for (const StoredNode& node : record.nodes) {
    statement.bind(1, run_);
    statement.bind(2, node.id);
    statement.bind_text(3, node.name);
    statement.bind_text(4, node.role);
    statement.run();
  }
}

void RunWriter::insert_violations(const RunRecord& record) {
  Statement statement(
      database_,
      "INSERT INTO violation (run, ordinal, property, step, script_step, message, nodes, "
      "fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  std::int64_t ordinal = 0;
  for (const StoredViolation& violation : record.violations) {
    statement.bind(1, run_);
    statement.bind(2, ++ordinal);
    statement.bind_text(3, violation.property);
    statement.bind_unsigned(4, violation.step);
    statement.bind_unsigned(5, violation.script_step);
    statement.bind_text(6, violation.message);
    statement.bind_text(7, violation.nodes);
    statement.bind_text(8, violation.fingerprint);
    statement.run();
  }
}

}  // namespace stampede::traces
