#include "cli/report.hpp"

#include <cstdio>
#include <filesystem>

#include "cli/last_decisions.hpp"

namespace stampede::cli {
std::string violation_text(const scenarios::FoundViolation& found) {
  std::string text = found.violation.property;
  if (found.violation.step != 0) text += " at step " + std::to_string(found.violation.step);
  if (found.script_step != 0) text += " (script step " + std::to_string(found.script_step) + ")";
  return text + ": " + found.violation.message;
}

void print_violations(const scenarios::ScenarioFile& file, const scenarios::RunResult& result) {
  for (const scenarios::FoundViolation& found : result.violations)
    std::printf("  %s\n", violation_text(found).c_str());
  const scenarios::FoundViolation& first = result.violations.front();
  const std::vector<std::string> lines = last_decisions(file, result, first);
  if (lines.empty()) return;
  std::string who;
  for (const std::string& node : first.nodes) who += (who.empty() ? " at " : ", ") + node;
  std::printf("the last decisions%s up to there:\n", who.c_str());
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

void write_violations(engine::JsonWriter& writer,
                      const std::vector<scenarios::FoundViolation>& violations) {
  writer.key("violations");
  writer.begin_array();
  for (const scenarios::FoundViolation& found : violations) {
    writer.begin_object();
    writer.key("property").text(found.violation.property);
    writer.key("step").unsigned_integer(found.violation.step);
    if (found.script_step != 0) writer.key("script_step").unsigned_integer(found.script_step);
    writer.key("message").text(found.violation.message);
    writer.key("nodes");
    engine::write(writer, found.nodes);
    writer.end_object();
  }
  writer.end_array();
}

std::string hexadecimal(std::uint64_t value) {
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(value));
  return buffer;
}

traces::RunRecord run_record(const scenarios::ScenarioFile& file,
                             const scenarios::RunResult& result, const std::string& recorded) {
  traces::RunRecord record;
  record.scenario_name = std::filesystem::path(file.path()).stem().string();
  record.scenario_file = file.path();
  record.scenario_text = file.text();
  record.overrides = file.overrides();
  record.seed = result.seed;
  record.mode = result.scripted ? "script" : "timed";
  record.engine_version = STAMPEDE_VERSION;
  record.verdict = boost::describe::enum_to_string(result.verdict, "?");
  record.decisions = result.decisions;
  record.operations = result.operations;
  record.virtual_time = result.virtual_time;
  record.digest = result.digest;
  record.block_digests = result.block_digests;
  for (const scenarios::FoundViolation& found : result.violations) {
    std::string nodes;
    for (const std::string& node : found.nodes) nodes += (nodes.empty() ? "" : ", ") + node;
    record.violations.push_back({found.violation.property, found.violation.step, found.script_step,
                                 found.violation.message, nodes});
  }
  for (std::uint32_t i = 0; i < result.nodes.size(); ++i)
    record.nodes.push_back({i, result.nodes[i].name, result.nodes[i].role});
  record.recorded = recorded;
  return record;
}

}  // namespace stampede::cli
