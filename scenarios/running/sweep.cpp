#include "scenarios/running/sweep.hpp"

#include <algorithm>
#include <optional>

#include "scenarios/running/coverage.hpp"
#include "scenarios/running/load.hpp"
#include "scenarios/running/run_in_progress.hpp"

namespace stampede::scenarios {
namespace {

/// Stands among the violated properties for a worker that died.
constexpr const char* crashed_seed = "crashed";

SweepSummary summary_of(std::uint64_t seed, const RunResult& result) {
  SweepSummary one;
  one.seeds = 1;
  one.decisions = result.decisions;
  one.operations = result.operations;
  const auto violated = [&](const std::string& property) {
    ++one.violated.try_emplace(property, ViolatedIn{0, seed}).first->second.seeds;
  };
  for (const FoundViolation& found : result.violations) violated(found.violation.property);
  if (!result.failed_expectations.empty()) violated("expectation");
  if (!one.violated.empty()) {
    one.failing_count = 1;
    one.failing = {seed};
  } else if (result.verdict == Verdict::undecided) {
    one.undecided_count = 1;
    one.undecided = {seed};
  } else if (result.verdict == Verdict::vacuous) {
    one.vacuous_count = 1;
    one.vacuous = {seed};
  }
  for (const auto& probe : result.probes) {
    if (probe.count > 0) one.probes[probe.name] = 1;
  }
  for (const FaultHits& fault : result.faults) {
    one.hits_by_kind[fault.kind] += fault.count;
    one.hits_by_name[fault.name] += fault.count;
  }
  return one;
}

/// Looks at a run for whoever asked what seeds reached and cost.
class Looks final : public engine::WorldObserver {
 public:
  Looks(const Scenario& scenario, const SweepSettings& asked) {
    if (asked.covered) coverage_.emplace(scenario);
    if (asked.measured) load_.emplace(scenario);
  }
  [[nodiscard]] bool any() const { return coverage_ || load_; }
  void event(const engine::Event& event) override {
    if (coverage_) coverage_->event(event);
    if (load_) load_->event(event);
  }
  /// A line each, empty where nobody asked.
  [[nodiscard]] std::string text() const {
    return '\n' + (coverage_ ? engine::to_json(coverage_->coverage()) : "") + '\n' +
           (load_ ? engine::to_json(load_->load()) : "");
  }

 private:
  std::optional<CoverageTaker> coverage_;
  std::optional<LoadTaker> load_;
};

/// What a worker has to say of one seed: its summary, and in lines of their own what it reached and
/// what it cost, if that is asked for.
std::string report_of(const ScenarioFile& file, std::uint64_t seed, RunSettings settings,
                      const SweepSettings& asked) {
  const Scenario scenario = file.resolve(seed);
  Looks looks(scenario, asked);
  if (looks.any()) settings.observer = &looks;
  std::string text = engine::to_json(summary_of(seed, run(scenario, settings)));
  return text + looks.text();
}

/// From 0.
std::string line_of(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  for (; number > 0; --number) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

constexpr const char* from_worker = "a worker's result";

SweepSummary summary_of(const engine::SeedReport& report) {
  using Fate = engine::SeedReport::Fate;
  if (report.fate == Fate::done) return read_summary(line_of(report.result, 0), from_worker);
  SweepSummary one;
  one.seeds = 1;
  one.lost = {{report.seed, report.result}};
  if (report.fate == Fate::runaway) {
    one.undecided_count = 1;
    one.undecided = {report.seed};
    return one;
  }
  one.crashed = true;
  one.failing_count = 1;
  one.failing = {report.seed};
  one.violated[crashed_seed] = {1, report.seed};
  return one;
}

void merge_lost(std::vector<LostSeed>& lost, const std::vector<LostSeed>& others) {
  lost.insert(lost.end(), others.begin(), others.end());
  std::sort(lost.begin(), lost.end());
  if (lost.size() > SweepSummary::lost_max) lost.resize(SweepSummary::lost_max);
}

void merge_seeds(std::vector<std::uint64_t>& seeds, const std::vector<std::uint64_t>& others) {
  const auto middle = static_cast<std::ptrdiff_t>(seeds.size());
  seeds.insert(seeds.end(), others.begin(), others.end());
  std::inplace_merge(seeds.begin(), seeds.begin() + middle, seeds.end());
  if (seeds.size() > SweepSummary::listed_max) seeds.resize(SweepSummary::listed_max);
}

void add(std::map<std::string, std::uint64_t>& counts,
         const std::map<std::string, std::uint64_t>& others) {
  for (const auto& [name, count] : others) counts[name] += count;
}

}  // namespace

void merge(SweepSummary& summary, const SweepSummary& other) {
  summary.seeds += other.seeds;
  summary.decisions += other.decisions;
  summary.operations += other.operations;
  summary.failing_count += other.failing_count;
  summary.undecided_count += other.undecided_count;
  summary.vacuous_count += other.vacuous_count;
  merge_seeds(summary.failing, other.failing);
  merge_seeds(summary.undecided, other.undecided);
  merge_lost(summary.lost, other.lost);
  merge_seeds(summary.vacuous, other.vacuous);
  for (const auto& [property, there] : other.violated) {
    const auto [place, fresh] = summary.violated.try_emplace(property, there);
    if (fresh) continue;
    place->second.seeds += there.seeds;
    place->second.first_seed = std::min(place->second.first_seed, there.first_seed);
  }
  add(summary.probes, other.probes);
  add(summary.hits_by_kind, other.hits_by_kind);
  add(summary.hits_by_name, other.hits_by_name);
  summary.crashed = summary.crashed || other.crashed;
  summary.interrupted = summary.interrupted || other.interrupted;
}

SweepSummary read_summary(std::string_view json, const std::string& file) {
  const engine::Document document = engine::parse_json(json, file);
  SweepSummary summary;
  // What is missing is not nothing.
  for (const std::string& key : engine::member_names<SweepSummary>())
    static_cast<void>(document.at(key));
  engine::read(document, summary);
  check_ascending(document, summary);
  return summary;
}

void check_ascending(const engine::Document& document, const SweepSummary& summary) {
  const auto expect_ascending = [&](const char* key, const std::vector<std::uint64_t>& seeds) {
    if (!std::is_sorted(seeds.begin(), seeds.end()))
      document.at(key).fail("expected seeds in ascending order", "has the file been edited?");
  };
  expect_ascending("failing", summary.failing);
  expect_ascending("undecided", summary.undecided);
  expect_ascending("vacuous", summary.vacuous);
}

SweepSummary sweep(const ScenarioFile& file, const SweepSettings& settings) {
  SweepSummary summary;
  bool enough = false;
  std::optional<engine::InputError> refused;
  const auto interrupted = [&] { return settings.interrupted && settings.interrupted(); };
  engine::SweepSettings workers = settings.workers;
  workers.describe = &RunInProgress::describe;
  RunSettings each;
  // Where there are many runs, one step in so many of each is enough.
  each.watched_steps = 0;
  each.caps_memory = true;
  each.limits.max_memory_bytes = settings.max_memory_bytes / std::max(1U, workers.jobs);
  engine::sweep(
      workers, [&](std::uint64_t seed) { return report_of(file, seed, each, settings); },
      [&](const engine::SeedReport& report) {
        using Fate = engine::SeedReport::Fate;
        if (report.fate == Fate::refused) {
          const engine::InputError refusal = report.refusal();
          refused.emplace(refusal.place(),
                          "under seed " + std::to_string(report.seed) + ": " + refusal.message(),
                          refusal.hint());
          return false;
        }
        merge(summary, summary_of(report));
        if (settings.covered && report.fate == Fate::done)
          settings.covered(read_coverage(line_of(report.result, 1), from_worker));
        if (settings.measured && report.fate == Fate::done)
          settings.measured(read_load(line_of(report.result, 2), from_worker));
        if (settings.seen) settings.seen(summary);
        enough = settings.failing_max != 0 && summary.failing_count >= settings.failing_max;
        return !enough;
      },
      interrupted);
  if (refused) throw engine::InputError(*refused);
  const std::uint64_t asked = settings.workers.last - settings.workers.first + 1;
  summary.interrupted = interrupted() && !enough && summary.seeds < asked;
  return summary;
}

std::vector<std::uint64_t> telling_seeds(const SweepSummary& summary) {
  std::vector<std::uint64_t> seeds;
  for (const auto& [property, violated] : summary.violated) {
    if (property != crashed_seed) seeds.push_back(violated.first_seed);
  }
  std::sort(seeds.begin(), seeds.end());
  seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
  return seeds;
}

std::optional<std::uint64_t> seed_to_show(const Scenario& scenario, const SweepSummary& summary) {
  const auto expected = summary.violated.find(scenario.expect_sweep.violation);
  if (expected != summary.violated.end()) return expected->second.first_seed;
  if (summary.failing.empty()) return std::nullopt;
  return summary.failing.front();
}

SweepJudgement judge(const Scenario& scenario, const SweepSummary& summary) {
  SweepJudgement judged;
  for (const std::string& probe : scenario.reach) {
    if (summary.probes.find(probe) == summary.probes.end()) judged.unreached.push_back(probe);
  }
  const bool fails = summary.failing_count != 0;
  const bool open = summary.undecided_count != 0 || summary.interrupted;
  const bool empty = summary.vacuous_count == summary.seeds;
  judged.verdict = fails   ? Verdict::violated
                   : open  ? Verdict::undecided
                   : empty ? Verdict::vacuous
                           : Verdict::ok;
  const Expectation& expected = scenario.expect_sweep;
  judged.as_expected = expected.ok()
                           ? expected.allows(judged.verdict) && judged.unreached.empty()
                           : summary.violated.find(expected.violation) != summary.violated.end();
  // What fails, or is not reached, stays so; what did not come may still come.
  const bool vacuous = expected.ok() && judged.verdict == Verdict::vacuous;
  const bool settled = (expected.ok() && fails) || !judged.unreached.empty() || !(open || vacuous);
  if (summary.interrupted || (!judged.as_expected && !settled)) {
    judged.outcome = Outcome::undecided;
  } else if (judged.as_expected) {
    judged.outcome = Outcome::as_expected;
  }
  return judged;
}

}  // namespace stampede::scenarios
