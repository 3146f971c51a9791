// stampede diff: where two stored runs part, or a stored run and its own decisions under a changed
// scenario.
#include "explain/diff.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "cli/last_words.hpp"
#include "cli/option_values.hpp"
#include "cli/report.hpp"
#include "cli/step_printer.hpp"
#include "cli/stored_run.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

struct DiffFlags {
  std::string database;
  std::uint64_t one = 0;
  std::optional<std::uint64_t> other;
  std::vector<std::string> overrides;
};

/// One of the two that are compared.
struct Compared {
  std::string name;
  explain::Tape tape;
};

struct Comparison {
  Compared one;
  Compared other;
  /// Decisions of the first run that its schedule lost under the changed scenario.
  std::vector<explain::LostChoice> lost;
  std::optional<explain::Parting> parting;
};

std::string decision_text(explain::Tape& tape, std::uint64_t number) {
  const engine::Decision decision = tape.step(number).decision;
  engine::Document item = engine::decision_document(decision, tape.names());
  std::erase_if(item.entries, [](const engine::Document::Entry& entry) {
    return entry.key == "at" || entry.key == "choices";
  });
  const std::string text = item.to_plain_text();
  return text.substr(1, text.size() - 2);
}

const char* why_text(explain::LostChoice::Why why) {
  using Why = explain::LostChoice::Why;
  switch (why) {
    case Why::not_in_flight:
      return "it is not in flight";
    case Why::not_armed:
      return "it is not armed";
    case Why::receiver_down:
      return "its receiver is down or paused";
    case Why::node_down:
      return "the node is down";
    case Why::node_up:
      return "the node is up";
    case Why::node_paused:
      return "the node is paused";
    case Why::node_not_paused:
      return "the node is not paused";
    case Why::nothing_under_way:
      return "nothing is under way there";
    case Why::already_begun:
      return "it was begun before";
    case Why::world_broken:
      return "a handler has thrown";
  }
  return "";
}

std::string verdict_text(const scenarios::RunResult& result) {
  std::string text = engine::word_of(result.verdict);
  for (const scenarios::FoundViolation& found : result.violations)
    text += (&found == &result.violations.front() ? ": " : ", ") + found.violation.property;
  return text;
}

Comparison compare(const DiffFlags& flags, const traces::Store& store,
                   const scenarios::RerunSettings& as_stored) {
  const auto name = [](std::uint64_t run) { return "run " + std::to_string(run); };
  const auto record = [&](std::uint64_t run) {
    return store.load_run(static_cast<std::int64_t>(run));
  };
  const traces::RunRecord stored = record(flags.one);
  explain::Tape one = explain::stored_tape(stored, as_stored);
  if (flags.other) {
    explain::Tape other = explain::stored_tape(record(*flags.other), as_stored);
    return {{name(flags.one), std::move(one)}, {name(*flags.other), std::move(other)}, {}, {}};
  }
  scenarios::RerunSettings changed = as_stored;
  changed.overrides = flags.overrides;
  explain::ReplayedElsewhere replayed =
      explain::replayed_under(one, scenarios::stored_scenario(stored, changed),
                              scenarios::stored_settings(stored, changed));
  return {{name(flags.one), std::move(one)},
          {"changed", std::move(replayed.tape)},
          std::move(replayed.lost),
          {}};
}

// ----- for people -----

void print_step(Compared& side, std::uint64_t number) {
  std::printf("  %s:\n", side.name.c_str());
  if (number == 0) {
    std::printf("%20s  (has no other step)\n", "");
    return;
  }
  print_place(number, side.tape.step(number).decision.at.value());
  std::printf("%s\n", decision_text(side.tape, number).c_str());
}

void print_effects(const Compared& side, const std::vector<explain::OwnEffect>& effects) {
  for (const explain::OwnEffect& effect : effects)
    std::printf("  only %s: %s\n", side.name.c_str(),
                engine::event_text(effect.event(), side.tape.names()).c_str());
}

void print_parting(Comparison& found) {
  const explain::Parting& parting = *found.parting;
  const bool same_step = parting.kind != explain::Parting::Kind::decision;
  if (parting.kind == explain::Parting::Kind::behaviour) {
    std::printf("the first handler that behaves differently, from the same state and input:\n");
  } else if (same_step) {
    std::printf("the first step that is given something else:\n");
  } else {
    std::printf("the first steps that the other does not make:\n");
  }
  print_step(found.one, parting.one);
  if (!same_step || parting.kind == explain::Parting::Kind::input || parting.one != parting.other)
    print_step(found.other, parting.other);
  for (const explain::NodeChange& at : parting.states)
    std::printf("  %s, %s against %s: %s\n", found.one.tape.names().of(at.node).c_str(),
                found.one.name.c_str(), found.other.name.c_str(),
                engine::difference_text(at.changes).c_str());
  print_effects(found.one, parting.one_effects);
  print_effects(found.other, parting.other_effects);
}

void print_lost(Comparison& found) {
  if (found.lost.empty()) return;
  const explain::LostChoice& first = found.lost.front();
  std::printf("%s of %s decisions are no choices there, first:\n",
              grouped(found.lost.size()).c_str(), grouped(found.one.tape.size()).c_str());
  print_place(first.step, found.one.tape.step(first.step).decision.at.value());
  std::printf("%s: %s\n", decision_text(found.one.tape, first.step).c_str(), why_text(first.why));
}

void print_text(Comparison& found) {
  if (found.parting) {
    print_parting(found);
  } else {
    std::printf("the same %s steps\n", grouped(found.one.tape.size()).c_str());
  }
  print_lost(found);
  for (const Compared* side : {&found.one, &found.other})
    std::printf("%s: %s steps, %s\n", side->name.c_str(), grouped(side->tape.size()).c_str(),
                verdict_text(side->tape.result()).c_str());
}

// ----- JSON -----

void write_step(engine::JsonWriter& json, const char* key, Compared& side, std::uint64_t number) {
  json.key(key);
  if (number == 0) return json.null();
  const explain::Step step = side.tape.step(number);
  json.begin_object();
  json.key("step").unsigned_integer(number);
  json.key("time").text(engine::to_string(step.decision.at.value()));
  json.key("node");
  if (step.node == no_node) {
    json.null();
  } else {
    json.text(side.tape.names().of(step.node));
  }
  json.key("decision").text(decision_text(side.tape, number));
  json.end_object();
}

void write_effects(engine::JsonWriter& json, const char* key, const Compared& side,
                   const std::vector<explain::OwnEffect>& effects) {
  json.key(key).begin_array();
  for (const explain::OwnEffect& effect : effects)
    json.text(engine::event_text(effect.event(), side.tape.names()));
  json.end_array();
}

void write_parting(engine::JsonWriter& json, Comparison& found) {
  json.key("first_difference");
  if (!found.parting) return json.null();
  const explain::Parting& parting = *found.parting;
  json.begin_object();
  json.key("kind");
  engine::write(json, parting.kind);
  write_step(json, "one", found.one, parting.one);
  write_step(json, "other", found.other, parting.other);
  json.key("states").begin_array();
  for (const explain::NodeChange& at : parting.states) {
    json.begin_object();
    json.key("node").text(found.one.tape.names().of(at.node));
    json.key("changes").begin_array();
    for (const engine::Change& change : at.changes) {
      json.begin_object();
      json.key("path").text(change.path);
      json.key("one");
      engine::write(json, change.before);
      json.key("other");
      engine::write(json, change.after);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  write_effects(json, "one_effects", found.one, parting.one_effects);
  write_effects(json, "other_effects", found.other, parting.other_effects);
  json.end_object();
}

void print_json(Comparison& found, int status, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("same").boolean(!found.parting);
  write_parting(json, found);
  json.key("lost").begin_array();
  for (const explain::LostChoice& lost : found.lost) {
    json.begin_object();
    json.key("step").unsigned_integer(lost.step);
    json.key("decision").text(decision_text(found.one.tape, lost.step));
    json.key("why");
    engine::write(json, lost.why);
    json.end_object();
  }
  json.end_array();
  json.key("runs").begin_array();
  for (Compared* side : {&found.one, &found.other}) {
    json.begin_object();
    json.key("name").text(side->name);
    json.key("decisions").unsigned_integer(side->tape.size());
    json.key("verdict");
    engine::write(json, side->tape.result().verdict);
    write_violations(json, side->tape.result().violations);
    json.end_object();
  }
  json.end_array();
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

int execute(const DiffFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  if (flags.other.has_value() == !flags.overrides.empty())
    throw engine::InputError("a run is compared with another one, or with itself under a change",
                             "write 'diff DB 1 2', or 'diff DB 1 --set cluster.defects=[]'");
  const traces::Store store = traces::Store::open_read_only(flags.database);
  const scenarios::RerunSettings settings = rerun_settings(common);
  const std::int64_t run = store.choose_run(static_cast<std::int64_t>(flags.one), std::nullopt);
  const LastWords last_words(Work::other, "run " + std::to_string(run), store.load_run(run).seed,
                             common.json, common.quiet, std::nullopt);
  Comparison found = compare(flags, store, settings);
  if (interrupted()) {
    std::fprintf(stderr, "interrupted: nothing was compared\n");
    return exit_undecided;
  }
  found.parting = explain::parting(found.one.tape, found.other.tape);
  const int status = found.parting ? exit_unexpected : exit_ok;
  if (common.json) {
    print_json(found, status, watch.seconds());
  } else if (!common.quiet) {
    print_text(found);
  }
  return status;
}

}  // namespace

Run add_diff(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "diff", "Find where two stored runs part, or a run and its decisions under a change");
  auto flags = std::make_shared<DiffFlags>();
  command->add_option("DB", flags->database, "Database written by run or sweep")->required();
  add_number(*command, "A", flags->one, "Number of a run", {1, INT64_MAX})->required();
  add_number(*command, "B", flags->other, "Number of the run that it is compared with",
             {1, INT64_MAX});
  add_repeated(*command, "--set", flags->overrides,
               "PATH=VALUE: compare with A's decisions, played under the scenario so changed");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
