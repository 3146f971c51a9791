// viewstamped steady state, and the writing of its events: a scenario file, run as `stampede run`
// runs it.
#include <unistd.h>

#include <filesystem>

#include "checkers/linearizability/linearizability.hpp"
#include "engine/core/error.hpp"
#include "scenarios/running/run.hpp"
#include "tests/bench/workloads.hpp"
#include "traces/recorder.hpp"
#include "traces/store.hpp"

namespace stampede::bench {
namespace {

scenarios::Scenario steady_state(std::uint64_t operations) {
  const std::string path = STAMPEDE_SOURCE_DIR "/tests/bench/viewstamped-steady-state.yaml";
  const auto file =
      scenarios::ScenarioFile::load(path, {"workload.operations=" + std::to_string(operations)});
  return file.resolve(file.seed());
}

/// Passes events on and counts them.
class Counting final : public engine::WorldObserver {
 public:
  explicit Counting(engine::WorldObserver& next) : next_(next) {}
  void event(const engine::Event& event) override {
    ++count;
    next_.event(event);
  }
  std::uint64_t count = 0;

 private:
  engine::WorldObserver& next_;
};

class TemporaryFile {
 public:
  TemporaryFile()
      : path_(std::filesystem::temp_directory_path() /
              ("stampede-bench-" + std::to_string(::getpid()) + ".db")) {}
  ~TemporaryFile() {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

Measured viewstamped(std::uint64_t operations) {
  const scenarios::Scenario scenario = steady_state(operations);
  const double begin = cpu_seconds();
  const scenarios::RunResult result = scenarios::run(scenario, {});
  const double all = cpu_seconds() - begin;
  ASSERT(result.verdict == scenarios::Verdict::ok);
  ASSERT(result.completed_operations == operations);
  // run() has judged the history: done once more, to know its share.
  const double judging = cpu_seconds();
  const auto judged = checkers::check_linearizability(result.history, *scenario.cluster.service);
  ASSERT(judged.verdict == checkers::Verdict::ok);
  return {result.decisions, all, cpu_seconds() - judging, result.digest};
}

Measured events_to_sqlite(std::uint64_t operations) {
  const scenarios::Scenario scenario = steady_state(operations);
  const TemporaryFile file;
  traces::Store store = traces::Store::create_or_open(file.path());
  const double begin = cpu_seconds();
  traces::RunWriter writer = store.begin_run();
  traces::Recorder recorder(writer);
  Counting counting(recorder);
  scenarios::RunSettings settings;
  settings.observer = &counting;
  const scenarios::RunResult result = scenarios::run(scenario, settings);
  traces::RunRecord record;
  record.scenario_name = "viewstamped-steady-state";
  record.seed = result.seed;
  record.mode = "timed";
  record.verdict = "ok";
  record.digest = result.digest;
  record.recorded = "events";
  writer.finish(record);
  return {counting.count, cpu_seconds() - begin, 0, result.digest};
}

}  // namespace stampede::bench
