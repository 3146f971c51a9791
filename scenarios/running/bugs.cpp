#include "scenarios/running/bugs.hpp"

#include <algorithm>
#include <chrono>

#include "engine/core/json.hpp"
#include "engine/simulate/sweep.hpp"
#include "scenarios/running/explore.hpp"
#include "scenarios/running/run_in_progress.hpp"

namespace stampede::scenarios {
namespace {

using Clock = std::chrono::steady_clock;

struct Suspect {
  const engine::Model* model = nullptr;
  const engine::Defect* defect = nullptr;
};

std::vector<Suspect> suspects(const TrialSettings& settings) {
  std::vector<Suspect> list;
  std::vector<std::string> names;
  for (const engine::Model* model : settings.models) {
    for (const engine::Defect& defect : model->defects) {
      names.push_back(defect.name);
      const auto& asked = settings.defects;
      if (asked.empty() || std::find(asked.begin(), asked.end(), defect.name) != asked.end())
        list.push_back({model, &defect});
    }
  }
  for (const std::string& asked : settings.defects) {
    if (std::find(names.begin(), names.end(), asked) != names.end()) continue;
    const std::string near = engine::did_you_mean(asked, names);
    throw engine::InputError("no model has a defect '" + asked + "'",
                             near.empty() ? "'list defects' lists them" : near);
  }
  return list;
}

/// One defect, by a worker.
class DefectTrial {
 public:
  DefectTrial(const TrialSettings& settings, const Suspect& suspect)
      : settings_(settings), defect_(*suspect.defect), known_(find(settings.known, defect_.name)) {
    tried_.model = suspect.model->name;
    tried_.defect = defect_.name;
    tried_.citation = defect_.citation;
  }

  TriedBug tried() {
    for (const Way way : ways) {
      TriedWay& tried = tried_.by(way);
      const KnownWay known = known_ == nullptr ? KnownWay{} : known_->by(way);
      if (!known.not_because.empty()) {
        tried.holds = Holds::not_applicable;
        tried.without = Verdict::ok;
        continue;
      }
      const Clock::time_point start = Clock::now();
      look_for(way, tried);
      if (tried.sighting) {
        tried.holds = known.sighting.property.empty()         ? Holds::unknown
                      : same(*tried.sighting, known.sighting) ? Holds::as_known
                                                              : Holds::moved;
      }
      look_without(way, tried);
      tried.milliseconds = static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
    }
    return tried_;
  }

 private:
  [[nodiscard]] static bool same(const Sighting& found, const Sighting& known) {
    return found.property == known.property && found.at == known.at;
  }

  [[nodiscard]] ScenarioFile load(Way way, bool with_defect) const {
    const std::string path =
        settings_.folder + "/" + defect_.name + (way == Way::sweep ? "-random.yaml" : ".yaml");
    std::vector<std::string> overrides;
    if (!with_defect) overrides = {"cluster.defects=[]", "expect=ok"};
    return ScenarioFile::load(path, overrides, settings_.models);
  }

  [[nodiscard]] bool out_of_time() const {
    return Clock::now() - start_ > std::chrono::nanoseconds(settings_.time_max.nanoseconds);
  }

  [[nodiscard]] RunSettings run_settings() const {
    RunSettings each;
    each.limits.max_memory_bytes = memory_max();
    each.limits.stop = [this] { return std::string(out_of_time() ? "time" : ""); };
    return each;
  }
  [[nodiscard]] std::uint64_t memory_max() const {
    return settings_.memory_max / std::max(1U, settings_.jobs);
  }
  [[nodiscard]] engine::SearchSettings search_settings() const {
    engine::SearchSettings search;
    search.states_max = settings_.states_max;
    search.memory_max = memory_max();
    return search;
  }

  void look_for(Way way, TriedWay& tried) {
    const ScenarioFile file = load(way, true);
    switch (way) {
      case Way::script:
        return play_script(file.resolve(file.seed()), tried);
      case Way::sweep:
        return try_seeds(file, tried);
      case Way::explore:
        return search(file.resolve(file.seed()), tried);
    }
  }

  void play_script(const Scenario& scenario, TriedWay& tried) const {
    const RunResult result = run(scenario, run_settings());
    if (result.verdict == Verdict::undecided) return;
    tried.holds = Holds::lost;
    if (!as_expected(scenario, result)) return;
    for (const FoundViolation& found : result.violations) {
      if (found.violation.property == scenario.expect_run.violation)
        tried.sighting = {found.violation.property, found.script_step, 0};
    }
  }

  void try_seeds(const ScenarioFile& file, TriedWay& tried) const {
    const std::string wanted = file.resolve(file.seed()).expect_sweep.violation;
    for (std::uint64_t seed = 1; seed <= settings_.seeds; ++seed) {
      if (out_of_time()) return;
      for (const FoundViolation& found : run(file.resolve(seed), run_settings()).violations) {
        if (found.violation.property != wanted) continue;
        tried.sighting = {wanted, seed, 0};
        return;
      }
    }
    tried.holds = Holds::lost;
  }

  void search(const Scenario& scenario, TriedWay& tried) const {
    engine::SearchSettings search = search_settings();
    search.stop_at = scenario.expect_explore.violation;
    search.go_on = [this](const engine::SearchFigures&) { return !out_of_time(); };
    const ExploreResult result = scenarios::explore(scenario, search);
    for (const Counterexample& found : result.counterexamples) {
      if (found.violation.property == scenario.expect_explore.violation)
        tried.sighting = {found.violation.property, found.length,
                          result.search.figures.unique_states};
    }
    if (!tried.sighting && result.search.complete) tried.holds = Holds::lost;
  }

  void look_without(Way way, TriedWay& tried) const {
    const ScenarioFile file = load(way, false);
    switch (way) {
      case Way::script:
        note(run(file.resolve(file.seed()), run_settings()), tried);
        // The right protocol cannot follow a script of the mistake, and comes to nothing by it.
        if (tried.without == Verdict::vacuous) tried.without = Verdict::ok;
        return;
      case Way::sweep:
        for (std::uint64_t seed = 1; seed <= settings_.seeds_without; ++seed) {
          note(run(file.resolve(seed), run_settings()), tried);
          if (tried.without != Verdict::ok) return;
        }
        return;
      case Way::explore:
        return search_without(file.resolve(file.seed()), tried);
    }
  }

  static void note(const RunResult& result, TriedWay& tried) {
    tried.without = result.verdict;
    if (!result.violations.empty())
      tried.wrong_without = result.violations.front().violation.property;
  }

  /// All schedules as long as the one that shows the defect.
  void search_without(const Scenario& scenario, TriedWay& tried) const {
    if (!tried.sighting) return;
    bool far_enough = false;
    engine::SearchSettings search = search_settings();
    search.go_on = [&](const engine::SearchFigures& figures) {
      far_enough = figures.depth > tried.sighting->at;
      return !far_enough && !out_of_time();
    };
    const ExploreResult result = scenarios::explore(scenario, search);
    tried.states_without = result.search.figures.unique_states;
    tried.without = result.verdict;
    if (!result.counterexamples.empty()) {
      tried.wrong_without = result.counterexamples.front().violation.property;
    } else if (result.verdict == Verdict::undecided && (far_enough || result.search.complete)) {
      tried.without = Verdict::ok;
    }
  }

  const TrialSettings& settings_;
  const engine::Defect& defect_;
  const KnownBug* known_;
  Clock::time_point start_ = Clock::now();
  TriedBug tried_;
};

/// What a worker says of one.
TriedBug tried_of(const engine::SeedReport& report, const Suspect& suspect) {
  TriedBug tried;
  if (report.fate == engine::SeedReport::Fate::done) {
    engine::read(engine::parse_json(report.result, "a worker's result"), tried);
    return tried;
  }
  tried.model = suspect.model->name;
  tried.defect = suspect.defect->name;
  tried.citation = suspect.defect->citation;
  tried.failed = report.result;
  if (report.fate == engine::SeedReport::Fate::runaway) return tried;
  for (const Way way : ways) tried.by(way).holds = Holds::lost;
  return tried;
}

}  // namespace

Trial try_bugs(const TrialSettings& settings) {
  const std::vector<Suspect> list = suspects(settings);
  Trial trial;
  std::optional<engine::InputError> refused;
  engine::SweepSettings workers;
  workers.first = 0;
  workers.last = list.size() - 1;
  workers.jobs = settings.jobs;
  // A worker ends by itself long before.
  workers.seed_limit = settings.time_max * 2;
  workers.describe = &RunInProgress::describe;
  const auto interrupted = [&] { return settings.interrupted && settings.interrupted(); };
  if (list.empty()) return trial;
  engine::sweep(
      workers,
      [&](std::uint64_t place) {
        return engine::to_json(DefectTrial(settings, list[place]).tried());
      },
      [&](const engine::SeedReport& report) {
        if (report.fate == engine::SeedReport::Fate::refused) {
          refused.emplace(report.refusal());
          return false;
        }
        trial.bugs.push_back(tried_of(report, list[report.seed]));
        if (settings.seen) settings.seen(trial.bugs.back());
        return true;
      },
      interrupted);
  if (refused) throw engine::InputError(*refused);
  trial.interrupted = trial.bugs.size() < list.size();
  return trial;
}

Outcome outcome_of(const TriedWay& way) {
  if (way.without == Verdict::violated) return Outcome::unexpected;
  switch (way.holds) {
    case Holds::moved:
    case Holds::lost:
    case Holds::unknown:
      return Outcome::unexpected;
    case Holds::undecided:
      return Outcome::undecided;
    case Holds::as_known:
    case Holds::not_applicable:
      break;
  }
  return way.without == Verdict::ok ? Outcome::as_expected : Outcome::undecided;
}

namespace {

/// What does not hold outweighs what nobody knows.
Outcome worse(Outcome one, Outcome other) {
  for (const Outcome outcome : {Outcome::unexpected, Outcome::undecided}) {
    if (one == outcome || other == outcome) return outcome;
  }
  return Outcome::as_expected;
}

}  // namespace

Outcome outcome_of(const TriedBug& bug) {
  Outcome outcome = Outcome::as_expected;
  for (const Way way : ways) outcome = worse(outcome, outcome_of(bug.by(way)));
  return outcome;
}

Outcome outcome_of(const Trial& trial) {
  Outcome outcome = trial.interrupted ? Outcome::undecided : Outcome::as_expected;
  for (const TriedBug& bug : trial.bugs) outcome = worse(outcome, outcome_of(bug));
  return outcome;
}

}  // namespace stampede::scenarios
