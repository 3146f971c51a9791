// stampede replay: a stored run once more, with its digests verified.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/lanes.hpp"
#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/step_printer.hpp"
#include "cli/stored_run.hpp"
#include "cli/travel.hpp"
#include "engine/core/version.hpp"
#include "scenarios/running/rerun.hpp"

namespace stampede::cli {
namespace {

struct ReplayFlags {
  StoredRun stored;
  std::vector<std::string> overrides;
  TravelFlags travel;
};

/// What a run was done again for.
struct Replayed {
  const scenarios::RunResult& run;
  const traces::ReplayResult& replay;
};

void write_divergence(engine::JsonWriter& json, const std::optional<traces::Divergence>& first) {
  json.key("first_divergence");
  if (!first) return json.null();
  json.begin_object();
  json.key("step").unsigned_integer(first->step);
  json.key("block_only").boolean(first->block_only);
  json.key("stored").text(first->stored);
  json.key("replayed").text(first->replayed);
  json.end_object();
}

void print_json(const traces::RunRecord& record, const Replayed& again, int status, double seconds,
                const std::function<void(engine::JsonWriter&)>& write_more) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, again.run.verdict);
  json.key("expected").text("the stored run");
  json.key("as_expected").boolean(again.replay.matches);
  json.key("matches").boolean(again.replay.matches);
  write_divergence(json, again.replay.first_divergence);
  write_violations(json, again.run.violations);
  json.key("run_id").integer(record.id);
  json.key("seed").unsigned_integer(record.seed);
  json.key("decisions").unsigned_integer(again.run.decisions);
  json.key("digest").text(hexadecimal(again.run.digest));
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
  json.key("recorded_by");
  engine::write(json, record.build);
  write_more(json);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_comparison(const traces::RunRecord& record, const Replayed& again) {
  const std::string digest = hexadecimal(again.run.digest);
  const std::optional<traces::Divergence>& first = again.replay.first_divergence;
  if (again.replay.matches) {
    std::printf("digest %s matches\n", digest.c_str());
  } else if (again.replay.rerun.interrupted && !first) {
    std::printf("interrupted; up to there as it was stored\n");
  } else if (first && first->block_only) {
    std::printf("digests differ first within the 1,024 decisions up to %s\n",
                grouped(first->step).c_str());
  } else if (first) {
    std::printf("first divergent decision: %s\n  stored:   %s\n  replayed: %s\n",
                grouped(first->step).c_str(), first->stored.c_str(), first->replayed.c_str());
    if (first->stored == first->replayed) std::printf("  the same decision with other effects\n");
  } else {
    std::printf("digest %s differs from the stored %s\n", digest.c_str(),
                hexadecimal(record.digest).c_str());
  }
}

void print_text(const traces::RunRecord& record, const Replayed& again) {
  std::printf("run %lld (%s, seed %llu): %s decisions replayed, ",
              static_cast<long long>(record.id), record.scenario_name.c_str(),
              static_cast<unsigned long long>(record.seed), grouped(again.run.decisions).c_str());
  print_comparison(record, again);
  if (!again.replay.matches && record.build != engine::build()) {
    std::printf("stored by %s, replayed by %s\n", engine::build_text(record.build).c_str(),
                engine::build_text(engine::build()).c_str());
  }
  std::printf("verdict: %s\n", engine::word_of(again.run.verdict));
  for (const scenarios::FoundViolation& found : again.run.violations)
    std::printf("  %s\n", violation_text(found).c_str());
}

void note_other_version(const traces::RunRecord& record) {
  const engine::Build& here = engine::build();
  if (record.build.version == here.version) return;
  std::fprintf(stderr, "note: run %lld was made by %s, this is %s\n",
               static_cast<long long>(record.id), engine::build_text(record.build).c_str(),
               engine::build_text(here).c_str());
}

int status_of(const traces::ReplayResult& replay) {
  return replay.rerun.interrupted ? exit_undecided : replay.matches ? exit_ok : exit_unexpected;
}

/// The run once more, with what happens shown while it does.
int execute_through(const ReplayFlags& flags, const CommonFlags& common, const traces::Store& store,
                    const traces::RunRecord& record, scenarios::RerunSettings& settings) {
  const Stopwatch watch;
  const TravelFlags& travel = flags.travel;
  std::optional<StepPrinter> printer;
  std::optional<Lanes> lanes;
  if (!travel.show.empty() && !common.quiet && !common.json) {
    using What = StepPrinter::What;
    const engine::NodeNames names = record.node_names();
    const std::uint64_t from = travel.from.value_or(1);
    const std::uint64_t to = travel.to.value_or(UINT64_MAX);
    const bool is_all_events = travel.show == "events" && travel.node.empty();
    if (is_all_events) {
      settings.observer = &lanes.emplace(names, from, to, wants_colour(), &print_lane);
    } else {
      settings.observer = &printer.emplace(travel.show == "events" ? What::events : What::states,
                                           from, to, node_named(travel.node, names), names);
    }
  }
  const scenarios::Rerun again = scenarios::rerun(store, record, settings);
  if (lanes) lanes->finish();
  const int status = status_of(again.replay);
  const Replayed replayed{again.run, again.replay};
  if (common.json) {
    print_json(record, replayed, status, watch.seconds(), [](engine::JsonWriter&) {});
  } else if (!common.quiet) {
    print_text(record, replayed);
  }
  return status;
}

/// The run on tape, and what is to be seen there.
int execute_on_tape(const ReplayFlags& flags, const CommonFlags& common, const traces::Store& store,
                    const traces::RunRecord& record, const scenarios::RerunSettings& settings) {
  const Stopwatch watch;
  Travel travel(flags.travel, scenarios::stored_scenario(record, settings));
  explain::ComparedTape again = explain::compared_tape(store, record, settings);
  const bool is_whole = !again.replay.rerun.interrupted;
  if (is_whole) travel.go(again.tape);
  const int status = interrupted()          ? exit_undecided
                     : travel.never_holds() ? exit_unexpected
                                            : status_of(again.replay);
  const Replayed replayed{again.tape.result(), again.replay};
  if (common.json) {
    print_json(record, replayed, status, watch.seconds(), [&](engine::JsonWriter& json) {
      if (is_whole) travel.write(json, again.tape);
    });
  } else if (!common.quiet) {
    if (is_whole) travel.print(again.tape);
    print_text(record, replayed);
  }
  return status;
}

int execute(const ReplayFlags& flags, const CommonFlags& common) {
  const traces::Store store = traces::Store::open_read_only(flags.stored.database);
  const traces::RunRecord record = flags.stored.load(store);
  note_other_version(record);
  scenarios::RerunSettings settings = rerun_settings(common);
  settings.overrides = flags.overrides;
  const LastWords last_words(Work::other, "run " + std::to_string(record.id), record.seed,
                             common.json, common.quiet, std::nullopt);
  return flags.travel.need_tape() ? execute_on_tape(flags, common, store, record, settings)
                                  : execute_through(flags, common, store, record, settings);
}

}  // namespace

Run add_replay(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("replay", "Do a stored run again, verify its digests, show its steps");
  auto flags = std::make_shared<ReplayFlags>();
  add_stored_run(*command, flags->stored);
  add_repeated(*command, "--set", flags->overrides,
               "PATH=VALUE: change the scenario and see where the run diverges");
  TravelFlags& travel = flags->travel;
  add_number(*command, "--to", travel.to, "Show the world behind this step, or up to this step");
  add_number(*command, "--from", travel.from,
             "Show from this step on (default: the one that --to names)");
  command->add_option("--node", travel.node, "Show this node alone");
  command->add_option("--until", travel.until,
                      "Go to the first step behind which this predicate holds: "
                      "'r1.view_number >= 2', 'leader changes', 'delivers NewState'...");
  add_repeated(*command, "--watch", travel.watches,
               "Print this field or predicate whenever it changes; any number of times");
  command
      ->add_option("--show", travel.show,
                   "events or state: as they happen; diff: what has changed in the world (default "
                   "where a step is named)")
      ->check(CLI::IsMember({"events", "state", "diff"}));
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
