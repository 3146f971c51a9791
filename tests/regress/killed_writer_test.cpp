// Repaired: a writer that was killed while it changed the journal's mode left a journal that only
// another writer could undo, and `replay` refused the database. Writers are killed at every call of
// theirs that changes a file; then the database is read as it is, from where it may not be written,
// too.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "engine/core/error.hpp"
#include "tests/traces/temporary_database.hpp"
#include "traces/store.hpp"

namespace stampede::tests {
namespace {

using traces::Store;
namespace fs = std::filesystem;

/// In a writer: how many more calls it may make.
int calls_left = 0;

void count_call() {
  if (calls_left-- == 0) ::raise(SIGKILL);
}
ssize_t counted_pwrite(int file, const void* bytes, size_t size, off_t offset) {
  count_call();
  return ::pwrite64(file, bytes, size, offset);
}
ssize_t counted_write(int file, const void* bytes, size_t size) {
  count_call();
  return ::write(file, bytes, size);
}
int counted_unlink(const char* path) {
  count_call();
  return ::unlink(path);
}
int counted_ftruncate(int file, off_t size) {
  count_call();
  return ::ftruncate(file, size);
}
int counted_open(const char* path, int flags, int mode) {
  if ((flags & O_CREAT) != 0) count_call();
  return ::open(path, flags, mode);
}

template <class Function>
void replace_call(const char* name, Function function) {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  const auto pointer = reinterpret_cast<sqlite3_syscall_ptr>(function);
  if (system->xSetSystemCall(system, name, pointer) != SQLITE_OK) ::_exit(2);
}

engine::Event a_note(std::uint64_t step) {
  engine::Event event;
  event.kind = engine::EventKind::note;
  event.step = step;
  return event;
}

void write_run(const std::string& path, std::uint64_t events) {
  Store store = Store::create_or_open(path);
  traces::RunWriter writer = store.begin_run();
  for (std::uint64_t step = 1; step <= events; ++step) writer.add(a_note(step));
  writer.finish({});
}

/// True if the writer was killed at its n-th call; false once it makes fewer.
bool killed_at(int call, const std::string& path) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    calls_left = call;
    sqlite3_initialize();
    replace_call("pwrite", counted_pwrite);
    replace_call("pwrite64", counted_pwrite);
    replace_call("write", counted_write);
    replace_call("unlink", counted_unlink);
    replace_call("ftruncate", counted_ftruncate);
    replace_call("open", counted_open);
    try {
      write_run(path, 30);
      write_run(path, 300);
    } catch (...) {
      ::_exit(3);
    }
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return true;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
  return false;
}

/// How many runs a reader finds; -1 if it is refused.
int runs_in(const std::string& path) {
  try {
    return static_cast<int>(Store::open_read_only(path).runs().size());
  } catch (const engine::InputError& error) {
    // Nothing was finished yet.
    if (!fs::exists(path) ||
        std::string(error.what()).find("the database is empty") != std::string::npos)
      return 0;
    std::fprintf(stderr, "%s\n", error.what());
    return -1;
  }
}

/// The same, for somebody who may write nothing: neither the files nor their folder.
int runs_for_a_reader(const fs::path& folder, const std::string& path) {
  for (const auto& entry : fs::directory_iterator(folder))
    fs::permissions(entry.path(),
                    fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read |
                              fs::perms::group_exec | fs::perms::others_read |
                              fs::perms::others_exec);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // For root permissions are no obstacle.
    if (::getuid() == 0 && ::setuid(65'534) != 0) ::_exit(100);
    ::_exit(runs_in(path) + 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  fs::permissions(folder, fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator(folder))
    fs::permissions(entry.path(), fs::perms::owner_read | fs::perms::owner_write);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status) - 1;
}

}  // namespace

TEST_CASE("regress: a database whose writer was killed at any call is read", "[regress]") {
  const fs::path folder =
      fs::temp_directory_path() / ("stampede-killed-at-" + std::to_string(::getpid()));
  bool hot = false;
  int last = 0;
  int call = 0;
  for (bool killed = true; killed; ++call) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    const std::string path = folder / "x.db";
    killed = killed_at(call, path);
    INFO("killed at call " << call);
    // Is it what only a writer could undo?
    try {
      const traces::Database plain(path, traces::Database::Access::read_only,
                                   std::chrono::milliseconds(0));
      traces::Statement(const_cast<traces::Database&>(plain), "SELECT 1 FROM sqlite_schema").run();
    } catch (const engine::InputError& error) {
      hot = hot || fs::exists(path + "-journal");
    }
    const int read_only = fs::exists(path) ? runs_for_a_reader(folder, path) : 0;
    const int runs = runs_in(path);
    CHECK(runs >= last);
    CHECK(runs <= 2);
    CHECK(read_only == runs);
    last = runs;
    // It goes on from there, and what is left is one whole file.
    write_run(path, 1);
    CHECK(runs_in(path) == runs + 1);
    CHECK(!fs::exists(path + "-journal"));
    CHECK(!fs::exists(path + "-wal"));
  }
  CHECK(last == 2);
  // Otherwise nothing was shown.
  CHECK(hot);
  CHECK(call > 50);
  fs::remove_all(folder);
}

}  // namespace stampede::tests
