// Writers are killed at 100 pseudo-random moments; what is asserted holds for every moment.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "engine/core/hash.hpp"
#include "tests/traces/temporary_database.hpp"
#include "traces/store.hpp"

using namespace stampede;
using traces::RunWriter;
using traces::Store;

namespace {

engine::Event a_note(std::uint64_t step) {
  engine::Event event;
  event.kind = engine::EventKind::note;
  event.step = step;
  return event;
}

/// Writes runs of 0 to 2,999 events until it is killed; reports each finished one as a byte on
/// `report`.
[[noreturn]] void write_runs_until_killed(const std::string& path, int report) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    for (std::uint64_t round = 0; round < 200; ++round) {
      // A new store now and then: opening, creating and closing are moments to be killed in, too.
      Store store = Store::create_or_open(path);
      for (std::uint64_t i = 0; i < 3; ++i) {
        RunWriter writer = store.begin_run();
        const std::uint64_t events = engine::mix(round, i) % 3'000;
        for (std::uint64_t step = 1; step <= events; ++step) writer.add(a_note(step));
        writer.finish({});
        if (::write(report, "f", 1) != 1) ::_exit(1);
      }
    }
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

/// Starts a writer, kills it after `delay`, and gives the number of runs it reported as finished.
std::size_t killed_writer(const std::string& path, std::chrono::microseconds delay) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) write_runs_until_killed(path, ends[1]);
  ::close(ends[1]);
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  std::size_t finished = 0;
  char byte = 0;
  while (::read(ends[0], &byte, 1) == 1) ++finished;
  ::close(ends[0]);
  return finished;
}

}  // namespace

TEST_CASE("traces: SIGKILL at any moment leaves finished runs whole and others absent", "[unit]") {
  const std::vector<std::string> none;
  for (int series = 0; series < 10; ++series) {
    const TemporaryDatabase file("killed");
    std::size_t finished = 0;
    for (int kill = 0; kill < 10; ++kill) {
      CAPTURE(series, kill);
      const std::uint64_t chance =
          engine::mix(static_cast<std::uint64_t>(series), static_cast<std::uint64_t>(kill));
      finished += killed_writer(file.path(), std::chrono::microseconds(chance % 60'000));

      const std::size_t stored = Store::create_or_open(file.path()).runs().size();
      // One may be finished and not reported yet.
      REQUIRE(stored >= finished);
      REQUIRE(stored <= finished + 1);
      finished = stored;
      REQUIRE(file.rows("PRAGMA integrity_check") == std::vector<std::string>{"ok"});
      REQUIRE(
          file.rows(
              "SELECT id FROM run WHERE event_count <> (SELECT count(*) FROM event WHERE event.id "
              "BETWEEN run.id << 40 AND (run.id << 40 | 0xffffffffff))") == none);
      REQUIRE(
          file.rows("SELECT id FROM event WHERE id >> 40 NOT IN (SELECT id FROM run) LIMIT 1") ==
          none);
    }
  }
}
