// The little of SQLite that traces need: a connection, a prepared statement, and errors that a user
// can act on.
//
// Errors of the file and the disk are InputErrors at the database's path; misuse by this code is an
// AssertionFailed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace stampede::traces {

class Database {
 public:
  /// `existing`: to be written, but not made.
  enum class Access { read_only, existing, read_write };

  /// Opens the file; `read_write` creates it if there is none. Whoever holds a lock is waited for
  /// until `busy_timeout`.
  Database(std::string path, Access access, std::chrono::milliseconds busy_timeout);
  /// Opens an existing database to be read. What a killed writer left half done is undone first: in
  /// place where that may be written, else in a copy, which is removed when this is closed.
  static std::unique_ptr<Database> open_to_read(const std::string& path,
                                                std::chrono::milliseconds busy_timeout);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs one or more statements that give no rows.
  void execute(const std::string& sql);
  /// The first column of the first row.
  [[nodiscard]] std::int64_t integer(const std::string& sql);
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Throws what SQLite's result `code` means to a user.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;

  /// SQLite's result of reading something.
  [[nodiscard]] int readable() const;

  std::string path_;
  /// The folder of the copy that is read, if it is one.
  std::filesystem::path scratch_;
  sqlite3* connection_ = nullptr;
};

/// A prepared statement. Parameters count from 1, columns from 0, as in SQLite. The database must
/// outlive it.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int parameter, std::int64_t value);
  void bind_unsigned(int parameter, std::uint64_t value) {
    bind(parameter, static_cast<std::int64_t>(value));
  }
  /// Texts and blobs are not copied: they must live until the statement has run.
  void bind_text(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);
  void bind_null(int parameter);

  /// Goes to the next row; false when there is none, and the statement can run again.
  bool step();
  /// Runs a statement that gives no rows.
  void run() {
    while (step()) {
    }
  }
  /// Forgets the rows not yet read.
  void reset();

  [[nodiscard]] int columns() const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t unsigned_integer(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  /// Bytes of a text or blob, valid until the next step; empty for NULL.
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

 private:
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace stampede::traces
