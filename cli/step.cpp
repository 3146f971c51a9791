// stampede step: a session over a scenario or a stored run, line by line.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

#include "cli/command.hpp"
#include "cli/last_words.hpp"
#include "cli/line_reader.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/stepping.hpp"
#include "engine/core/error.hpp"
#include "explain/session_script.hpp"

namespace stampede::cli {
namespace {

struct StepFlags {
  std::string source;
  std::optional<std::uint64_t> run;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  std::optional<std::uint64_t> to;
  std::string save;
  bool echo = false;
};

constexpr const char* usual_save = "stampede-step.yaml";

bool is_database(const std::string& path) {
  constexpr std::string_view mark = "SQLite format 3";
  std::array<char, mark.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), begin.size()) &&
         std::string_view(begin.data(), begin.size()) == mark;
}

/// Makes what drives the run up to this step; false if it ends before.
bool drive_to(explain::Session& session, std::uint64_t step) {
  while (session.world().step() < step && !interrupted()) {
    if (session.choose({}).end) return false;
  }
  return true;
}

/// By default a stored run stands before its first violation, to which `next` leads.
void stand(explain::Session& session, std::optional<std::uint64_t> to,
           std::optional<std::uint64_t> violated) {
  const std::uint64_t start = session.world().step();
  if (to && !drive_to(session, *to)) {
    throw engine::InputError("--to: the run has no step " + std::to_string(*to),
                             "it ends at step " + std::to_string(session.world().step()));
  }
  if (!to && violated) {
    drive_to(session, *violated == 0 ? UINT64_MAX : *violated);
    if (*violated > start) session.undo();
  }
  session.saved();
}

struct Opened {
  explain::Session session;
  /// The stored run that it is over; 0 = none.
  std::int64_t run = 0;
};
Opened open_session(const StepFlags& flags, const CommonFlags& common) {
  if (!is_database(flags.source)) {
    if (flags.run)
      throw engine::InputError(
          "--run asks for a stored run, and '" + flags.source + "' is not a database",
          "'stampede run FILE --db out.db' makes one");
    const scenarios::ScenarioFile file =
        scenarios::ScenarioFile::load(flags.source, flags.overrides, common.program.models);
    explain::Session session(file, file.resolve(flags.seed.value_or(file.seed())));
    stand(session, flags.to, std::nullopt);
    return {std::move(session)};
  }
  const traces::Store store = traces::Store::open_read_only(flags.source);
  const traces::RunRecord record = store.load_run(store.choose_run(flags.run, flags.seed));
  scenarios::RerunSettings settings;
  settings.overrides = flags.overrides;
  settings.models = common.program.models;
  explain::Session session = explain::stored_session(record, settings);
  std::optional<std::uint64_t> violated;
  if (!record.violations.empty()) violated = record.violations.front().step;
  stand(session, flags.to, violated);
  return {std::move(session), record.id};
}

/// Reads and obeys to the end. How many lines were wrong, and whether SIGTERM was the end.
struct Conversation {
  std::uint64_t wrong = 0;
  bool terminated = false;
};
Conversation converse(Stepping& stepping, LineReader& reader, bool echo) {
  constexpr const char* prompt = "step> ";
  Conversation held;
  for (std::uint64_t number = 1; !stepping.is_over(); ++number) {
    const ReadLine line = reader.read(prompt);
    if (line.kind == ReadLine::Kind::end) break;
    held.terminated = line.kind == ReadLine::Kind::terminated;
    if (held.terminated) break;
    if (line.kind == ReadLine::Kind::interrupted) {
      stepping.print({"interrupted: nothing is lost, 'quit' ends the session"});
      --number;
      continue;
    }
    if (echo) stepping.print({prompt + line.text});
    try {
      stepping.obey(line.text);
    } catch (const engine::InputError& error) {
      ++held.wrong;
      std::fflush(stdout);
      const std::string where = reader.at_terminal() ? "" : "line " + std::to_string(number) + ": ";
      std::fprintf(stderr, "%serror: %s\n  hint: %s\n", where.c_str(), error.message().c_str(),
                   error.hint().text().c_str());
    }
  }
  held.terminated = held.terminated || stepping.is_terminated();
  return held;
}

void print_json(const explain::Session& session, const Stepping& stepping, std::uint64_t wrong,
                const std::string& saved, int status) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("step").unsigned_integer(session.world().step());
  json.key("choices").unsigned_integer(session.depth());
  json.key("digest").text(hexadecimal(session.world().digest()));
  std::vector<scenarios::FoundViolation> violations;
  for (const engine::Violation& violation : session.violations()) {
    scenarios::FoundViolation found{violation, 0, {}};
    for (const NodeId node : violation.nodes) found.nodes.push_back(session.world().name(node));
    violations.push_back(std::move(found));
  }
  write_violations(json, violations);
  json.key("script");
  engine::write(json, explain::script_items(session));
  write_run_id(json, stepping.saved_run());
  json.key("wrong_lines").unsigned_integer(wrong);
  json.key("saved");
  if (saved.empty()) {
    json.null();
  } else {
    json.text(saved);
  }
  json.key("exit_status").integer(status);
  write_build(json);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

int execute(const StepFlags& flags, const CommonFlags& common) {
  auto [session, run] = open_session(flags, common);
  const LastWords last_words(Work::other, "a session over " + flags.source, session.scenario().seed,
                             common.json, common.quiet, std::nullopt);
  Stepping stepping(session, flags.source, run, common.json || common.quiet);
  LineReader reader([&](const std::string& before) { return stepping.completions(before); });
  stepping.obey("show");
  const auto [wrong, terminated] = converse(stepping, reader, flags.echo && !reader.at_terminal());
  // What came through a pipe stands elsewhere, unless it was cut off.
  std::string saved;
  const bool is_kept = terminated || reader.at_terminal() || !flags.save.empty();
  // What was undone to nothing is nothing to lose.
  if (session.is_unsaved() && is_kept && !explain::script_items(session).empty()) {
    saved = flags.save.empty() ? usual_save : flags.save;
    stepping.save_script(saved, false);
  }
  const int status = wrong != 0 && !reader.at_terminal() ? exit_input
                     : terminated                        ? exit_undecided
                                                         : exit_ok;
  if (common.json) print_json(session, stepping, wrong, saved, status);
  return status;
}

}  // namespace

Run add_step(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "step", "Step through a run by hand: from a scenario, or from a stored run at a step");
  auto flags = std::make_shared<StepFlags>();
  command
      ->add_option("FILE|DB", flags->source,
                   "Scenario (YAML), or a database; commands are read from the standard input, "
                   "'help' lists them")
      ->required();
  auto* run = add_number(*command, "--run", flags->run,
                         "Number of the stored run (default: the newest violated one, else the "
                         "newest)",
                         {1, INT64_MAX});
  add_number(*command, "--seed", flags->seed, "Instead of the file's seed; the newest run with it")
      ->excludes(run);
  add_repeated(*command, "--set", flags->overrides, "PATH=VALUE, for example cluster.defects=[]");
  add_number(*command, "--to", flags->to,
             "Start behind this step (default: where the run starts; in a stored one, before its "
             "first violation)");
  command->add_option("--save", flags->save,
                      "Where choices go that were not saved at the end: a script "
                      "(default, at a terminal and on SIGTERM: stampede-step.yaml)");
  command->add_flag("--echo", flags->echo, "Repeat each line that comes from no terminal");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
