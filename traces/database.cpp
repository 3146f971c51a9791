#include "traces/database.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <system_error>

#include "engine/core/error.hpp"

namespace stampede::traces {
namespace {

std::string system_reason(sqlite3* connection) {
  const int reason = sqlite3_system_errno(connection);
  return reason == 0 ? std::string(sqlite3_errmsg(connection))
                     : std::generic_category().message(reason);
}

int open_flags(Database::Access access) {
  switch (access) {
    case Database::Access::read_only:
      return SQLITE_OPEN_READONLY;
    case Database::Access::existing:
      return SQLITE_OPEN_READWRITE;
    case Database::Access::read_write:
      break;
  }
  return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

/// What only a writer can do: undo by a rollback journal that a killed one left, remove it, or make
/// the index of a log and lock it.
bool needs_a_writer(int code) {
  const int kind = code & 0xff;
  return kind == SQLITE_READONLY || kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR ||
         kind == SQLITE_PROTOCOL;
}

/// Copies the database and what belongs to it into a folder of its own, which is made.
std::filesystem::path copy_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::string folder;
  try {
    folder = (fs::temp_directory_path() / "stampede-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
      throw fs::filesystem_error(folder, std::error_code(errno, std::generic_category()));
    for (const char* suffix : {"", "-journal", "-wal"}) {
      const fs::path copy = fs::path(folder) / (std::string("copy.db") + suffix);
      if (!fs::exists(path + suffix)) continue;
      fs::copy_file(path + suffix, copy);
      fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
    }
  } catch (const fs::filesystem_error& error) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    throw engine::InputError(
        {path, 0, 0},
        "its writer was killed, and no copy to put in order can be made: " + error.code().message(),
        "give a folder with room in TMPDIR, or make the database writable");
  }
  return folder;
}

}  // namespace

Database::Database(std::string path, Access access, std::chrono::milliseconds busy_timeout)
    : path_(std::move(path)) {
  // SQLite gives these two names meanings of their own: a temporary database, and one in memory.
  if (path_.empty() || path_ == ":memory:") {
    throw engine::InputError("'" + path_ + "' is no name for a trace file",
                             "write for example --db runs.db");
  }
  // Nobody asks SQLite for its memory statistics; keeping them costs a lock per allocation, 7 % of
  // writing events.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int code = sqlite3_open_v2(path_.c_str(), &connection_,
                                   open_flags(access) | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    try {
      fail(code);
    } catch (...) {
      sqlite3_close(connection_);
      throw;
    }
  }
  sqlite3_busy_timeout(connection_, static_cast<int>(busy_timeout.count()));
}

Database::~Database() {
  sqlite3_close(connection_);
  std::error_code ignored;
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

std::unique_ptr<Database> Database::open_to_read(const std::string& path,
                                                 std::chrono::milliseconds busy_timeout) {
  auto database = std::make_unique<Database>(path, Access::read_only, busy_timeout);
  if (!needs_a_writer(database->readable())) return database;
  // Opening it as a writer does, and reading, is what undoes. Without the right to write SQLite
  // opens it all the same, and reading fails as before.
  database = std::make_unique<Database>(path, Access::existing, busy_timeout);
  if (needs_a_writer(database->readable())) {
    const std::filesystem::path folder = copy_of(path);
    database =
        std::make_unique<Database>((folder / "copy.db").string(), Access::existing, busy_timeout);
    database->scratch_ = folder;
    database->path_ = path;
  }
  if (database->readable() == SQLITE_OK) database->execute("PRAGMA query_only = 1");
  return database;
}

int Database::readable() const {
  return sqlite3_exec(connection_, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::integer(const std::string& sql) {
  Statement statement(*this, sql);
  const bool has_row = statement.step();
  ASSERT(has_row);
  return statement.integer(0);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

void Database::fail(int code) const {
  const engine::Place place{path_, 0, 0};
  switch (code & 0xff) {  // the rest of an extended code is detail
    case SQLITE_NOTADB:
      throw engine::InputError(place, "this is not a trace database",
                               "give a file that stampede wrote with --db");
    case SQLITE_CORRUPT:
      throw engine::InputError(place, "the database is damaged",
                               "'sqlite3 FILE .recover' saves what can still be read");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw engine::InputError(place, "the database is locked by another process",
                               "wait until it has finished, or write to another file with --db");
    case SQLITE_FULL:
      throw engine::InputError(place, "the disk is full",
                               "the run being written is left out; the runs before it are whole");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      throw engine::InputError(place, "cannot open the database: " + system_reason(connection_),
                               "is there such a folder, and may the file be read?");
    case SQLITE_READONLY:
      throw engine::InputError(place, "the database may only be read",
                               "check the permissions, or write to another file with --db");
    case SQLITE_IOERR:
      throw engine::InputError(place,
                               "cannot read or write the database: " + system_reason(connection_),
                               "is the disk sound, is there room on it?");
    case SQLITE_CONSTRAINT:
      throw engine::InputError(place,
                               "the database holds what no finished run has left there: " +
                                   std::string(sqlite3_errmsg(connection_)),
                               "write to another file with --db");
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      throw engine::AssertionFailed("misuse of SQLite: " +
                                    std::string(sqlite3_errmsg(connection_)));
    default:
      throw engine::InputError(
          place, "the database cannot be used: " + std::string(sqlite3_errmsg(connection_)),
          "has it been edited? run the scenario again with --db");
  }
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v2(database.connection_, sql.data(),
                                      static_cast<int>(sql.size()), &statement_, nullptr);
  if (code != SQLITE_OK) database_.fail(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int parameter, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, parameter, value);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_text(int parameter, std::string_view text) {
  // A null pointer would bind NULL instead of an empty text.
  const char* data = text.empty() ? "" : text.data();
  const int code =
      sqlite3_bind_text64(statement_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_blob(int parameter, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  const int code = sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_null(int parameter) {
  const int code = sqlite3_bind_null(statement_, parameter);
  if (code != SQLITE_OK) database_.fail(code);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_);
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::reset() { sqlite3_reset(statement_); }

int Statement::columns() const { return sqlite3_column_count(statement_); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace stampede::traces
