// stampede story: why a stored run is violated, told; and what happened before what in it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/stored_run.hpp"
#include "cli/story_report.hpp"
#include "engine/world/decision_text.hpp"
#include "explain/cone.hpp"

namespace stampede::cli {
namespace {

struct StoryFlags {
  StoredRun stored;
  std::string property;
  std::string cone;
  std::string path;
  std::string why;
};

const engine::Violation& chosen_violation(const explain::Tape& tape, const std::string& property) {
  if (property.empty()) {
    const engine::Violation* told = explain::told_violation(tape);
    if (told == nullptr)
      throw engine::InputError("the run violates nothing: there is no story to tell",
                               "--cone STEP, --path and --why work for any run");
    return *told;
  }
  std::vector<std::string> known;
  for (const scenarios::FoundViolation& found : tape.result().violations) {
    if (found.violation.property == property) return found.violation;
    known.push_back(found.violation.property);
  }
  engine::fail_unknown({}, "violated property", property, known);
}

std::uint64_t step_number(const explain::Tape& tape, const std::string& text) {
  const bool digits = !text.empty() && text.size() < 19 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  const std::uint64_t step = digits ? std::stoull(text) : 0;
  if (step == 0 || step > tape.size())
    throw engine::InputError("no step '" + text + "' in this run",
                             "its steps are 1 to " + std::to_string(tape.size()));
  return step;
}

std::string aligned(std::string text, std::size_t width) {
  text.insert(0, width - std::min(width, text.size()), ' ');
  return text;
}

std::string step_line(const explain::Tape& tape, std::uint64_t number) {
  const explain::Step& step = tape.step(number);
  engine::Event event;
  event.kind = step.kind;
  event.node = step.node;
  std::string type = step.decision.name;
  if (is_about_message(step.kind)) {
    const engine::MessageName& message = step.decision.message;
    type = engine::type_text(message.type, message.instance, tape.names());
    event.peer = message.from;
    event.nth = message.nth;
    event.copy = step.copied != 0 ? step.copied : message.copy;
  } else if (step.kind == engine::EventKind::fire) {
    type = engine::type_text(step.decision.timer.type, step.decision.timer.instance, tape.names());
  }
  event.type = type;
  return aligned(std::to_string(number), 7) + " " +
         aligned(engine::to_string(*step.decision.at), 10) + "  " +
         engine::event_text(event, tape.names());
}

// ----- the cone of a step -----

explain::Steps cone(const explain::Tape& tape, const StoryFlags& flags) {
  const std::uint64_t step = flags.cone == "violation"
                                 ? explain::shows_at(tape, chosen_violation(tape, flags.property))
                                 : step_number(tape, flags.cone);
  return explain::cone_of(tape, {step});
}

void print_cone(const explain::Tape& tape, const explain::Steps& steps) {
  for (const std::uint64_t step : steps) {
    if (step > tape.boots()) std::printf("%s\n", step_line(tape, step).c_str());
  }
}

// ----- the critical path of an operation -----

explain::CriticalPath path(const explain::Tape& tape, const std::string& operation) {
  return explain::critical_path(tape, engine::read_operation_id(engine::text_document(operation)));
}

void print_path(const explain::Tape& tape, const explain::CriticalPath& found) {
  std::printf("%s: %s in %llu message delays\n", engine::to_string(found.operation).c_str(),
              engine::to_string(found.latency).c_str(),
              static_cast<unsigned long long>(found.message_delays));
  std::printf("%s\n", step_line(tape, found.invoked).c_str());
  for (const explain::Leg& leg : found.legs) {
    std::printf("%s  after %s: %s\n", step_line(tape, leg.to).c_str(),
                engine::to_string(leg.lasted).c_str(),
                boost::describe::enum_to_string(leg.wait, "?"));
  }
}

// ----- the way of a value -----

explain::Provenance way(explain::Tape& tape, const std::string& asked) {
  const std::size_t dot = asked.find('.');
  const std::size_t at = asked.rfind('@');
  if (dot == std::string::npos || (at != std::string::npos && at < dot))
    throw engine::InputError("'" + asked + "' is no member of a node",
                             "write NODE.MEMBER@STEP, for example r2.view_number@31");
  const std::uint64_t step =
      at == std::string::npos ? tape.size() : step_number(tape, asked.substr(at + 1));
  const std::string name = asked.substr(0, dot);
  const std::optional<NodeId> node = tape.names().find(name);
  if (!node) engine::fail_unknown({}, "node", name, tape.names().all());
  const std::size_t length = at == std::string::npos ? at : at - dot - 1;
  return explain::provenance(tape, *node, asked.substr(dot + 1, length), step);
}

void print_way(const explain::Tape& tape, const explain::Provenance& found) {
  std::printf("%s\n", found.value.c_str());
  for (const explain::Knowing& one : found.way) {
    const std::string field = one.field.empty() ? "made for a message" : one.field;
    const std::string by = one.brought_by.empty() ? "made here" : "from " + one.brought_by;
    std::printf("%s  %s.%s, %s\n", step_line(tape, one.step).c_str(),
                tape.names().of(one.node).c_str(), field.c_str(), by.c_str());
  }
}

// ----- the command -----

template <class Found>
void print_found(const CommonFlags& common, const char* key, const Found& found,
                 const std::function<void()>& print) {
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key(key);
    engine::write(json, found);
    write_build(json);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    print();
  }
}

void print_story(const CommonFlags& common, const traces::RunRecord& record, explain::Tape& tape,
                 const engine::Violation& violation) {
  explain::NoReturnSettings settings;
  settings.interrupted = interrupted;
  const ToldStory told = tell_story(tape, violation, settings);
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("run_id").integer(record.id);
    json.key("seed").unsigned_integer(record.seed);
    write_story(json, told);
    write_build(json);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    std::printf("run %lld (%s, seed %llu)\n", static_cast<long long>(record.id),
                record.scenario_name.c_str(), static_cast<unsigned long long>(record.seed));
    for (const std::string& line : story_lines(told, tape)) std::printf("%s\n", line.c_str());
  }
}

int execute(const StoryFlags& flags, const CommonFlags& common) {
  const traces::Store store = traces::Store::open_read_only(flags.stored.database);
  const traces::RunRecord record = flags.stored.load(store);
  std::optional<explain::Tape> tape = taped(record, common);
  if (!tape) return exit_undecided;
  if (!flags.cone.empty()) {
    const explain::Steps steps = cone(*tape, flags);
    print_found(common, "cone", steps, [&] { print_cone(*tape, steps); });
  } else if (!flags.path.empty()) {
    const explain::CriticalPath found = path(*tape, flags.path);
    print_found(common, "critical_path", found, [&] { print_path(*tape, found); });
  } else if (!flags.why.empty()) {
    const explain::Provenance found = way(*tape, flags.why);
    print_found(common, "provenance", found, [&] { print_way(*tape, found); });
  } else {
    print_story(common, record, *tape, chosen_violation(*tape, flags.property));
  }
  return interrupted() ? exit_undecided : exit_ok;
}

}  // namespace

Run add_story(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "story", "Tell why a stored run is violated, and what came from what in it");
  auto flags = std::make_shared<StoryFlags>();
  add_stored_run(*command, flags->stored);
  command->add_option("--property", flags->property,
                      "The violated property to tell of (default: the one that the file expects, "
                      "else the first)");
  auto* cone = command->add_option("--cone", flags->cone,
                                   "STEP or 'violation': all steps in its causal past instead");
  auto* path = command->add_option(
      "--path", flags->path, "OPERATION, as c0.1: where the time until its answer went instead");
  auto* why = command->add_option(
      "--why", flags->why,
      "NODE.MEMBER@STEP, as r2.view_number@31: how the value came to the node instead");
  path->excludes(cone);
  why->excludes(cone)->excludes(path);
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
