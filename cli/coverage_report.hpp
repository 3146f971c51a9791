// `--coverage`: what was reached, as a table, and as JSON in a file.
#pragma once

#include <string>

#include "cli/output.hpp"
#include "scenarios/running/coverage.hpp"
#include "scenarios/running/explore.hpp"

namespace CLI {
class App;
}

namespace stampede::cli {

/// The flag with or without a file: `--coverage`, `--coverage=FILE.json`.
struct CoverageFlag {
  std::string given{};

  [[nodiscard]] bool asked() const { return !given.empty(); }
  /// Empty if none is named.
  [[nodiscard]] std::string file() const { return given == alone ? std::string() : given; }

  /// What CLI11 makes of a flag without a value.
  static constexpr const char* alone = "true";
};
void add_coverage(CLI::App& command, CoverageFlag& flag);

/// The table. `first_seed`: the thousands of seeds are counted from there.
void print_coverage(const scenarios::Coverage& coverage, std::uint64_t first_seed);
void print_defects(const scenarios::DefectsCaught& defects, std::uint64_t first,
                   std::uint64_t last);
/// Writes the value, with the defects beside it, if a file was asked for.
void keep_coverage(OutputFile& file, const scenarios::Coverage& coverage,
                   const scenarios::DefectsCaught& defects);

/// Of a search: worlds by depth, and the fields with the most values.
void print_search_coverage(const scenarios::ExploreResult& result);
void keep_search_coverage(OutputFile& file, const scenarios::ExploreResult& result);

}  // namespace stampede::cli
