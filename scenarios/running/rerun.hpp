// Stored runs, done again: how a trace is replayed, told and compared.
#pragma once

#include <string>
#include <vector>

#include "scenarios/running/run.hpp"
#include "traces/replay.hpp"

namespace stampede::scenarios {

struct RerunSettings {
  /// Changes of the scenario, on top of those it was stored with: where does the run diverge?
  std::vector<std::string> overrides{};
  /// Sees all events; may be nullptr.
  engine::WorldObserver* observer = nullptr;
  /// Asked again and again whether to end early; may be empty.
  std::function<bool()> interrupted{};
  /// Those that the stored scenario may name.
  models::ModelList models = models::all_models();
};

/// The scenario of a stored run, for its seed. A recorded schedule drives it alone; else the seed
/// does.
Scenario stored_scenario(const traces::RunRecord& record, const RerunSettings& settings);

/// How it was run. Looks at `settings` as long as it is used.
RunSettings stored_settings(const traces::RunRecord& record, const RerunSettings& settings);

struct Rerun {
  RunResult run;
  /// Against what is stored.
  traces::ReplayResult replay;
};

/// Does run `record` of `store` again.
Rerun rerun(const traces::Store& store, const traces::RunRecord& record,
            const RerunSettings& settings);

}  // namespace stampede::scenarios
