#include "cli/sweep_report.hpp"

#include <cstdio>

#include "cli/command.hpp"
#include "cli/load_report.hpp"
#include "cli/report.hpp"

namespace stampede::cli {
namespace {

using scenarios::SweepJudgement;
using scenarios::SweepSummary;

constexpr std::size_t printed_seeds = 10;

void write_counts(engine::JsonWriter& json, const char* key,
                  const std::map<std::string, std::uint64_t>& counts) {
  json.key(key);
  json.begin_object();
  for (const auto& [name, count] : counts) json.key(name).unsigned_integer(count);
  json.end_object();
}

void print_seeds(const char* what, const std::vector<std::uint64_t>& seeds) {
  if (seeds.empty()) return;
  std::printf("%s seeds:", what);
  for (std::size_t i = 0; i < seeds.size() && i < printed_seeds; ++i)
    std::printf(" %llu", static_cast<unsigned long long>(seeds[i]));
  std::printf("%s\n", seeds.size() > printed_seeds ? " ..." : "");
}

void print_counts(const char* what, const std::map<std::string, std::uint64_t>& counts) {
  if (counts.empty()) return;
  std::printf("%s:", what);
  for (const auto& [name, count] : counts)
    std::printf(" %s %s;", name.c_str(), grouped(count).c_str());
  std::printf("\n");
}

}  // namespace

void print_sweep_json(const scenarios::Scenario& scenario, const scenarios::Swept& swept,
                      const SweepJudgement& judged, const std::optional<scenarios::Load>& load,
                      const std::vector<KeptShrunk>& shrunk, std::int64_t run_id, int status,
                      double seconds) {
  const SweepSummary& summary = swept.summary;
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, judged.verdict);
  json.key("expected").text(scenario.expect_sweep.text());
  json.key("as_expected").boolean(judged.as_expected);
  json.key("violations");
  json.begin_array();
  for (const auto& [property, violated] : summary.violated) {
    json.begin_object();
    json.key("property").text(property);
    json.key("seeds").unsigned_integer(violated.seeds);
    json.key("first_seed").unsigned_integer(violated.first_seed);
    json.end_object();
  }
  json.end_array();
  json.key("seeds").unsigned_integer(summary.seeds);
  json.key("ran");
  engine::write(json, swept.ran);
  json.key("failing_count").unsigned_integer(summary.failing_count);
  json.key("failing");
  engine::write(json, summary.failing);
  json.key("undecided_count").unsigned_integer(summary.undecided_count);
  json.key("undecided");
  engine::write(json, summary.undecided);
  json.key("vacuous_count").unsigned_integer(summary.vacuous_count);
  json.key("vacuous");
  engine::write(json, summary.vacuous);
  json.key("lost");
  engine::write(json, summary.lost);
  json.key("decisions").unsigned_integer(summary.decisions);
  json.key("operations").unsigned_integer(summary.operations);
  if (seconds > 0)
    json.key("decisions_per_second").number(static_cast<double>(summary.decisions) / seconds);
  if (load) write_load(json, *load);
  write_counts(json, "probes", summary.probes);
  json.key("unreached");
  engine::write(json, judged.unreached);
  write_counts(json, "faults_hit", summary.hits_by_kind);
  json.key("complete").boolean(!summary.interrupted);
  if (run_id != 0) json.key("run_id").integer(run_id);
  if (!shrunk.empty()) write_all_shrunk(json, shrunk);
  json.key("exit_status").integer(status);
  if (seconds > 0) json.key("wall_seconds").number(seconds);
  write_build(json);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_sweep_text(const scenarios::Swept& swept, const SweepJudgement& judged, double seconds) {
  const SweepSummary& summary = swept.summary;
  const auto per_second = [&](std::uint64_t count) {
    return grouped(static_cast<std::uint64_t>(static_cast<double>(count) / seconds));
  };
  const std::string vacuous =
      summary.vacuous_count == 0 ? "" : ", " + grouped(summary.vacuous_count) + " vacuous";
  std::printf("%s%s: %s seeds, %s failing, %s undecided%s; %s decisions, %s operations",
              engine::word_of(judged.verdict), judged.as_expected ? "" : " (not as expected)",
              grouped(summary.seeds).c_str(), grouped(summary.failing_count).c_str(),
              grouped(summary.undecided_count).c_str(), vacuous.c_str(),
              grouped(summary.decisions).c_str(), grouped(summary.operations).c_str());
  if (seconds > 0) {
    std::printf(" in %.1f s (%s seeds/s, %s decisions/s)", seconds,
                per_second(summary.seeds).c_str(), per_second(summary.decisions).c_str());
  }
  std::printf("%s\n", summary.interrupted ? "; interrupted" : "");
  for (const auto& [property, violated] : summary.violated) {
    std::printf("  %s: %s seeds, first %llu\n", property.c_str(), grouped(violated.seeds).c_str(),
                static_cast<unsigned long long>(violated.first_seed));
  }
  print_seeds("failing", summary.failing);
  print_seeds("undecided", summary.undecided);
  print_seeds("vacuous", summary.vacuous);
  for (const scenarios::LostSeed& lost : summary.lost)
    std::printf("  seed %llu: %s\n", static_cast<unsigned long long>(lost.seed), lost.how.c_str());
  print_counts("probes reached (seeds)", summary.probes);
  for (const std::string& probe : judged.unreached)
    std::printf("probe never reached: %s\n", probe.c_str());
  print_counts("faults that hit", summary.hits_by_kind);
  for (const auto& [name, hits] : summary.hits_by_name) {
    if (hits == 0) std::printf("fault never hit: %s\n", name.c_str());
  }
}

}  // namespace stampede::cli
