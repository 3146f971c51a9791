// Runs of scenarios as the trace store keeps them: whole enough to be done again without the file.
#pragma once

#include "scenarios/running/run.hpp"
#include "traces/store.hpp"

namespace stampede::scenarios {

/// What is stored beside the result of a run: nothing, all its decisions, or every event.
enum class Recording { none, schedule, events };
STAMPEDE_ENUM(Recording, none, schedule, events);

/// Events of a violated run, nothing of another.
inline Recording usual_recording(const RunResult& result) {
  return result.verdict == Verdict::violated ? Recording::events : Recording::none;
}

/// The run as the store keeps it, but for its number.
traces::RunRecord run_record(const ScenarioFile& file, const RunResult& result,
                             Recording recording);

/// Stores a run of the file that was done, under the number that is returned; the run is done again
/// for what is recorded of it, and for the fingerprints of its violations. `stop_on_first`: as it
/// was done. `parent`: the stored run that it was made from; 0 = none.
std::int64_t record(traces::Store& store, const ScenarioFile& file, const RunResult& done,
                    Recording recording, bool stop_on_first = false, std::int64_t parent = 0);

}  // namespace stampede::scenarios
