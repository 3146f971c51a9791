#include "scenarios/running/rerun.hpp"

namespace stampede::scenarios {

Scenario stored_scenario(const traces::RunRecord& record, const RerunSettings& settings) {
  std::vector<std::string> overrides = record.overrides;
  overrides.insert(overrides.end(), settings.overrides.begin(), settings.overrides.end());
  const ScenarioFile file =
      ScenarioFile::parse(record.scenario_text, record.scenario_file, overrides, settings.models);
  Scenario scenario = file.resolve(record.seed);
  if (!record.schedule.empty() && record.mode == "timed")
    drive_by_schedule(scenario, record.schedule);
  return scenario;
}

RunSettings stored_settings(const traces::RunRecord& record, const RerunSettings& settings) {
  RunSettings as_stored{settings.observer, record.stop_on_first};
  // A limit of time or memory may have ended it anywhere.
  if (record.verdict == "undecided") as_stored.decisions_max = record.decisions;
  if (settings.interrupted)
    as_stored.limits.stop = [&] { return settings.interrupted() ? "interrupted" : ""; };
  return as_stored;
}

Rerun rerun(const traces::Store& store, const traces::RunRecord& record,
            const RerunSettings& settings) {
  const Scenario scenario = stored_scenario(record, settings);
  Rerun again;
  const traces::RunFactory factory = [&](engine::WorldObserver* observer) {
    RunSettings as_stored = stored_settings(record, settings);
    as_stored.observer = observer;
    again.run = run(scenario, as_stored);
    return traces::RerunResult{again.run.digest, again.run.decisions, again.run.block_digests,
                               again.run.end == engine::EndReason::told};
  };
  again.replay = traces::replay(store, record, factory, settings.observer);
  return again;
}

}  // namespace stampede::scenarios
