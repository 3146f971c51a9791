// stampede check: judges a history recorded anywhere.
#include <cstdio>
#include <fstream>
#include <memory>

#include "checkers/import/import.hpp"
#include "checkers/linearizability.hpp"
#include "checkers/report/lane_chart.hpp"
#include "checkers/report/page.hpp"
#include "cli/command.hpp"
#include "engine/core/document.hpp"
#include "models/service/services.hpp"

namespace stampede::cli {
namespace {

using checkers::Judgement;

struct Flags {
  std::string file;
  std::string format;
  std::string model;
  std::string failed_cas;
  std::uint64_t max_steps = checkers::LinearizabilityLimits{}.max_configurations;
  std::uint64_t max_memory = checkers::LinearizabilityLimits{}.max_memory_bytes;
  std::string max_time;
  std::string html;
};

int status_of(Judgement verdict) {
  if (verdict == Judgement::violated) return exit_unexpected;
  return verdict == Judgement::ok ? exit_ok : exit_undecided;
}

checkers::ImportedHistory import(const Flags& flags) {
  checkers::ImportSettings settings;
  if (!flags.format.empty()) settings.format = checkers::find_format(flags.format);
  settings.model = flags.model;
  if (flags.failed_cas == "mismatch") settings.failed_cas = checkers::FailedCas::mismatch;
  if (flags.failed_cas == "absent") settings.failed_cas = checkers::FailedCas::absent;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return checkers::import_history(checkers::InputText::open(flags.file), settings);
}

void print_json(const checkers::ImportedHistory& imported,
                const checkers::LinearizabilityResult& result, double seconds) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text("ok");
  json.key("as_expected").boolean(result.verdict == Judgement::ok);
  json.key("violations").begin_array();
  if (result.verdict == Judgement::violated) {
    json.begin_object();
    json.key("property").text("linearizability");
    json.key("step").unsigned_integer(result.impossible_at_event);
    json.key("message").text(result.reason);
    json.end_object();
  }
  json.end_array();
  json.key("exit_status").integer(status_of(result.verdict));
  json.key("wall_seconds").number(seconds);
  json.key("format").text(checkers::format_name(imported.format));
  json.key("model").text(imported.model);
  json.key("consistency").text("linearizable");
  json.key("operations").unsigned_integer(imported.history.operations().size());
  json.key("completed_operations").unsigned_integer(imported.history.completed());
  json.key("configurations").unsigned_integer(result.configurations);
  json.key("key").text(result.key);
  json.key("core").begin_array();
  for (const std::size_t position : result.core) {
    const engine::HistoryOperation& operation = imported.history.operations()[position];
    json.begin_object();
    json.key("position").unsigned_integer(position);
    json.key("client").text(imported.clients[operation.id.client.value]);
    json.key("operation");
    json.raw(operation.operation.to_json());
    json.key("result");
    json.raw(operation.is_open() ? "null" : operation.result.to_json());
    json.key("invoked_at").unsigned_integer(operation.invoked_at);
    json.key("responded_at");
    if (operation.is_open()) {
      json.null();
    } else {
      json.unsigned_integer(operation.responded_at);
    }
    json.end_object();
  }
  json.end_array();
  json.key("undecided_because");
  engine::write(json, result.limit);
  json.key("known_prefix").unsigned_integer(result.known_prefix);
  json.key("remarks");
  engine::write(json, imported.remarks);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_text(const checkers::ImportedHistory& imported,
                const checkers::LinearizabilityResult& result, double seconds) {
  std::printf("%s: %s, %s, linearizable: %s operations (%s completed), %.2f s\n",
              boost::describe::enum_to_string(result.verdict, "?"),
              checkers::format_name(imported.format).c_str(), imported.model.c_str(),
              grouped(imported.history.operations().size()).c_str(),
              grouped(imported.history.completed()).c_str(), seconds);
  for (const std::string& remark : imported.remarks) std::printf("%s\n", remark.c_str());
  if (result.verdict == Judgement::undecided) {
    std::printf("undecided: %s; the first %s of %s events are linearizable\n", result.limit.c_str(),
                grouped(result.known_prefix).c_str(),
                grouped(imported.history.event_count()).c_str());
  }
  if (result.verdict != Judgement::violated) return;
  if (!result.key.empty()) std::printf("key %s, ", result.key.c_str());
  std::printf("impossible from event %llu on\n%s\n",
              static_cast<unsigned long long>(result.impossible_at_event), result.reason.c_str());
  std::printf(
      "%s", checkers::lane_chart(imported.history, result.core, result.core_open, imported.clients)
                .c_str());
}

void write_page(const std::string& path, const checkers::ImportedHistory& imported,
                const checkers::LinearizabilityResult& result, const std::string& title) {
  checkers::PageContent content;
  content.title = title;
  content.verdict = boost::describe::enum_to_string(result.verdict, "?");
  content.reason = result.verdict == Judgement::undecided ? result.limit : result.reason;
  content.core = result.core;
  content.clients = imported.clients;
  for (const checkers::Annotation& annotation : imported.annotations) {
    content.marks.emplace_back(annotation.at_event, annotation.text);
  }
  std::ofstream out(path);
  out << checkers::history_page(imported.history, content);
  out.close();
  if (!out) throw engine::InputError("cannot write the page to " + path);
}

int execute(const Flags& flags, const CommonFlags& common) {
  const Stopwatch watch;
  const checkers::ImportedHistory imported = import(flags);
  if (imported.transactional) throw engine::InputError("transactions cannot be judged yet");
  checkers::LinearizabilityLimits limits;
  limits.max_configurations = flags.max_steps;
  limits.max_memory_bytes = flags.max_memory;
  const Stopwatch since;
  if (!flags.max_time.empty()) {
    const auto allowed = engine::parse_duration(flags.max_time);
    if (!allowed) {
      throw engine::InputError("'" + flags.max_time + "' is not a duration",
                               "write for example --max-time 60s");
    }
    const double seconds = static_cast<double>(allowed->nanoseconds) / 1e9;
    limits.stop = [since, seconds, text = flags.max_time]() -> std::string {
      if (interrupted()) return "interrupted";
      return since.seconds() > seconds ? "max_time = " + text : std::string();
    };
  } else {
    limits.stop = []() -> std::string { return interrupted() ? "interrupted" : ""; };
  }
  const Stopwatch judging;
  const checkers::LinearizabilityResult result =
      checkers::check_linearizability(imported.history, *imported.type, limits);
  if (!flags.html.empty()) write_page(flags.html, imported, result, flags.file);
  if (common.json) {
    print_json(imported, result, watch.seconds());
  } else if (!common.quiet) {
    print_text(imported, result, judging.seconds());
  }
  return status_of(result.verdict);
}

}  // namespace

Run add_check(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("check", "Judge a history that was recorded anywhere");
  auto flags = std::make_shared<Flags>();
  command->add_option("HISTORY", flags->file, "The history; gzip is accepted")->required();
  command->add_option("--format", flags->format, "Instead of looking at the file")
      ->check(CLI::IsMember(checkers::format_names()));
  std::vector<std::string> models = models::service::service_names();
  models.insert(models.end(), {"list-append", "rw-register"});
  command->add_option("--model", flags->model, "What was replicated (default: by the file)")
      ->check(CLI::IsMember(models));
  command
      ->add_option("--failed-cas", flags->failed_cas,
                   "What a failed compare-and-set says: another value was there (mismatch), or "
                   "nothing (absent); by default mismatch in text logs, else absent")
      ->check(CLI::IsMember({"mismatch", "absent"}));
  command->add_option("--max-steps", flags->max_steps, "Configurations to visit at most");
  command->add_option("--max-memory", flags->max_memory, "Memory of the search, as 4GiB")
      ->transform(CLI::AsSizeValue(false));
  command->add_option("--max-time", flags->max_time, "Time of the search, as 60s");
  command->add_option("--html", flags->html, "Write the history as one page for a browser");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
