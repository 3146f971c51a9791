#include "cli/coverage_report.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/command.hpp"
#include "engine/core/document.hpp"
#include "engine/core/json.hpp"

namespace stampede::cli {
namespace {

using scenarios::Coverage;
using scenarios::Handled;

constexpr std::array statuses = {"leads", "follows", "changes", "recovers", "shows nothing"};

/// `12,345 -7`: handled, and refused by a guard; a dot if it never came.
std::string cell(const std::map<std::string, Handled>& by_status, const char* status) {
  const auto found = by_status.find(status);
  if (found == by_status.end()) return ".";
  const Handled& count = found->second;
  return grouped(count.handled) + (count.ignored == 0 ? "" : " -" + grouped(count.ignored));
}

void print_list(const char* what, const std::vector<std::string>& names) {
  if (!names.empty()) std::printf("%s: %s\n", what, engine::comma_list(names).c_str());
}

void print_inputs(const Coverage& coverage) {
  std::size_t width = 0;
  for (const auto& [input, by_status] : coverage.inputs) width = std::max(width, input.size());
  std::printf("%-*s", static_cast<int>(width), "handled, -refused");
  for (const char* status : statuses) std::printf("  %15s", status);
  std::printf("\n");
  for (const auto& [input, by_status] : coverage.inputs) {
    std::printf("%-*s", static_cast<int>(width), input.c_str());
    for (const char* status : statuses) std::printf("  %15s", cell(by_status, status).c_str());
    std::printf("\n");
  }
}

void print_elections(const Coverage& coverage) {
  std::printf("%s elections, %s operations completed", grouped(coverage.elections).c_str(),
              grouped(coverage.completed_operations).c_str());
  if (coverage.completed_operations != 0) {
    std::printf(": %.3f elections an operation",
                static_cast<double>(coverage.elections) /
                    static_cast<double>(coverage.completed_operations));
  }
  std::printf("\n");
}

}  // namespace

void add_coverage(CLI::App& command, CoverageFlag& flag) {
  command.add_flag("--coverage", flag.given,
                   "Say what was reached and what never was; --coverage=FILE.json writes it, too");
}

void print_coverage(const Coverage& coverage, std::uint64_t first_seed) {
  std::printf("coverage of %s %s, %s decisions\n", grouped(coverage.seeds).c_str(),
              coverage.seeds == 1 ? "seed" : "seeds", grouped(coverage.decisions).c_str());
  print_inputs(coverage);
  print_list("never handled", scenarios::never_handled(coverage));
  print_list("probes never reached", scenarios::never_reached(coverage));
  std::vector<std::string> kinds;
  std::vector<std::string> never;
  for (const auto& [kind, count] : coverage.decisions_by_kind) {
    if (count == 0) {
      never.push_back(kind);
    } else {
      kinds.push_back(kind + " " + grouped(count));
    }
  }
  print_list("decisions", kinds);
  print_list("decisions never made", never);
  print_elections(coverage);
  std::vector<std::string> grown;
  for (const std::uint64_t count : scenarios::growth(coverage, first_seed))
    grown.push_back(grouped(count));
  print_list("new in what nodes show, by 1,000 seeds", grown);
}

void print_defects(const scenarios::DefectsCaught& defects, std::uint64_t first,
                   std::uint64_t last) {
  std::vector<std::string> caught;
  for (const auto& [name, seed] : defects.caught)
    caught.push_back(name + " (seed " + std::to_string(seed) + ")");
  print_list("planted defects caught", caught);
  const std::string missed =
      "planted defects missed by seeds " + std::to_string(first) + " to " + std::to_string(last);
  print_list(missed.c_str(), defects.missed);
}

void print_search_coverage(const scenarios::ExploreResult& result) {
  std::vector<std::string> depths;
  for (const std::uint64_t worlds : result.search.worlds_by_depth)
    depths.push_back(grouped(worlds));
  print_list("states by depth", depths);
  std::vector<std::string> fields;
  for (const scenarios::FieldValues& field : result.fields)
    fields.push_back(field.field + " " + grouped(field.values));
  print_list("values of fields", fields);
}

void keep_search_coverage(OutputFile& file, const scenarios::ExploreResult& result) {
  if (!file) return;
  engine::JsonWriter json;
  json.begin_object();
  json.key("states_by_depth");
  engine::write(json, result.search.worlds_by_depth);
  json.key("fields");
  engine::write(json, result.fields);
  json.end_object();
  file.stream() << json.str() << '\n';
  file.finish();
}

void keep_coverage(OutputFile& file, const Coverage& coverage,
                   const scenarios::DefectsCaught& defects) {
  if (!file) return;
  engine::JsonWriter json;
  json.begin_object();
  json.key("coverage");
  engine::write(json, coverage);
  json.key("never_handled");
  engine::write(json, scenarios::never_handled(coverage));
  json.key("never_reached");
  engine::write(json, scenarios::never_reached(coverage));
  json.key("defects");
  engine::write(json, defects);
  json.end_object();
  file.stream() << json.str() << '\n';
  file.finish();
}

}  // namespace stampede::cli
