// Writes one run and its events in one transaction: after a kill the database holds all of the run
// or nothing of it.
#pragma once

#include <cstdint>

#include "engine/world/event.hpp"
#include "traces/database.hpp"
#include "traces/run_record.hpp"

namespace stampede::traces {

/// Made by Store::begin_run, which it must not outlive. Until `finish`, the run is visible to
/// nobody else, and nobody else can write. Destruction without `finish` leaves no trace of the run.
class RunWriter {
 public:
  explicit RunWriter(Database& database);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  /// The number the run will have.
  [[nodiscard]] std::int64_t run() const { return run_; }
  /// REQUIRES: steps never descend.
  void add(const engine::Event& event);
  /// Stores `record` as this run and makes it durable; its `id` and `event_count` are filled in
  /// here. Once, and last.
  std::int64_t finish(const RunRecord& record);

 private:
  void insert_run(const RunRecord& record);
  void insert_nodes(const RunRecord& record);
  void insert_violations(const RunRecord& record);

  Database& database_;
  Statement insert_event_;
  std::int64_t run_;
  std::uint64_t event_count_ = 0;
  std::uint64_t last_step_ = 0;
};

}  // namespace stampede::traces
