// stampede replay: a stored run once more, with its digests verified.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/command.hpp"
#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "engine/core/difference.hpp"
#include "engine/core/version.hpp"
#include "engine/world/decision_text.hpp"
#include "scenarios/running/rerun.hpp"

namespace stampede::cli {
namespace {

struct ReplayFlags {
  std::string database;
  std::optional<std::uint64_t> run;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> overrides;
  std::uint64_t to = UINT64_MAX;
  std::string show;
};

/// What `--show` asks for.
enum class Show { nothing, events, state, whole_state };

Show shown(const std::string& flag) {
  if (flag == "events") return Show::events;
  if (flag == "state") return Show::state;
  return flag == "whole-state" ? Show::whole_state : Show::nothing;
}

/// Prints events, or decisions and what they make of the states of nodes, up to a step.
class Printer final : public engine::WorldObserver {
 public:
  Printer(Show show, std::uint64_t to, engine::NodeNames names)
      : show_(show), to_(to), names_(std::move(names)) {}

  void event(const engine::Event& event) override {
    if (event.step > to_) return;
    if (event.kind == engine::EventKind::state) return print_state(event);
    const std::string text = engine::event_text(event, names_);
    if (is_decision(event.kind)) {
      std::printf("%7llu %10s  %s\n", static_cast<unsigned long long>(event.step),
                  engine::to_string(event.time).c_str(), text.c_str());
    } else if (show_ == Show::events || event.kind == engine::EventKind::violation) {
      std::printf("%20s  %s\n", "", text.c_str());
    }
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId) const override {
    return show_ != Show::events && step <= to_;
  }

 private:
  void print_state(const engine::Event& event) {
    const std::string name = names_.of(event.node);
    const std::string whole(event.detail);
    const auto [known, first] = states_.try_emplace(event.node);
    engine::Document before = std::exchange(known->second, engine::parse_json(whole, "state"));
    if (show_ == Show::whole_state || first) {
      std::printf("%20s  %s = %s\n", "", name.c_str(), whole.c_str());
      return;
    }
    const auto changes = engine::difference(before, known->second);
    if (changes.empty()) return;
    std::printf("%20s  %s: %s\n", "", name.c_str(), engine::difference_text(changes).c_str());
  }

  Show show_;
  std::uint64_t to_;
  engine::NodeNames names_;
  /// The last ones seen.
  std::map<NodeId, engine::Document> states_;
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

void print_json(const traces::RunRecord& record, const scenarios::Rerun& again, int status,
                double seconds) {
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
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_comparison(const traces::RunRecord& record, const scenarios::Rerun& again) {
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

void print_text(const traces::RunRecord& record, const scenarios::Rerun& again) {
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

int execute(const ReplayFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const traces::Store store = traces::Store::open_read_only(flags.database);
  const traces::RunRecord record = store.load_run(store.choose_run(flags.run, flags.seed));
  const engine::Build& here = engine::build();
  if (record.build.version != here.version) {
    std::fprintf(stderr, "note: run %lld was made by %s, this is %s\n",
                 static_cast<long long>(record.id), engine::build_text(record.build).c_str(),
                 engine::build_text(here).c_str());
  }
  scenarios::RerunSettings settings;
  settings.overrides = flags.overrides;
  settings.interrupted = interrupted;
  settings.models = common.program.models;
  std::optional<Printer> printer;
  if (!flags.show.empty() && !common.quiet && !common.json)
    settings.observer = &printer.emplace(shown(flags.show), flags.to, record.node_names());
  const LastWords last_words(Work::other, "run " + std::to_string(record.id), record.seed,
                             common.json, common.quiet, std::nullopt);
  const scenarios::Rerun again = scenarios::rerun(store, record, settings);
  const int status = again.replay.rerun.interrupted ? exit_undecided
                     : again.replay.matches         ? exit_ok
                                                    : exit_unexpected;
  if (common.json) {
    print_json(record, again, status, watch.seconds());
  } else if (!common.quiet) {
    print_text(record, again);
  }
  return status;
}

}  // namespace

Run add_replay(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("replay", "Do a stored run again, verify its digests, show its steps");
  auto flags = std::make_shared<ReplayFlags>();
  command->add_option("DB", flags->database, "Database written by run or sweep")->required();
  auto* run = add_number(*command, "--run", flags->run,
                         "Number of the run (default: the newest violated one, else the newest)",
                         {1, INT64_MAX});
  add_number(*command, "--seed", flags->seed, "The newest run with this seed")->excludes(run);
  command
      ->add_option("--set", flags->overrides,
                   "PATH=VALUE: change the scenario and see where the run diverges")
      ->take_all()
      ->expected(1);
  add_number(*command, "--to", flags->to, "Show up to this step");
  command->add_option("--show", flags->show, "events or state")
      ->check(CLI::IsMember({"events", "state"}));
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
