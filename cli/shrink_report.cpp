#include "cli/shrink_report.hpp"

#include <algorithm>
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

/// What is known of how long it takes: the pass under way, at the rate so far, and all of it.
class TimeLeft {
 public:
  explicit TimeLeft(std::optional<engine::Duration> most) : most_(most) {}

  [[nodiscard]] bool is_over() const { return most_ && all_.seconds() >= seconds(*most_); }

  void begin(const std::string& pass) {
    if (pass == pass_) return;
    pass_ = pass;
    of_pass_ = Stopwatch();
  }

  /// `, this for at most 3 s more`.
  [[nodiscard]] std::string text(const explain::ShrinkProgress& now) const {
    std::string text;
    if (now.done != 0 && now.most > now.done) {
      const double rate = static_cast<double>(now.done) / of_pass_.seconds();
      text += ", this for at most " + in_seconds(static_cast<double>(now.most - now.done) / rate) +
              " more";
    }
    if (most_) text += ", " + in_seconds(seconds(*most_) - all_.seconds()) + " left";
    return text;
  }

 private:
  static double seconds(engine::Duration duration) {
    return static_cast<double>(duration.nanoseconds) / 1e9;
  }
  static std::string in_seconds(double seconds) {
    return grouped(static_cast<std::uint64_t>(std::max(seconds, 0.0))) + " s";
  }

  std::optional<engine::Duration> most_;
  Stopwatch all_;
  std::string pass_;
  Stopwatch of_pass_;
};

}  // namespace

explain::Shrunk shrink_within(const scenarios::ScenarioFile& file, explain::Tape& tape,
                              const ShrinkLimits& limits, const CommonFlags& common) {
  Progress progress(!common.quiet && !common.json, "shrink", 0);
  TimeLeft left(limits.max_time);
  explain::ShrinkSettings settings;
  settings.property = limits.property;
  settings.search.memory_max = std::min(settings.search.memory_max, *limits.max_memory);
  settings.go_on = [&](const explain::ShrinkProgress& now) {
    left.begin(now.what);
    progress.say([&] {
      return grouped(now.decisions) + " decisions, " + grouped(now.candidates) +
             " tried, leaving out " + now.what + left.text(now);
    });
    return !left.is_over() && !interrupted() && engine::memory_in_use() <= *limits.max_memory;
  };
  return explain::shrink(file, tape, settings);
}

void store_shrunk(const std::string& database, KeptShrunk& kept) {
  traces::Store store = traces::Store::create_or_open(database);
  kept.run_id = scenarios::record(store, kept.shrunk.file, kept.shrunk.result,
                                  scenarios::Recording::events, false, kept.parent);
}

int exit_status(int status, const std::vector<KeptShrunk>& all) {
  const bool unfinished = std::any_of(all.begin(), all.end(), [](const KeptShrunk& one) {
    return one.shrunk.minimality == explain::Minimality::unfinished;
  });
  return status == exit_ok && unfinished ? exit_undecided : status;
}

void print_shrunk(const std::string& what, const KeptShrunk& kept, const std::string& database) {
  const explain::Shrunk& shrunk = kept.shrunk;
  std::printf("%s: %s decisions made %s; %s\n", what.c_str(),
              grouped(shrunk.before.decisions).c_str(), grouped(shrunk.after.decisions).c_str(),
              what_holds(shrunk.minimality).c_str());
  std::printf("  %s\n", to_text(shrunk.fingerprint).c_str());
  if (shrunk.draws_of != kept.seed)
    std::printf("  under the draws of seed %s, which fails alike\n",
                std::to_string(shrunk.draws_of).c_str());
  std::printf("  %s; it was %s\n", content_text(shrunk.after).c_str(),
              content_text(shrunk.before).c_str());
  for (const scenarios::FoundViolation& found : shrunk.result.violations) {
    if (found.violation.property == shrunk.fingerprint.property)
      std::printf("  %s\n", violation_text(found).c_str());
  }
  const std::size_t script = shrunk.file.text().find("script:\n");
  const std::size_t end = shrunk.file.text().rfind("expect:");
  if (script != std::string::npos) {
    const std::size_t first = script + std::string("script:\n").size();
    std::printf("%s", shrunk.file.text().substr(first, end - first).c_str());
  }
  if (kept.run_id != 0)
    std::printf("stored: run %lld in %s, made from run %lld\n", static_cast<long long>(kept.run_id),
                database.c_str(), static_cast<long long>(kept.parent));
}

void write_shrunk(engine::JsonWriter& json, const KeptShrunk& kept) {
  const explain::Shrunk& shrunk = kept.shrunk;
  write_run_id(json, kept.run_id);
  json.key("parent");
  if (kept.parent != 0) {
    json.integer(kept.parent);
  } else {
    json.null();
  }
  json.key("fingerprint");
  engine::write(json, shrunk.fingerprint);
  json.key("minimality").text(to_text(shrunk.minimality));
  json.key("draws_of").unsigned_integer(shrunk.draws_of);
  json.key("before");
  engine::write(json, shrunk.before);
  json.key("after");
  engine::write(json, shrunk.after);
  json.key("candidates").unsigned_integer(shrunk.candidates);
  json.key("searched_states").unsigned_integer(shrunk.searched);
  json.key("scenario").text(shrunk.file.text());
}

void write_all_shrunk(engine::JsonWriter& json, const std::vector<KeptShrunk>& all) {
  json.key("shrunk").begin_array();
  for (const KeptShrunk& one : all) {
    json.begin_object();
    json.key("seed").unsigned_integer(one.seed);
    write_shrunk(json, one);
    json.end_object();
  }
  json.end_array();
}

}  // namespace stampede::cli
