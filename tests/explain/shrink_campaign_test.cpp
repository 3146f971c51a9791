// The seeds of all randomized defects shrunk, beside the shortest counterexamples that are known.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>

#include "explain/shrink.hpp"
#include "scenarios/running/explore_failure.hpp"

namespace {

using namespace stampede;
using Path = std::filesystem::path;

constexpr std::uint64_t seeds_of_each = 3;
constexpr const char* by_chance = "-random";

struct ShrunkSeed {
  std::string defect;
  std::uint64_t seed = 0;
  explain::Shrunk shrunk;
  double cpu_seconds = 0;
};

std::vector<Path> randomized_defects() {
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(STAMPEDE_SOURCE_DIR) +
                                                               "/scenarios/catalogue/bugs")) {
    if (entry.path().stem().string().ends_with(by_chance)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<ShrunkSeed> shrunk_seeds(const Path& path) {
  const auto file = scenarios::ScenarioFile::load(path.string(), {});
  std::vector<ShrunkSeed> found;
  for (std::uint64_t seed = 1; found.size() < seeds_of_each; ++seed) {
    explain::Tape tape(file.resolve(seed));
    if (tape.result().violations.empty()) continue;
    const std::clock_t begun = std::clock();
    explain::Shrunk shrunk = explain::shrink(file, tape, {});
    const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    found.push_back({path.stem().string(), seed, std::move(shrunk), seconds});
  }
  return found;
}

/// The length of the counterexample that a search of the defect's file finds, of the property or of
/// the failure alone; UINT64_MAX if it finds none within so many worlds.
std::uint64_t found_by_search(const Path& randomized, const scenarios::Fingerprint& failure,
                              bool alone) {
  const std::string stem = randomized.stem().string();
  const Path script = randomized.parent_path() /
                      (stem.substr(0, stem.size() - std::string(by_chance).size()) + ".yaml");
  if (!std::filesystem::exists(script)) return UINT64_MAX;
  const auto file = scenarios::ScenarioFile::load(script.string(), {});
  engine::SearchSettings settings;
  settings.stop_at = failure.property;
  settings.states_max = 3'000'000;
  settings.memory_max = std::uint64_t{1} << 30;
  const scenarios::ExploreResult result =
      alone ? scenarios::explore_failure(file.resolve(0), failure, settings)
            : scenarios::explore(file.resolve(0), settings);
  for (const scenarios::Counterexample& one : result.counterexamples) {
    if (one.violation.property == failure.property) return one.schedule.size();
  }
  return UINT64_MAX;
}

/// Of the file and its seeds: the shortest schedule that a search or any of them knows, by
/// property, and by fingerprint, as texts.
std::map<std::string, std::uint64_t> shortest_known(const Path& randomized,
                                                    const std::vector<ShrunkSeed>& seeds) {
  std::map<std::string, std::uint64_t> shortest;
  for (const ShrunkSeed& one : seeds) {
    const scenarios::Fingerprint& failure = one.shrunk.fingerprint;
    if (one.shrunk.minimality == explain::Minimality::timed) continue;
    for (const bool alone : {false, true}) {
      const std::string what = alone ? to_text(failure) : failure.property;
      if (shortest.count(what) == 0) shortest[what] = found_by_search(randomized, failure, alone);
      shortest[what] = std::min(shortest[what], one.shrunk.after.decisions);
    }
  }
  return shortest;
}

void check_fails_alike(const explain::Shrunk& shrunk) {
  const scenarios::Scenario scenario = shrunk.file.resolve(shrunk.file.seed());
  const auto fingerprints = scenarios::fingerprints_of(scenario, scenarios::run(scenario, {}));
  CHECK(std::find(fingerprints.begin(), fingerprints.end(), shrunk.fingerprint) !=
        fingerprints.end());
}

/// Of so small spaces that nothing but the shortest will do.
bool is_to_be_shortest(const std::string& defect) {
  return defect.starts_with("vrr-state-transfer") || defect.starts_with("vrr-recovery");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

// Hidden: minutes. Prints a row for each seed, for docs/performance.md.
TEST_CASE("shrink: three failing seeds of every randomized defect", "[.campaign]") {
  std::vector<double> ratios;
  std::vector<double> seconds;
  for (const Path& path : randomized_defects()) {
    const std::vector<ShrunkSeed> seeds = shrunk_seeds(path);
    const auto shortest = shortest_known(path, seeds);
    for (const ShrunkSeed& one : seeds) {
      const explain::Shrunk& shrunk = one.shrunk;
      INFO(one.defect << " " << one.seed);
      check_fails_alike(shrunk);
      seconds.push_back(one.cpu_seconds);
      const bool has_length = shrunk.minimality != explain::Minimality::timed;
      const std::uint64_t known = has_length ? shortest.at(shrunk.fingerprint.property) : 0;
      const std::uint64_t alike = has_length ? shortest.at(to_text(shrunk.fingerprint)) : 0;
      std::printf("%-42s %6llu: %6llu -> %3llu of %3llu, alike %3llu, %-9s %6.2f s, %s\n",
                  one.defect.c_str(), static_cast<unsigned long long>(one.seed),
                  static_cast<unsigned long long>(shrunk.before.decisions),
                  static_cast<unsigned long long>(shrunk.after.decisions),
                  static_cast<unsigned long long>(known), static_cast<unsigned long long>(alike),
                  to_text(shrunk.minimality).c_str(), one.cpu_seconds,
                  to_text(shrunk.fingerprint).c_str());
      std::fflush(stdout);
      if (!has_length) continue;
      ratios.push_back(static_cast<double>(shrunk.after.decisions) / static_cast<double>(known));
      CHECK(ratios.back() <= (is_to_be_shortest(one.defect) ? 1.0 : 2.0));
      if (is_to_be_shortest(one.defect)) CHECK(shrunk.after.decisions == alike);
    }
  }
  REQUIRE(ratios.size() >= 60);
  std::printf(
      "%zu schedules: %.2f of the shortest known in the median, %.2f at most; "
      "%.2f CPU s in the median, %.2f at most\n",
      ratios.size(), median(ratios), *std::max_element(ratios.begin(), ratios.end()),
      median(seconds), *std::max_element(seconds.begin(), seconds.end()));
  CHECK(median(ratios) <= 1.3);
}
