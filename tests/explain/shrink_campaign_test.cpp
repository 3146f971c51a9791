// The seeds of all randomized defects shrunk, beside the shortest counterexamples that searches know.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>

#include "explain/shrink.hpp"
#include "scenarios/running/explore.hpp"

namespace {

using namespace stampede;

/// Of the property, by the search of the script's file; 0 = not known.
std::uint64_t shortest_known(const std::filesystem::path& script, const std::string& property) {
  if (!std::filesystem::exists(script)) return 0;
  const auto file = scenarios::ScenarioFile::load(script.string(), {});
  engine::SearchSettings settings;
  settings.stop_at = property;
  settings.states_max = 3'000'000;
  const scenarios::ExploreResult result = scenarios::explore(file.resolve(0), settings);
  for (const scenarios::Counterexample& one : result.counterexamples) {
    if (one.violation.property == property) return one.schedule.size();
  }
  return 0;
}

}  // namespace

// Hidden: minutes. Prints a line for each seed, for docs/performance.md.
TEST_CASE("shrink: three failing seeds of every randomized defect", "[.][campaign]") {
  const std::filesystem::path bugs = std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/bugs";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(bugs)) {
    if (entry.path().stem().string().ends_with("-random")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<double> ratios;
  for (const std::filesystem::path& path : files) {
    const auto file = scenarios::ScenarioFile::load(path.string(), {});
    const std::string name = path.stem().string();
    const std::filesystem::path script =
        bugs / (name.substr(0, name.size() - std::string("-random").size()) + ".yaml");
    std::uint64_t seeds = 0;
    for (std::uint64_t seed = 1; seeds < 3; ++seed) {
      explain::Tape tape(file.resolve(seed));
      if (tape.result().violations.empty()) continue;
      ++seeds;
      const explain::Shrunk shrunk = explain::shrink(file, tape, {});
      const scenarios::Scenario scenario = shrunk.file.resolve(shrunk.file.seed());
      const auto fingerprints = scenarios::fingerprints_of(scenario, scenarios::run(scenario, {}));
      INFO(name << " " << seed);
      CHECK(std::find(fingerprints.begin(), fingerprints.end(), shrunk.fingerprint) !=
            fingerprints.end());
      const std::uint64_t shortest = shrunk.minimality == explain::Minimality::timed
                                         ? 0
                                         : shortest_known(script, shrunk.fingerprint.property);
      std::printf("%s %llu: %llu -> %llu (known %llu), %s, %s\n", name.c_str(),
                  static_cast<unsigned long long>(seed),
                  static_cast<unsigned long long>(shrunk.before.decisions),
                  static_cast<unsigned long long>(shrunk.after.decisions),
                  static_cast<unsigned long long>(shortest), to_text(shrunk.minimality).c_str(),
                  to_text(shrunk.fingerprint).c_str());
      if (shortest != 0)
        ratios.push_back(static_cast<double>(shrunk.after.decisions) /
                         static_cast<double>(shortest));
    }
  }
  std::sort(ratios.begin(), ratios.end());
  REQUIRE(ratios.size() >= 60);
  CHECK(ratios[ratios.size() / 2] <= 1.3);
}
