#include "traces/query.hpp"

#include <sqlite3.h>

#include <memory>

#include "engine/core/error.hpp"
#include "traces/store.hpp"

namespace stampede::traces {
namespace {

/// Longer texts are no answer for people, and could take all memory.
constexpr int value_bytes_max = 1'000'000;
/// So many instructions of SQLite's machine between looks at the clock.
constexpr int instructions_between = 1'000;

using Clock = std::chrono::steady_clock;
using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Prepared = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

/// Reading and nothing else: no PRAGMA, no ATTACH, no function that loads code.
int permit(void*, int action, const char*, const char* function, const char*, const char*) {
  const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                     action == SQLITE_RECURSIVE || action == SQLITE_FUNCTION;
  const bool loads = action == SQLITE_FUNCTION && function != nullptr &&
                     std::string_view(function) == "load_extension";
  return reads && !loads ? SQLITE_OK : SQLITE_DENY;
}

int is_too_late(void* deadline) {
  return Clock::now() > *static_cast<Clock::time_point*>(deadline);
}

[[noreturn]] void fail_query(sqlite3* connection, int code) {
  if (code == SQLITE_INTERRUPT)
    throw engine::InputError("the query takes longer than it may",
                             "ask for one run (WHERE run = 1), or use sqlite3 on the database");
  if (code == SQLITE_AUTH)
    throw engine::InputError("only SELECT is answered", "tables and views: see docs/traces.md");
  throw engine::InputError(sqlite3_errmsg(connection), "tables and views: see docs/traces.md");
}

Connection open(const std::string& database) {
  // Says in words what is wrong with the file, and puts in order what a killed writer left.
  static_cast<void>(Store::open_read_only(database));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(database.c_str(), &opened,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(opened, &sqlite3_close);
  if (code != SQLITE_OK) fail_query(opened, code);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, value_bytes_max);
  sqlite3_busy_timeout(opened, 500);
  return connection;
}

std::string hexadecimal_digits(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

QueryValue value_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return {};
    default:
      break;
  }
  const bool is_blob = sqlite3_column_type(statement, column) == SQLITE_BLOB;
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  if (is_blob) return hexadecimal_digits(bytes, size);
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

Prepared prepare(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement, &rest);
  Prepared prepared(statement, &sqlite3_finalize);
  if (code != SQLITE_OK) fail_query(connection, code);
  const std::string_view more(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (statement == nullptr || more.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw engine::InputError("one SELECT is answered at a time",
                             "tables and views: docs/traces.md");
  return prepared;
}

}  // namespace

QueryResult query(const std::string& database, const std::string& sql, const QueryLimits& limits) {
  const Connection connection = open(database);
  Clock::time_point deadline = Clock::now() + limits.time;
  sqlite3_progress_handler(connection.get(), instructions_between, &is_too_late, &deadline);
  sqlite3_set_authorizer(connection.get(), &permit, nullptr);
  const Prepared statement = prepare(connection.get(), sql);
  QueryResult result;
  for (int column = 0; column < sqlite3_column_count(statement.get()); ++column)
    result.columns.emplace_back(sqlite3_column_name(statement.get(), column));
  for (;;) {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_DONE) return result;
    if (code != SQLITE_ROW) fail_query(connection.get(), code);
    if (result.rows.size() == limits.rows) break;
    std::vector<QueryValue>& row = result.rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(statement.get()); ++column)
      row.push_back(value_of(statement.get(), column));
  }
  result.whole = false;
  return result;
}

}  // namespace stampede::traces
