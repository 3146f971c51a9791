// A run of the catalogue in a database of its own.
#pragma once

#include <string>

#include "scenarios/running/record.hpp"
#include "tests/traces/temporary_database.hpp"

namespace stampede {

class StoredRun {
 public:
  explicit StoredRun(const std::string& scenario, std::uint64_t seed = 1)
      : database_("viewer-" + std::filesystem::path(scenario).filename().string()),
        scenario_(scenario) {
    add(seed);
  }
  /// One more run of it.
  void add(std::uint64_t seed) {
    const auto file = scenarios::ScenarioFile::load(
        std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + scenario_ + ".yaml", {});
    traces::Store store = traces::Store::create_or_open(database_.path());
    const scenarios::RunResult done = scenarios::run(file.resolve(seed), {});
    scenarios::record(store, file, done, scenarios::Recording::none);
  }
  [[nodiscard]] const std::string& path() const { return database_.path(); }
  [[nodiscard]] traces::RunRecord record() const {
    return traces::Store::open_read_only(path()).load_run(1);
  }

 private:
  TemporaryDatabase database_;
  std::string scenario_;
};

}  // namespace stampede
