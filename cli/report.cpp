#include "cli/report.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "traces/replay.hpp"

namespace stampede::cli {
namespace {

constexpr std::size_t line_width = 110;
constexpr std::size_t story_lines = 10;

}  // namespace

Narrator::Narrator(std::uint64_t step, std::vector<NodeId> nodes, std::vector<std::string> names,
                   std::size_t lines)
    : step_(step), nodes_(std::move(nodes)), names_(std::move(names)), keep_(lines) {}

void Narrator::event(const engine::Event& event) {
  if (event.kind > engine::EventKind::clock || event.step > step_ ||
      event.kind == engine::EventKind::ignore)
    return;
  // Every run begins with the boots of all nodes.
  if (event.step <= names_.size()) return;
  const auto concerned = [&](NodeId node) {
    return std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end();
  };
  if (!nodes_.empty() && !concerned(event.node) && !concerned(event.peer)) return;
  std::string line = std::to_string(event.step);
  line = std::string(line.size() < 6 ? 6 - line.size() : 0, ' ') + line + "  " +
         traces::event_text(event, names_);
  if (line.size() > line_width) line = line.substr(0, line_width - 3) + "...";
  lines_.push_back(std::move(line));
  if (lines_.size() > keep_) lines_.pop_front();
}

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
  std::vector<std::string> names;
  for (const auto& node : result.nodes) names.push_back(node.name);
  const std::uint64_t until = first.violation.step == 0 ? result.decisions : first.violation.step;
  Narrator narrator(until, first.violation.nodes, names, story_lines);
  scenarios::RunSettings settings;
  settings.observer = &narrator;
  settings.stop_on_first = true;
  scenarios::run(file.resolve(result.seed), settings);
  if (narrator.lines().empty()) return;
  std::string who;
  for (const std::string& node : first.nodes) who += (who.empty() ? " at " : ", ") + node;
  std::printf("the last decisions%s up to there:\n", who.c_str());
  for (const std::string& line : narrator.lines()) std::printf("%s\n", line.c_str());
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
