// stampede shrink: a stored run that fails, made into the smallest one that fails alike.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/shrink_report.hpp"

namespace stampede::cli {
namespace {

struct ShrinkFlags {
  std::string database;
  std::optional<std::uint64_t> run;
  std::string out;
  ShrinkLimits limits;
};

int execute(const ShrinkFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const auto [record, file] = [&] {
    const traces::Store store = traces::Store::open_read_only(flags.database);
    traces::RunRecord loaded = store.load_run(store.choose_run(flags.run, std::nullopt));
    auto parsed = scenarios::ScenarioFile::parse(loaded.scenario_text, loaded.scenario_file,
                                                 loaded.overrides, common.program.models);
    return std::pair(std::move(loaded), std::move(parsed));
  }();
  Outputs outputs({});
  outputs.take_database("DB", flags.database);
  OutputFile out(outputs, "--out", flags.out);
  scenarios::RerunSettings settings;
  settings.models = common.program.models;
  settings.interrupted = interrupted;
  const LastWords last_words(Work::other, "run " + std::to_string(record.id), record.seed,
                             common.json, common.quiet, std::nullopt);
  explain::Tape tape = explain::stored_tape(record, settings);
  const explain::Shrunk shrunk = shrink_within(file, tape, flags.limits, common);
  std::int64_t run_id = 0;
  outputs.write([&, parent = record.id] {
    traces::Store store = traces::Store::create_or_open(flags.database);
    run_id = store_shrunk(store, shrunk, parent);
  });
  if (out) {
    out.stream() << shrunk.file.text();
    out.finish();
  }
  const int status = outputs.status(exit_status(shrunk));
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("verdict");
    engine::write(json, shrunk.result.verdict);
    write_run_id(json, run_id);
    json.key("parent").integer(record.id);
    write_shrunk(json, shrunk);
    write_violations(json, shrunk.result.violations);
    json.key("exit_status").integer(status);
    json.key("wall_seconds").number(watch.seconds());
    write_build(json);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    print_shrunk("run " + std::to_string(record.id), shrunk);
    if (run_id != 0)
      std::printf("stored: run %lld in %s, made from run %lld\n", static_cast<long long>(run_id),
                  flags.database.c_str(), static_cast<long long>(record.id));
    if (!flags.out.empty())
      std::printf("again:  %s run %s\n", common.program.name.c_str(), quoted(flags.out).c_str());
  }
  outputs.tell();
  return status;
}

}  // namespace

Run add_shrink(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "shrink", "Make of a stored run that fails the smallest one that fails alike");
  auto flags = std::make_shared<ShrinkFlags>();
  command->add_option("DB", flags->database, "Database written by run, sweep or shrink")
      ->required();
  add_number(*command, "--run", flags->run, "Number of the run (default: the newest violated one)",
             {1, INT64_MAX});
  command->add_option("--property", flags->limits.property,
                      "The violation to keep (default: the first)");
  command->add_option("--out", flags->out, "Write it as a scenario file with a script");
  add_duration(*command, "--max-time", flags->limits.max_time,
               "Stop, with the smallest run so far, after this long");
  add_memory(*command, "--max-memory", flags->limits.max_memory,
             "Stop so before the program needs more: 4GiB by default");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
