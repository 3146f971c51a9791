#include "traces/schedule.hpp"

#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

using namespace stampede;

TEST_CASE("schedule: what a timed run recorded drives a world alone to the same digest",
          "[simulate]") {
  const std::string root = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/viewstamped/";
  for (const char* name :
       {"swarm", "power-loss", "client-crash-storm", "clock-drift", "paused-primary"}) {
    const auto file = scenarios::ScenarioFile::load(root + name + ".yaml", {});
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      INFO(name << " seed " << seed);
      scenarios::Scenario scenario = file.resolve(seed);
      std::vector<std::string> names;
      for (const auto& node : scenario.model->assemble(scenario.cluster).nodes)
        names.push_back(node.name);
      traces::ScheduleRecorder recorder{engine::NodeNames(names)};
      scenarios::RunSettings settings;
      settings.observer = &recorder;
      const scenarios::RunResult timed = scenarios::run(scenario, settings);
      scenarios::drive_by_schedule(scenario, recorder.take());
      const scenarios::RunResult driven = scenarios::run(scenario, {});
      CHECK(driven.skipped.empty());
      CHECK(driven.decisions == timed.decisions);
      CHECK(driven.digest == timed.digest);
    }
  }
}
