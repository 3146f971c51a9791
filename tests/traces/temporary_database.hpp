// A database file of a test, looked at with plain SQL, removed at the end.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "traces/database.hpp"

namespace stampede {

class TemporaryDatabase {
 public:
  explicit TemporaryDatabase(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("stampede-" + name + "-" + std::to_string(::getpid()) + ".db")) {
    remove();
  }
  ~TemporaryDatabase() { remove(); }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Each row as `a|b|c`; NULL is empty.
  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const {
    traces::Database database(path_, traces::Database::Access::read_only,
                              std::chrono::milliseconds(0));
    traces::Statement statement(database, sql);
    std::vector<std::string> result;
    while (statement.step()) {
      std::string& row = result.emplace_back();
      for (int column = 0; column < statement.columns(); ++column) {
        row += (column == 0 ? "" : "|") + statement.text(column);
      }
    }
    return result;
  }
  void execute(const std::string& sql) const {
    traces::Database database(path_, traces::Database::Access::read_write,
                              std::chrono::milliseconds(0));
    database.execute(sql);
  }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(path_ + suffix);
  }

  std::string path_;
};

}  // namespace stampede
