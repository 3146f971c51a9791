#include "cli/report.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "engine/core/version.hpp"

namespace stampede::cli {
std::string violation_text(const scenarios::FoundViolation& found) {
  std::string text = found.violation.property;
  if (found.violation.step != 0) text += " at step " + std::to_string(found.violation.step);
  if (found.script_step != 0) text += " (script step " + std::to_string(found.script_step) + ")";
  return text + ": " + found.violation.message;
}

void print_violations(const scenarios::RunResult& result) {
  for (const scenarios::FoundViolation& found : result.violations)
    std::printf("  %s\n", violation_text(found).c_str());
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

void write_build(engine::JsonWriter& writer) {
  writer.key("build");
  engine::write(writer, engine::build());
}

std::string hexadecimal(std::uint64_t value) {
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(value));
  return buffer;
}

void write_run_id(engine::JsonWriter& writer, std::int64_t run_id) {
  writer.key("run_id");
  if (run_id != 0) {
    writer.integer(run_id);
  } else {
    writer.null();
  }
}

std::string command_to_run(const Program& program, const scenarios::ScenarioFile& file,
                           std::uint64_t seed) {
  std::string command =
      program.name + " run " + quoted(file.path()) + " --seed " + std::to_string(seed);
  for (const std::string& assignment : file.overrides()) command += " --set " + quoted(assignment);
  return command;
}

std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
           std::string_view("%+,-./:@_").find(letter) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

std::string command_to_replay(const Program& program, const std::string& database,
                              std::int64_t run_id) {
  return program.name + " replay " + quoted(database) + " --run " + std::to_string(run_id);
}

}  // namespace stampede::cli
