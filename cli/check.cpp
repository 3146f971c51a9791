// stampede check: judges a history recorded anywhere.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/eventual.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/transactions/transactions.hpp"
#include "cli/check_report.hpp"
#include "cli/command.hpp"
#include "engine/core/document.hpp"
#include "histories/import/import.hpp"
#include "histories/report/explanation.hpp"
#include "models/service/services.hpp"

namespace stampede::cli {
namespace {

using checkers::Judgement;

struct CheckFlags {
  std::string file;
  std::string format;
  std::string model;
  std::string failed_cas;
  std::string nil_reads;
  std::optional<std::string> key;
  std::uint64_t max_steps = checkers::LinearizabilityLimits{}.max_configurations;
  std::uint64_t max_memory = checkers::LinearizabilityLimits{}.max_memory_bytes;
  std::string max_time;
  std::string html;
  std::string consistency;
  std::optional<std::string> initial;
  std::uint64_t k = 0;
};

histories::ImportedHistory import(const CheckFlags& flags,
                                  const checkers::LinearizabilityLimits& limits) {
  histories::ImportSettings settings;
  if (!flags.format.empty()) settings.format = histories::find_format(flags.format);
  settings.model = flags.model;
  if (flags.failed_cas == "mismatch") settings.failed_cas = histories::FailedCas::mismatch;
  if (flags.failed_cas == "absent") settings.failed_cas = histories::FailedCas::absent;
  if (flags.nil_reads == "unknown") settings.nil_reads = histories::NilReads::unknown;
  settings.key = flags.key;
  settings.initial = flags.initial;
  settings.max_memory_bytes = flags.max_memory;
  settings.stop = limits.stop;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return histories::import_history(histories::InputText::open(flags.file), settings);
}

bool names_isolation(const std::string& name) {
  for (const auto& [level, isolation] : checkers::isolation_levels()) {
    if (level == name) return true;
  }
  return false;
}

void judge_transactions(const histories::ImportedHistory& imported,
                        const checkers::LinearizabilityLimits& limits, CheckFinding& finding) {
  auto isolation = checkers::Isolation::serializable;
  for (const auto& [level, value] : checkers::isolation_levels()) {
    if (level == finding.consistency) isolation = value;
  }
  checkers::TransactionResult judged =
      checkers::check_transactions(imported.transactions, isolation, limits);
  finding.result.verdict = judged.verdict;
  finding.result.limit = std::move(judged.limit);
  finding.result.witness.assign(judged.order.begin(), judged.order.end());
  finding.schedule = std::move(judged.schedule);
  finding.anomalies = std::move(judged.anomalies);
  std::stable_partition(finding.anomalies.begin(), finding.anomalies.end(),
                        [](const checkers::Anomaly& anomaly) { return anomaly.is_forbidden; });
  for (const std::string& name : judged.forbidden) {
    finding.result.reason += (finding.result.reason.empty() ? "" : ", ") + name;
  }
}

void judge_atomicity(const histories::ImportedHistory& imported, std::uint64_t k_max,
                     const checkers::LinearizabilityLimits& limits, CheckFinding& finding) {
  checkers::AtomicityResult judged =
      checkers::check_atomicity(imported.history, *imported.type, k_max, limits);
  finding.result.verdict = judged.verdict;
  finding.result.limit = std::move(judged.limit);
  finding.result.core = std::move(judged.core);
  finding.result.core_open = std::move(judged.core_open);
  finding.result.core_limit = std::move(judged.core_limit);
  finding.result.key = std::move(judged.key);
  finding.result.reason = std::move(judged.reason);
  finding.k = judged.k;
}

void judge_convergence(const histories::ImportedHistory& imported,
                       const checkers::LinearizabilityLimits& limits, CheckFinding& finding) {
  checkers::ConvergenceResult judged =
      checkers::check_convergence(imported.history, *imported.type, limits);
  finding.result.verdict = judged.verdict;
  finding.result.limit = std::move(judged.limit);
  finding.result.core = std::move(judged.core);
  finding.result.key = std::move(judged.key);
  finding.result.reason = std::move(judged.reason);
}

void judge_operations(const histories::ImportedHistory& imported, std::uint64_t k_max,
                      const checkers::LinearizabilityLimits& limits, CheckFinding& finding) {
  const engine::History& history = imported.history;
  if (finding.consistency == "linearizable") {
    finding.result = checkers::check_linearizability(history, *imported.type, limits);
    // A sentence is about few operations.
    constexpr std::size_t told_max = 10'000;
    if (finding.result.verdict == Judgement::violated && finding.result.core.size() <= told_max) {
      finding.result.reason = histories::explain(imported, finding.result);
    }
    return;
  }
  if (finding.consistency == "sequential") {
    checkers::SequentialResult judged =
        checkers::check_sequential(history, *imported.type, limits, imported.clients);
    finding.result.remains = std::move(judged.remains);
    finding.result.witness = std::move(judged.witness);
    finding.result.core = std::move(judged.core);
    finding.result.core_limit = std::move(judged.core_limit);
    finding.result.verdict = judged.verdict;
    finding.result.reason = std::move(judged.reason);
    finding.result.limit = std::move(judged.limit);
    finding.result.configurations = judged.configurations;
    return;
  }
  if (finding.consistency == "k-atomic") return judge_atomicity(imported, k_max, limits, finding);
  if (finding.consistency == "eventual") return judge_convergence(imported, limits, finding);
  for (const auto& [name, model] : checkers::weak_models()) {
    if (name != finding.consistency) continue;
    checkers::WeakResult judged =
        checkers::check_weak(history, *imported.type, model, imported.clients, limits);
    finding.result.verdict = judged.verdict;
    finding.result.reason = std::move(judged.reason);
    finding.result.limit = std::move(judged.limit);
    finding.result.core = std::move(judged.core);
    finding.result.core_limit = std::move(judged.core_limit);
  }
}

CheckFinding judge(const CheckFlags& flags, const histories::ImportedHistory& imported,
                   const checkers::LinearizabilityLimits& limits) {
  CheckFinding finding;
  if (flags.k > 0 && flags.consistency != "k-atomic") {
    throw engine::InputError("--k is for --consistency k-atomic");
  }
  const bool isolation = names_isolation(flags.consistency);
  if (!flags.consistency.empty() && isolation != imported.transactional) {
    throw engine::InputError(
        "--consistency " + flags.consistency + " does not fit model " + imported.model,
        imported.transactional ? "transactions are judged by an isolation level"
                               : "isolation levels are for transactions");
  }
  finding.consistency = !flags.consistency.empty() ? flags.consistency
                        : imported.transactional   ? "strict-serializable"
                                                   : "linearizable";
  if (imported.transactional) {
    judge_transactions(imported, limits, finding);
  } else {
    judge_operations(imported, flags.k, limits, finding);
  }
  return finding;
}

checkers::LinearizabilityLimits limits_of(const CheckFlags& flags) {
  checkers::LinearizabilityLimits limits;
  limits.max_configurations = flags.max_steps;
  limits.max_memory_bytes = flags.max_memory;
  if (flags.max_time.empty()) {
    limits.stop = []() -> std::string { return interrupted() ? "interrupted" : ""; };
    return limits;
  }
  const auto allowed = engine::parse_duration(flags.max_time);
  if (!allowed) {
    throw engine::InputError("'" + flags.max_time + "' is not a duration",
                             "write for example --max-time 60s");
  }
  if (allowed->nanoseconds < 0) throw engine::InputError("--max-time is not negative");
  const double seconds = static_cast<double>(allowed->nanoseconds) / 1e9;
  limits.stop = [since = Stopwatch(), seconds, text = flags.max_time]() -> std::string {
    if (interrupted()) return "interrupted";
    return since.seconds() > seconds ? "max_time = " + text : std::string();
  };
  return limits;
}

int execute(const CheckFlags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  checkers::LinearizabilityLimits limits = limits_of(flags);
  // Never given back: of millions of operations that would take longer than --max-time allows.
  static auto& imported = *new histories::ImportedHistory();
  static auto& finding = *new CheckFinding();
  double seconds = 0;
  try {
    imported = import(flags, limits);
    const Stopwatch judging;
    limits.max_memory_bytes -= std::min(limits.max_memory_bytes, imported.held_bytes);
    finding = judge(flags, imported, limits);
    seconds = judging.seconds();
  } catch (const checkers::Stopped& stopped) {
    imported.model = flags.model;
    finding.consistency = flags.consistency;
    finding.result.limit = stopped.reason();
  }
  if (!flags.html.empty()) write_check_page(flags.html, imported, finding, flags.file);
  if (common.json) {
    print_check_json(imported, finding, limits, watch.seconds());
  } else if (!common.quiet) {
    print_check_text(imported, finding, limits, seconds);
  }
  return check_status(finding.result.verdict);
}

}  // namespace

Run add_check(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("check", "Judge a history that was recorded anywhere");
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("HISTORY", flags->file, "The history; gzip is accepted")->required();
  command->add_option("--format", flags->format, "Instead of looking at the file")
      ->check(CLI::IsMember(histories::format_names()));
  std::vector<std::string> models = models::service::service_names();
  models.insert(models.end(), {"list-append", "rw-register"});
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
  std::vector<std::string> levels = {"linearizable", "sequential", "k-atomic", "eventual"};
  for (const auto& [name, model] : checkers::weak_models()) levels.push_back(name);
  for (const auto& [name, level] : checkers::isolation_levels()) levels.push_back(name);
  command
      ->add_option("--consistency", flags->consistency,
                   "What the history must be: linearizable by default, strict-serializable for "
                   "transactions")
      ->check(CLI::IsMember(levels));
  const CLI::Validator count(
      [](const std::string& text) {
        const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
        return digits ? std::string() : "'" + text + "' is not a number from 0 on";
      },
      "");
  command
      ->add_option("--k", flags->k,
                   "With --consistency k-atomic: how many of the latest versions a read may see "
                   "(default: any number, and the smallest is told)")
      ->check(count);
  command->add_option("--initial", flags->initial,
                      "What a register, or every key, holds at first; nothing by default");
  command->add_option("--max-steps", flags->max_steps, "Configurations to visit at most")
      ->check(count);
  command
      ->add_option("--max-memory", flags->max_memory,
                   "Memory of the history and the search, as 4GiB")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Validator(
          [](const std::string& text) {
            return text.empty() || text[0] != '-' ? std::string() : "memory is not negative";
          },
          ""));
  command->add_option("--max-time", flags->max_time, "Time of reading and judging, as 60s");
  command->add_option("--html", flags->html, "Write the history as one page for a browser");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
