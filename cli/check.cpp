// stampede check: judges a history recorded anywhere.
#include "histories/check.hpp"

#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/check_report.hpp"
#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "engine/core/document.hpp"
#include "engine/core/memory.hpp"
#include "models/service/services.hpp"

namespace stampede::cli {
namespace {

struct CheckFlags {
  std::string file;
  std::string format;
  std::string model;
  std::string failed_cas;
  std::string nil_reads;
  std::optional<std::string> key;
  std::uint64_t max_steps = checkers::Limits{}.max_configurations;
  std::optional<std::uint64_t> max_memory = checkers::Limits{}.max_memory_bytes;
  std::optional<engine::Duration> max_time;
  std::string html;
  std::string consistency;
  std::optional<std::string> initial;
  std::optional<std::uint64_t> k;
  std::optional<engine::Duration> within;
};

histories::ImportedHistory import(const CheckFlags& flags, const checkers::Limits& limits) {
  histories::ImportSettings settings;
  if (!flags.format.empty()) settings.format = histories::find_format(flags.format);
  settings.model = flags.model;
  if (flags.failed_cas == "mismatch") settings.failed_cas = histories::FailedCas::mismatch;
  if (flags.failed_cas == "absent") settings.failed_cas = histories::FailedCas::absent;
  if (flags.nil_reads == "unknown") settings.nil_reads = histories::NilReads::unknown;
  settings.key = flags.key;
  settings.initial = flags.initial;
  settings.max_memory_bytes = *flags.max_memory;
  settings.stop = limits.stop;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return histories::import_history(histories::InputText::open(flags.file), settings);
}

checkers::Bound bound_of(const CheckFlags& flags) {
  checkers::Bound bound;
  bound.versions = flags.k;
  bound.time = flags.within;
  return bound;
}

const checkers::HistoryJudge& judge_of(const CheckFlags& flags,
                                       const histories::ImportedHistory& imported) {
  const checkers::HistoryJudge* judge = histories::judge_for(imported, flags.consistency);
  if (judge == nullptr) {
    throw engine::InputError(
        "--consistency " + flags.consistency + " does not fit model " + imported.model,
        imported.transactional ? "transactions are judged by an isolation level"
                               : "isolation levels are for transactions");
  }
  return *judge;
}

/// The flags that say how weak is weak enough go with judges that ask.
void check_bound(const CheckFlags& flags) {
  const checkers::HistoryJudge* judge = checkers::find_history_judge(flags.consistency);
  if (flags.k && (judge == nullptr || !judge->bounds_versions))
    throw engine::InputError("--k is for --consistency k-atomic or staleness",
                             "leave --k out, or write --consistency k-atomic --k 2");
  if (!flags.within) {
    if (judge == nullptr || !judge->bounds_time || flags.k) return;
    throw engine::InputError("--consistency " + judge->name + " needs a bound",
                             "write --k 1 for versions, or --within 50ms");
  }
  if (judge == nullptr || !judge->bounds_time)
    throw engine::InputError("--within is for --consistency staleness",
                             "leave --within out, or write --consistency staleness");
}

/// What the program takes before it has read anything, and more.
constexpr std::uint64_t smallest_memory = std::uint64_t{64} << 20;

checkers::Limits limits_of(const CheckFlags& flags) {
  checkers::Limits limits;
  limits.max_configurations = flags.max_steps;
  limits.max_memory_bytes = *flags.max_memory;
  limits.stop = [since = Stopwatch(), allowed = flags.max_time,
                 memory = *flags.max_memory]() -> std::string {
    if (interrupted()) return "interrupted";
    // What is counted is what is held; what lies idle in between is not.
    if (engine::memory_in_use() > std::max(memory, smallest_memory))
      return "max_memory_bytes = " + std::to_string(memory);
    if (!allowed || since.seconds() <= static_cast<double>(allowed->nanoseconds) / 1e9) return "";
    return "max_time = " + engine::to_string(*allowed);
  };
  return limits;
}

int execute(const CheckFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  // What large lists leave behind goes back to the system at once.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  check_bound(flags);
  const checkers::Bound bound = bound_of(flags);
  checkers::Limits limits = limits_of(flags);
  Outputs outputs({flags.file});
  OutputFile page(outputs, "--html", flags.html);
  // Never given back: of millions of operations that would take longer than --max-time allows.
  static auto& checked = *new Checked();
  checked.consistency = flags.consistency;
  double seconds = 0;
  try {
    checked.history = import(flags, limits);
    checked.was_read = true;
    const checkers::HistoryJudge& judge = judge_of(flags, checked.history);
    checked.consistency = judge.name;
    const Stopwatch judging;
    limits.max_memory_bytes -= std::min(limits.max_memory_bytes, checked.history.held_bytes);
    checked.finding = histories::check(checked.history, judge, bound, limits);
    seconds = judging.seconds();
  } catch (const checkers::Stopped& stopped) {
    checked.history.model = flags.model;
    checked.finding.limit = stopped.reason();
  }
  if (page) {
    write_check_page(page.stream(), checked, flags.file);
    page.finish();
  }
  const int status = outputs.status(exit_status(checked.finding.verdict));
  if (common.json) {
    print_check_json(checked, limits, status, watch.seconds());
  } else if (!common.quiet) {
    print_check_text(checked, limits, seconds);
  }
  outputs.tell();
  return status;
}

}  // namespace

Run add_check(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("check", "Judge a history that was recorded anywhere");
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("HISTORY", flags->file, "The history; gzip is accepted")->required();
  command->add_option("--format", flags->format, "Instead of looking at the file")
      ->check(CLI::IsMember(histories::format_names()));
  std::vector<std::string> models = models::service::service_names();
  models.insert(models.end(), {"bank", "list-append", "rw-register", "unique-ids"});
  command->add_option("--model", flags->model, "What was replicated (default: by the file)")
      ->check(CLI::IsMember(models));
  command
      ->add_option("--failed-cas", flags->failed_cas,
                   "What a failed compare-and-set says: another value was there (mismatch), or "
                   "nothing (absent); by default mismatch in text logs, else absent")
      ->check(CLI::IsMember({"mismatch", "absent"}));
  command
      ->add_option(
          "--nil-reads", flags->nil_reads,
          "What a read of nil in a Jepsen history saw: that nothing was there (absent, the "
          "default), or nothing that is known (unknown)")
      ->check(CLI::IsMember({"absent", "unknown"}));
  command->add_option("--key", flags->key,
                      "Of a Jepsen history whose operations name keys, only those on this one");
  std::vector<std::string> levels;
  for (const checkers::HistoryJudge& judge : checkers::history_judges())
    levels.push_back(judge.name);
  command
      ->add_option("--consistency", flags->consistency,
                   "What the history must be: linearizable by default, strict-serializable for "
                   "transactions")
      ->check(CLI::IsMember(levels));
  add_number(*command, "--k", flags->k,
             "With --consistency k-atomic: how many of the latest versions a read may see "
             "(default: any number, and the smallest is told); with staleness: how many it "
             "may be behind");
  add_duration(*command, "--within", flags->within,
               "With --consistency staleness: for how long a read may see what was "
               "replaced, as 50ms");
  command->add_option(
      "--initial", flags->initial,
      "What a register, or every key, holds at first, nothing by default; of a bank "
      "the total, by default that of its first read");
  add_number(*command, "--max-steps", flags->max_steps, "Configurations to visit at most");
  add_memory(*command, "--max-memory", flags->max_memory,
             "Memory of the history and the search, as 4GiB");
  add_duration(*command, "--max-time", flags->max_time, "Time of reading and judging, as 60s");
  command->add_option("--html", flags->html, "Write the history as one page for a browser");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
