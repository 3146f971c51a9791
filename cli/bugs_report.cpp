#include "cli/bugs_report.hpp"

#include <algorithm>

#include "cli/report.hpp"

namespace stampede::cli {
namespace {

using scenarios::Holds;
using scenarios::KnownBug;
using scenarios::KnownBugs;
using scenarios::Sighting;
using scenarios::TriedBug;
using scenarios::TriedWay;
using scenarios::Way;

const char* name_of(Way way) { return boost::describe::enum_to_string(way, "?"); }

/// `item 16`, `seed 7`, `6 of 1,577 states`.
std::string place_text(Way way, const Sighting& sighting) {
  switch (way) {
    case Way::script:
      return "item " + std::to_string(sighting.at);
    case Way::sweep:
      return "seed " + std::to_string(sighting.at);
    case Way::explore:
      return std::to_string(sighting.at) + " of " + grouped(sighting.states) + " states";
  }
  return {};
}

std::string cell(Way way, const TriedWay& tried) {
  if (tried.holds == Holds::not_applicable) return "-";
  if (!tried.sighting) return tried.holds == Holds::undecided ? "undecided" : "not found";
  const std::uint64_t tenths = (tried.milliseconds + 50) / 100;
  return place_text(way, *tried.sighting) + ", " + std::to_string(tenths / 10) + "." +
         std::to_string(tenths % 10) + " s";
}

/// Of all ways: clean, or what is not.
std::string without_text(const TriedBug& tried) {
  std::string text = "clean";
  for (const Way way : scenarios::ways) {
    const engine::Verdict without = tried.by(way).without;
    if (without == engine::Verdict::violated) return "violated";
    if (without != engine::Verdict::ok) text = "undecided";
  }
  return text;
}

/// Filled up to a width, and set off from the next one.
std::string column(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text + ' ';
}

std::string page_cell(Way way, const KnownBug* known) {
  if (known == nullptr) return "";
  const scenarios::KnownWay& by = known->by(way);
  if (!by.not_because.empty()) return by.not_because;
  if (by.sighting.property.empty()) return "";
  return "`" + by.sighting.property + "`, " + place_text(way, by.sighting);
}

}  // namespace

std::string trial_line(const TriedBug& tried) {
  return column(tried.defect, 44) + column(cell(Way::script, tried.script), 16) +
         column(cell(Way::sweep, tried.sweep), 18) + column(cell(Way::explore, tried.explore), 34) +
         without_text(tried);
}

std::vector<std::string> complaints(const TriedBug& tried, const KnownBugs& known) {
  std::vector<std::string> lines;
  const KnownBug* before = scenarios::find(known, tried.defect);
  if (!tried.failed.empty()) lines.push_back(tried.defect + ": " + tried.failed);
  for (const Way way : scenarios::ways) {
    const TriedWay& by = tried.by(way);
    const std::string start = tried.defect + " by " + name_of(way) + ": ";
    const auto was = [&] {
      const Sighting& sighting = before->by(way).sighting;
      return sighting.property + ", " + place_text(way, sighting);
    };
    if (by.holds == Holds::lost)
      lines.push_back(start + "not found" + (before == nullptr ? "" : "; known: " + was()));
    if (by.holds == Holds::moved)
      lines.push_back(start + by.sighting->property + ", " + place_text(way, *by.sighting) +
                      "; known: " + was());
    if (by.holds == Holds::unknown)
      lines.push_back(start + "found, and not recorded (--record does)");
    if (by.holds == Holds::undecided) lines.push_back(start + "a limit was reached");
    if (by.without == engine::Verdict::violated)
      lines.push_back(start + by.wrong_without + " is violated without the defect, too");
    if (by.without == engine::Verdict::undecided && by.holds != Holds::undecided)
      lines.push_back(start + "without the defect a limit was reached");
  }
  return lines;
}

std::string trial_json(const scenarios::Trial& trial, int status, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("as_expected").boolean(scenarios::outcome_of(trial) == scenarios::Outcome::as_expected);
  json.key("interrupted").boolean(trial.interrupted);
  json.key("bugs");
  engine::write(json, trial.bugs);
  json.key("seconds").number(seconds);
  json.key("exit_status").integer(status);
  write_build(json);
  json.end_object();
  return json.take();
}

std::string bugs_page(const models::ModelList& models, const KnownBugs& known) {
  std::string page =
      "# The catalogue of defects\n\n"
      "`./stampede bugs` tries them all: each is found by its script, by seeds and by a search, "
      "where it is known to be, and\nnothing is found by the same without it. `./stampede bugs "
      "NAME...` tries some; `--record` writes down where they are\nfound now. This page is what "
      "`./stampede bugs --markdown` prints of the last record, which is\n"
      "`scenarios/known-bugs.json`.\n\n"
      "*script*: the item of `scenarios/catalogue/bugs/NAME.yaml` that breaks the property. "
      "*sweep*: the first seed of\n`NAME-random.yaml` that does. *explore*: decisions of a "
      "shortest "
      "schedule, and states that a search by one thread came\nto. Where a way does not apply, the "
      "cell says why.\n";
  for (const engine::Model* model : models) {
    if (model->defects.empty()) continue;
    page += "\n## " + model->name + "\n\n| defect | source | script | sweep | explore |\n" +
            "| --- | --- | --- | --- | --- |\n";
    for (const engine::Defect& defect : model->defects) {
      const KnownBug* bug = scenarios::find(known, defect.name);
      page += "| `" + defect.name + "`: " + defect.about + " | " + defect.citation + " | " +
              page_cell(Way::script, bug) + " | " + page_cell(Way::sweep, bug) + " | " +
              page_cell(Way::explore, bug) + " |\n";
    }
  }
  return page;
}

}  // namespace stampede::cli
