// The trace database: any number of runs in one SQLite file. Users: run and sweep write; replay,
// shrink, diff, export and the viewer read. docs/traces.md describes the tables and views for use
// without Stampede.
//
// 1. A run is in the file whole or not at all, also after SIGKILL at any moment (docs/traces.md
//    says what holds for a power cut).
// 2. Readers never wait for a writer: they see the runs that were finished when they asked.
// 3. Errors of the file, its format or the disk are InputErrors at its path.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/event.hpp"
#include "traces/database.hpp"
#include "traces/run_record.hpp"
#include "traces/run_writer.hpp"
#include "traces/sweep_record.hpp"

namespace stampede::traces {

class Store {
 public:
  /// How long a call waits for another process to let go of the file.
  static constexpr std::chrono::milliseconds patience{5'000};

  /// Opens the database for reading and writing; creates it if there is none.
  static Store create_or_open(const std::string& path,
                              std::chrono::milliseconds busy_timeout = patience);
  /// Opens an existing database, in which nothing is changed but what a killed writer left half
  /// done.
  static Store open_read_only(const std::string& path,
                              std::chrono::milliseconds busy_timeout = patience);
  Store(Store&&) = default;
  Store& operator=(Store&&) = delete;
  ~Store();

  /// Starts a new run. One at a time. REQUIRES: not opened read-only.
  [[nodiscard]] RunWriter begin_run();

  /// Stores what a sweep covered, under the number that is returned; `id` is filled in here.
  /// REQUIRES: not opened read-only, and no run is being written.
  std::int64_t add_sweep(const SweepRecord& record);

  /// All finished runs, ascending.
  [[nodiscard]] std::vector<RunSummary> runs() const;
  /// All sweeps, ascending.
  [[nodiscard]] std::vector<SweepRecord> sweeps() const;
  /// Everything about a run but its events; InputError if there is no such run.
  [[nodiscard]] RunRecord load_run(std::int64_t run) const;
  /// The newest violated run, else the newest; nothing if no run is stored.
  [[nodiscard]] std::optional<std::int64_t> default_run() const;
  /// The run that is asked for by number, by seed (the newest), or by neither (the default one);
  /// InputError if nothing is stored for a seed, or at all, or if runs of two scenarios have it.
  [[nodiscard]] std::int64_t choose_run(std::optional<std::int64_t> run,
                                        std::optional<std::uint64_t> seed) const;
  using EventCallback = std::function<void(const engine::Event&)>;
  /// Calls back for each event of `run` with first_step <= step <= last_step, in order. The texts
  /// of an event are valid during the call only. InputError if there is no such run.
  void for_each_event(std::int64_t run, std::uint64_t first_step, std::uint64_t last_step,
                      const EventCallback& callback) const;

 private:
  Store(std::unique_ptr<Database> database, Database::Access access)
      : database_(std::move(database)), access_(access) {}

  [[noreturn]] void fail_no_such_run(std::int64_t run) const;
  [[noreturn]] void fail_no_runs() const;
  /// The newest run with this seed.
  [[nodiscard]] std::optional<std::int64_t> find_run_by_seed(std::uint64_t seed) const;
  /// Sequence number of the first event at or after `step`; one past the last if there is none.
  [[nodiscard]] std::int64_t first_sequence(std::int64_t run, std::uint64_t step,
                                            std::int64_t event_count) const;

  std::unique_ptr<Database> database_;
  Database::Access access_;
};

}  // namespace stampede::traces
