// A scenario: what a YAML file says, checked and resolved for one seed.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/judges.hpp"
#include "engine/simulate/simulation.hpp"
#include "engine/world/model.hpp"
#include "engine/world/verdict.hpp"
#include "faults/fault.hpp"
#include "models/client/workload.hpp"
#include "models/models.hpp"
#include "scenarios/reading/explore_reader.hpp"
#include "scenarios/reading/script.hpp"

namespace stampede::scenarios {

enum class Mode { run, sweep, explore };
STAMPEDE_ENUM(Mode, run, sweep, explore);

/// What the outcome should be: `ok`, or that a property is among the violated ones.
struct Expectation {
  /// Empty = ok.
  std::string violation;
  /// Of `ok`: nothing to judge is all right, too.
  bool or_vacuous = false;
  [[nodiscard]] bool ok() const { return violation.empty(); }
  /// REQUIRES: ok().
  [[nodiscard]] bool allows(engine::Verdict verdict) const {
    return verdict == engine::Verdict::ok || (or_vacuous && verdict == engine::Verdict::vacuous);
  }
  /// `ok`, `ok or vacuous`, or the property.
  [[nodiscard]] std::string text() const {
    return !ok() ? violation : or_vacuous ? "ok or vacuous" : "ok";
  }
};

struct Scenario {
  std::string about;
  std::uint64_t seed = 0;
  const engine::Model* model = nullptr;
  engine::ClusterSpec cluster;
  /// Where the file says how many take part.
  engine::Place cluster_place;
  std::vector<const engine::Defect*> defects;
  models::client::Workload workload;
  engine::ClientSettings clients;
  engine::NetworkSettings network;
  /// Per node drawn within these bounds.
  engine::Duration clock_offset{};
  std::uint32_t clock_drift_ppm = 0;
  std::vector<faults::Fault> faults;
  bool unlimited_faults = false;
  /// The model's claims do not limit what the file may do to it.
  bool assume_broken = false;
  /// Names of the checks to make, in listing order.
  std::vector<std::string> checks;
  /// Of those that have one.
  std::map<std::string, checkers::Bound, std::less<>> bounds;
  /// How many elements each of these collections of a node may hold (`memory-bound`).
  std::map<std::string, std::uint64_t> sizes_max;
  std::optional<engine::SimulationSettings::Liveness> liveness;
  engine::Duration virtual_time = engine::seconds(60);
  std::uint64_t decisions_max = 50'000'000;
  std::vector<std::string> reach;
  Script script;
  /// Of runs. By default a script's saves complete in their step, unless it completes one itself,
  /// and those of timed runs after a time, by decisions.
  Saves saves = Saves::decisions;
  /// The script is the recorded schedule of a run, whose digest tells whether it is the run it was.
  bool recorded_schedule = false;
  /// Steps of the script may be impossible: the file says so, or that it is `ok` in the end.
  bool skips_allowed = false;
  ExploreSettings explore;
  Expectation expect_run;
  Expectation expect_sweep;
  Expectation expect_explore;

  [[nodiscard]] bool is_checked(std::string_view check) const {
    return std::find(checks.begin(), checks.end(), check) != checks.end();
  }
};

/// A scenario file with the changes of the command line, before the seed has picked anything.
class ScenarioFile {
 public:
  /// Reads and checks everything that does not depend on the seed, and once everything for the
  /// file's own seed. It may name any of these models.
  static ScenarioFile load(const std::string& path, const std::vector<std::string>& overrides,
                           const models::ModelList& models = models::all_models());
  /// The same from text; `name` is what messages show.
  static ScenarioFile parse(const std::string& text, const std::string& name,
                            const std::vector<std::string>& overrides,
                            const models::ModelList& models = models::all_models());

  /// Everything resolved for a seed.
  [[nodiscard]] Scenario resolve(std::uint64_t seed) const;
  /// The file as this seed has it, with all picked that it leaves open.
  [[nodiscard]] engine::Document picked(std::uint64_t seed) const;
  /// The file's seed (0 if it names none).
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] bool has(const std::string& section) const {
    return document_.find(section) != nullptr;
  }
  [[nodiscard]] bool scripted() const { return has("script"); }
  /// A section as one line of YAML, with the changes of the command line.
  [[nodiscard]] std::string section(const std::string& key) const {
    return document_.at(key).to_text();
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<std::string>& overrides() const { return overrides_; }
  [[nodiscard]] const models::ModelList& models() const { return models_; }

 private:
  engine::Document document_;
  std::string path_;
  std::string text_;
  std::vector<std::string> overrides_;
  models::ModelList models_;
  std::uint64_t seed_ = 0;
};

/// Makes the scenario run by a recorded schedule (traces::ScheduleRecorder) of a run of it.
void drive_by_schedule(Scenario& scenario, const std::string& schedule);

}  // namespace stampede::scenarios
