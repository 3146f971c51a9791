// stampede replay: a stored run once more, with its digests verified.
#include "traces/replay.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

struct ReplayFlags {
  std::string database;
  std::optional<std::int64_t> run;
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

std::int64_t chosen_run(const ReplayFlags& flags, const traces::Store& store) {
  if (flags.run) return *flags.run;
  if (flags.seed) {
    const auto found = store.find_run_by_seed(*flags.seed);
    if (!found)
      throw engine::InputError(flags.database + ": no stored run has seed " +
                               std::to_string(*flags.seed));
    return *found;
  }
  const auto found = store.default_run();
  if (!found) throw engine::InputError(flags.database + ": there are no runs in this database");
  return *found;
}

int execute(const ReplayFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const traces::Store store = traces::Store::open_read_only(flags.database);
  const traces::RunRecord record = store.load_run(chosen_run(flags, store));
  if (record.engine_version != STAMPEDE_VERSION) {
    std::fprintf(stderr, "note: run %lld was made by version %s, this is %s\n",
                 static_cast<long long>(record.id), record.engine_version.c_str(),
                 STAMPEDE_VERSION);
  }
  std::vector<std::string> overrides = record.overrides;
  overrides.insert(overrides.end(), flags.overrides.begin(), flags.overrides.end());
  const scenarios::ScenarioFile file =
      scenarios::ScenarioFile::parse(record.scenario_text, record.scenario_file, overrides);
  scenarios::Scenario scenario = file.resolve(record.seed);
  // A recorded schedule drives the world alone; else the seed does.
  if (!record.schedule.empty() && record.mode == "timed")
    scenarios::drive_by_schedule(scenario, record.schedule);
  std::unique_ptr<Printer> printer;
  if (!flags.show.empty() && !common.quiet && !common.json) {
    printer = std::make_unique<Printer>(shown(flags.show), flags.to, record.node_names());
  }
  scenarios::RunResult result;
  const traces::RunFactory rerun = [&](engine::WorldObserver* observer) {
    scenarios::RunSettings settings;
    settings.observer = observer;
    settings.stop_on_first = record.stop_on_first;
    result = scenarios::run(scenario, settings);
    return traces::RerunResult{result.digest, result.decisions, result.block_digests};
  };
  const traces::ReplayResult replayed = traces::replay(store, record, rerun, printer.get());
  const int status = replayed.matches ? exit_ok : exit_unexpected;
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("verdict");
    engine::write(json, result.verdict);
    json.key("expected").text("the stored run");
    json.key("as_expected").boolean(replayed.matches);
    json.key("matches").boolean(replayed.matches);
    json.key("first_divergence");
    if (replayed.first_divergence) {
      json.begin_object();
      json.key("step").unsigned_integer(replayed.first_divergence->step);
      json.key("block_only").boolean(replayed.first_divergence->block_only);
      json.key("stored").text(replayed.first_divergence->stored);
      json.key("replayed").text(replayed.first_divergence->replayed);
      json.end_object();
    } else {
      json.null();
    }
    write_violations(json, result.violations);
    json.key("run_id").integer(record.id);
    json.key("seed").unsigned_integer(record.seed);
    json.key("decisions").unsigned_integer(result.decisions);
    json.key("digest").text(hexadecimal(result.digest));
    json.key("exit_status").integer(status);
    json.key("wall_seconds").number(watch.seconds());
    json.end_object();
    std::printf("%s\n", json.str().c_str());
    return status;
  }
  if (common.quiet) return status;
  std::printf("run %lld (%s, seed %llu): %s decisions replayed, ",
              static_cast<long long>(record.id), record.scenario_name.c_str(),
              static_cast<unsigned long long>(record.seed), grouped(result.decisions).c_str());
  if (replayed.matches) {
    std::printf("digest %s matches\n", hexadecimal(result.digest).c_str());
  } else if (replayed.first_divergence && replayed.first_divergence->block_only) {
    std::printf("digests differ first within the 1,024 decisions up to %s\n",
                grouped(replayed.first_divergence->step).c_str());
  } else if (replayed.first_divergence) {
    std::printf("first divergent decision: %s\n  stored:   %s\n  replayed: %s\n",
                grouped(replayed.first_divergence->step).c_str(),
                replayed.first_divergence->stored.c_str(),
                replayed.first_divergence->replayed.c_str());
    if (replayed.first_divergence->stored == replayed.first_divergence->replayed) {
      std::printf("  the same decision with other effects\n");
    }
  } else {
    std::printf("digest %s differs from the stored %s\n", hexadecimal(result.digest).c_str(),
                hexadecimal(record.digest).c_str());
  }
  std::printf("verdict: %s\n", boost::describe::enum_to_string(result.verdict, "?"));
  for (const scenarios::FoundViolation& found : result.violations)
    std::printf("  %s\n", violation_text(found).c_str());
  return status;
}

}  // namespace

Run add_replay(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("replay", "Do a stored run again, verify its digests, show its steps");
  auto flags = std::make_shared<ReplayFlags>();
  command->add_option("DB", flags->database, "Database written by run or sweep")->required();
  auto* run = command->add_option(
      "--run", flags->run, "Number of the run (default: the newest violated one, else the newest)");
  command->add_option("--seed", flags->seed, "The newest run with this seed")->excludes(run);
  command
      ->add_option("--set", flags->overrides,
                   "PATH=VALUE: change the scenario and see where the run diverges")
      ->take_all()
      ->expected(1);
  command->add_option("--to", flags->to, "Show up to this step");
  command->add_option("--show", flags->show, "events or state")
      ->check(CLI::IsMember({"events", "state"}));
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
