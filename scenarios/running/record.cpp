#include "scenarios/running/record.hpp"

#include <filesystem>

#include "engine/core/version.hpp"
#include "scenarios/running/fingerprint.hpp"
#include "traces/recorder.hpp"
#include "traces/schedule.hpp"

namespace stampede::scenarios {

traces::RunRecord run_record(const ScenarioFile& file, const RunResult& result,
                             Recording recording) {
  traces::RunRecord record;
  record.scenario_name = std::filesystem::path(file.path()).stem().string();
  record.scenario_file = file.path();
  record.scenario_text = file.text();
  record.overrides = file.overrides();
  record.seed = result.seed;
  record.mode = result.scripted ? "script" : "timed";
  record.build = engine::build();
  record.verdict = engine::word_of(result.verdict);
  record.decisions = result.decisions;
  record.operations = result.operations;
  record.virtual_time = result.virtual_time;
  record.digest = result.digest;
  record.block_digests = result.block_digests;
  for (const FoundViolation& found : result.violations) {
    record.violations.push_back({found.violation.property, found.violation.step, found.script_step,
                                 found.violation.message, engine::comma_list(found.nodes)});
  }
  for (std::uint32_t i = 0; i < result.nodes.size(); ++i)
    record.nodes.push_back({i, result.nodes[i].name, result.nodes[i].role});
  record.recorded = boost::describe::enum_to_string(recording, "?");
  return record;
}

std::int64_t record(traces::Store& store, const ScenarioFile& file, const RunResult& done,
                    Recording recording, bool stop_on_first, std::int64_t parent) {
  traces::RunWriter writer = store.begin_run();
  traces::RunRecord record = run_record(file, done, recording);
  record.stop_on_first = stop_on_first;
  record.parent = parent;
  const auto fingerprints = fingerprints_of(file.resolve(done.seed), done, stop_on_first);
  for (std::size_t i = 0; i < fingerprints.size(); ++i)
    record.violations[i].fingerprint = to_text(fingerprints[i]);
  const auto run_under = [&](engine::WorldObserver& observer) {
    RunSettings settings{&observer, stop_on_first};
    settings.decisions_max = decisions_to_repeat(done);
    run(file.resolve(done.seed), settings);
  };
  if (recording == Recording::events) {
    traces::Recorder events(writer);
    run_under(events);
  } else if (recording == Recording::schedule) {
    traces::ScheduleRecorder schedule(done.node_names());
    run_under(schedule);
    record.schedule = schedule.take();
  }
  return writer.finish(record);
}

}  // namespace stampede::scenarios
