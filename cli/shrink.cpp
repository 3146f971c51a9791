// stampede shrink: a stored run that fails, made into the smallest one that fails alike.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/shrink_report.hpp"
#include "cli/stored_run.hpp"

namespace stampede::cli {
namespace {

struct ShrinkFlags {
  StoredRun stored;
  std::string out;
  ShrinkLimits limits;
};

int execute(const ShrinkFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const auto [record, file] = [&] {
    const traces::Store store = traces::Store::open_read_only(flags.stored.database);
    traces::RunRecord loaded = flags.stored.load(store);
    auto parsed = scenarios::ScenarioFile::parse(loaded.scenario_text, loaded.scenario_file,
                                                 loaded.overrides, common.program.models);
    return std::pair(std::move(loaded), std::move(parsed));
  }();
  Outputs outputs({});
  outputs.take_database("DB", flags.stored.database);
  OutputFile out(outputs, "--out", flags.out);
  const LastWords last_words(Work::other, "run " + std::to_string(record.id), record.seed,
                             common.json, common.quiet, std::nullopt);
  std::optional<explain::Tape> tape = taped(record, common);
  if (!tape) return exit_undecided;
  KeptShrunk kept{shrink_within(file, *tape, flags.limits, common), record.seed, record.id};
  const explain::Shrunk& shrunk = kept.shrunk;
  outputs.write([&] { store_shrunk(flags.stored.database, kept); });
  if (out) {
    out.stream() << shrunk.file.text();
    out.finish();
  }
  const int status = outputs.status(exit_status(exit_ok, {kept}));
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("verdict");
    engine::write(json, shrunk.result.verdict);
    write_shrunk(json, kept);
    write_violations(json, shrunk.result.violations);
    json.key("exit_status").integer(status);
    json.key("wall_seconds").number(watch.seconds());
    write_build(json);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    print_shrunk("run " + std::to_string(record.id), kept, flags.stored.database);
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
  add_stored_run(*command, flags->stored);
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
