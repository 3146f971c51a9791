#include "cli/shrink_report.hpp"

#include <cstdio>

#include "cli/report.hpp"
#include "engine/core/memory.hpp"

namespace stampede::cli {
namespace {

/// `2 operations, 1 fault, 3 timeouts at 4 nodes`.
std::string content_text(const explain::RunSize& size) {
  const auto count = [](std::uint64_t number, const std::string& what) {
    return grouped(number) + " " + what + (number == 1 ? "" : "s");
  };
  std::string text = count(size.operations, "operation") + ", " + count(size.faults, "fault");
  if (size.timeouts != 0) text += ", " + count(size.timeouts, "timeout");
  return text + " at " + count(size.nodes, "node");
}

std::string what_holds(explain::Minimality minimality) {
  switch (minimality) {
    case explain::Minimality::minimal:
      return "minimal: no schedule that spends at most the same is shorter";
    case explain::Minimality::one_minimal:
      return "1-minimal: no single decision can be left out";
    case explain::Minimality::timed:
      return "still timed: what is judged at the end of a run is no matter of a schedule";
    case explain::Minimality::unfinished:
      break;
  }
  return "unfinished: shrink what is stored to go on";
}

}  // namespace

explain::Shrunk shrink_within(const scenarios::ScenarioFile& file, explain::Tape& tape,
                              const ShrinkLimits& limits, const CommonFlags& common) {
  const Stopwatch watch;
  Progress progress(!common.quiet && !common.json, "shrink", 0);
  explain::ShrinkSettings settings;
  settings.property = limits.property;
  settings.search.memory_max = std::min(settings.search.memory_max, *limits.max_memory);
  settings.go_on = [&](const explain::ShrinkProgress& now) {
    progress.say([&] {
      std::string text = grouped(now.decisions) + " decisions, " + grouped(now.candidates) +
                         " tried, leaving out " + now.what;
      if (limits.max_time) {
        const double left =
            static_cast<double>(limits.max_time->nanoseconds) / 1e9 - watch.seconds();
        text += ", at most " + grouped(static_cast<std::uint64_t>(std::max(left, 0.0))) + " s left";
      }
      return text;
    });
    const bool in_time = !limits.max_time ||
                         watch.seconds() < static_cast<double>(limits.max_time->nanoseconds) / 1e9;
    return in_time && !interrupted() && engine::memory_in_use() <= *limits.max_memory;
  };
  return explain::shrink(file, tape, settings);
}

std::int64_t store_shrunk(traces::Store& store, const explain::Shrunk& shrunk,
                          std::int64_t parent) {
  return scenarios::record(store, shrunk.file, shrunk.result, scenarios::Recording::events, false,
                           parent);
}

int exit_status(const explain::Shrunk& shrunk) {
  return shrunk.minimality == explain::Minimality::unfinished ? exit_undecided : exit_ok;
}

void print_shrunk(const std::string& what, const explain::Shrunk& shrunk) {
  std::printf("%s: %s decisions made %s; %s\n", what.c_str(),
              grouped(shrunk.before.decisions).c_str(), grouped(shrunk.after.decisions).c_str(),
              what_holds(shrunk.minimality).c_str());
  std::printf("  %s\n", to_text(shrunk.fingerprint).c_str());
  std::printf("  %s; it was %s\n", content_text(shrunk.after).c_str(),
              content_text(shrunk.before).c_str());
  for (const scenarios::FoundViolation& found : shrunk.result.violations) {
    if (found.violation.property == shrunk.fingerprint.property)
      std::printf("  %s\n", violation_text(found).c_str());
  }
  const std::size_t script = shrunk.file.text().find("script:\n");
  const std::size_t end = shrunk.file.text().rfind("expect:");
  if (script == std::string::npos) return;
  const std::size_t first = script + std::string("script:\n").size();
  std::printf("%s", shrunk.file.text().substr(first, end - first).c_str());
}

void write_shrunk(engine::JsonWriter& json, const explain::Shrunk& shrunk) {
  json.key("fingerprint");
  engine::write(json, shrunk.fingerprint);
  json.key("minimality").text(to_text(shrunk.minimality));
  json.key("before");
  engine::write(json, shrunk.before);
  json.key("after");
  engine::write(json, shrunk.after);
  json.key("candidates").unsigned_integer(shrunk.candidates);
  json.key("searched_states").unsigned_integer(shrunk.searched);
  json.key("scenario").text(shrunk.file.text());
}

}  // namespace stampede::cli
