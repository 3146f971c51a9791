#include "cli/check_report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>

#include "checkers/consistency/staleness.hpp"
#include "cli/command.hpp"
#include "histories/report/lane_chart.hpp"
#include "histories/report/page.hpp"
#include "histories/report/transaction_report.hpp"

namespace stampede::cli {

using checkers::Judgement;

namespace {

std::size_t operation_count(const histories::ImportedHistory& imported) {
  return imported.transactional ? imported.transactions.size()
                                : imported.history.operations().size();
}

/// Versions that reads are behind: for registers and key-value stores with different values.
checkers::Staleness staleness_of(const histories::ImportedHistory& imported,
                                 const checkers::LinearizabilityLimits& limits) {
  if (imported.type == nullptr) return {};
  return checkers::measure_staleness(imported.history, *imported.type, limits);
}

std::string note_of(const histories::ImportedHistory& imported, std::size_t position) {
  const auto first =
      std::partition_point(imported.notes.begin(), imported.notes.end(),
                           [&](const histories::Note& note) { return note.position < position; });
  std::string text;
  for (auto note = first; note != imported.notes.end() && note->position == position; ++note) {
    text += (text.empty() ? "" : "; ") + note->text;
  }
  return text;
}

/// True if the core fails whatever this operation of it returned.
bool is_open_in_core(const checkers::LinearizabilityResult& result, std::size_t position) {
  return std::find(result.core_open.begin(), result.core_open.end(), position) !=
         result.core_open.end();
}

/// What an `ok` is proven by.
void write_proof(engine::JsonWriter& json, const CheckFinding& finding) {
  json.key("witness").begin_array();
  for (const std::size_t position : finding.result.witness) json.unsigned_integer(position);
  json.end_array();
  json.key("schedule").begin_array();
  for (const checkers::Moment& moment : finding.schedule) {
    json.begin_object();
    json.key(moment.commits ? "commit" : "begin").unsigned_integer(moment.transaction);
    json.end_object();
  }
  json.end_array();
}

void write_step(engine::JsonWriter& json, const checkers::Step& step) {
  json.begin_object();
  json.key("from").unsigned_integer(step.from);
  json.key("to").unsigned_integer(step.to);
  json.key("type").text(checkers::name_of(step.kind));
  json.key("key").text(step.key);
  json.key("value").text(step.value);
  json.key("next").text(step.next);
  json.key("sentence").text(step.sentence);
  json.end_object();
}

void write_transaction(engine::JsonWriter& json, const histories::ImportedHistory& imported,
                       std::uint32_t number) {
  const checkers::Transaction& transaction = imported.transactions[number];
  json.begin_object();
  json.key("transaction").unsigned_integer(number);
  json.key("client").text(imported.clients.at(transaction.client));
  json.key("operations").text(histories::describe(transaction));
  json.key("note").text(note_of(imported, number));
  json.key("invoked_time").integer(transaction.invoked_time);
  json.key("responded_time").integer(transaction.responded_time);
  json.key("invoked_at").unsigned_integer(transaction.invoked_at);
  json.key("responded_at");
  if (transaction.responded_at == engine::HistoryOperation::open) {
    json.null();
  } else {
    json.unsigned_integer(transaction.responded_at);
  }
  json.end_object();
}

void write_anomalies(engine::JsonWriter& json, const histories::ImportedHistory& imported,
                     const CheckFinding& finding) {
  std::set<std::uint32_t> involved;
  json.key("anomalies").begin_array();
  for (const checkers::Anomaly& anomaly : finding.anomalies) {
    involved.insert(anomaly.transactions.begin(), anomaly.transactions.end());
    json.begin_object();
    json.key("name").text(anomaly.name);
    json.key("forbidden").boolean(anomaly.is_forbidden);
    json.key("description").text(anomaly.description);
    json.key("transactions");
    engine::write(json, anomaly.transactions);
    json.key("shortest").boolean(anomaly.is_shortest);
    json.key("cycle").begin_array();
    for (const checkers::Step& step : anomaly.cycle) write_step(json, step);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("transactions").begin_array();
  for (const std::uint32_t number : involved) write_transaction(json, imported, number);
  json.end_array();
}

void print_anomaly(const histories::ImportedHistory& imported, const checkers::Anomaly& anomaly) {
  std::printf("%s%s%s\n", anomaly.name.c_str(),
              anomaly.is_forbidden ? "" : ", which the level allows",
              anomaly.is_shortest ? "" : ", perhaps not the shortest");
  if (anomaly.cycle.empty()) std::printf("  %s\n", anomaly.description.c_str());
  for (const checkers::Step& step : anomaly.cycle) {
    std::printf("  %s: %s\n", checkers::name_of(step.kind), step.sentence.c_str());
  }
  if (anomaly.is_forbidden) std::printf("%s", histories::lane_chart(imported, anomaly).c_str());
}

/// Histories often begin where something is there already.
void print_hint_of_initial(const histories::ImportedHistory& imported,
                           const CheckFinding& finding) {
  const bool unwritten =
      std::any_of(finding.anomalies.begin(), finding.anomalies.end(),
                  [](const checkers::Anomaly& anomaly) { return anomaly.name == "unwritten"; });
  const bool nobody = finding.result.reason.find("nobody had written") != std::string::npos;
  const bool holds_values = imported.model == "kv" || imported.model == "register" ||
                            imported.model == "cas-register" || imported.model == "rw-register";
  // Texts that are appended to begin empty.
  const bool appends = std::any_of(
      finding.result.core.begin(), finding.result.core.end(), [&](std::size_t position) {
        const engine::HistoryOperation& operation = imported.history.operations()[position];
        return operation.operation.to_json().rfind("{\"append\"", 0) == 0;
      });
  if (imported.initial || !holds_values || appends || !(unwritten || nobody)) return;
  std::printf("hint: if it was there at first, say so: --initial VALUE\n");
}

}  // namespace

int check_status(Judgement verdict) {
  if (verdict == Judgement::violated) return exit_unexpected;
  return verdict == Judgement::ok ? exit_ok : exit_undecided;
}

void print_check_json(const histories::ImportedHistory& imported, const CheckFinding& finding,
                      const checkers::LinearizabilityLimits& limits, double seconds) {
  const checkers::LinearizabilityResult& result = finding.result;
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("expected").text("ok");
  json.key("as_expected").boolean(result.verdict == Judgement::ok);
  json.key("violations").begin_array();
  if (result.verdict == Judgement::violated) {
    json.begin_object();
    json.key("property").text(finding.consistency);
    json.key("step").unsigned_integer(result.impossible_at_event);
    json.key("message").text(result.reason);
    json.end_object();
  }
  json.end_array();
  json.key("exit_status").integer(check_status(result.verdict));
  json.key("wall_seconds").number(seconds);
  json.key("format").text(histories::format_name(imported.format));
  json.key("model").text(imported.model);
  json.key("consistency").text(finding.consistency);
  json.key("operations").unsigned_integer(operation_count(imported));
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
    json.key("result_needed").boolean(!operation.is_open() && !is_open_in_core(result, position));
    json.key("note").text(note_of(imported, position));
    json.key("invoked_time").integer(operation.invoked_time.nanoseconds);
    json.key("responded_time").integer(operation.responded_time.nanoseconds);
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
  write_proof(json, finding);
  json.key("core_limited_by");
  engine::write(json, result.core_limit);
  write_anomalies(json, imported, finding);
  const checkers::Staleness staleness = staleness_of(imported, limits);
  json.key("stale_reads");
  if (staleness.known) {
    json.unsigned_integer(staleness.stale_reads);
  } else {
    json.null();
  }
  json.key("staleness_versions");
  if (staleness.known) {
    json.unsigned_integer(staleness.versions);
  } else {
    json.null();
  }
  json.key("staleness_nanoseconds");
  if (staleness.known) {
    json.integer(staleness.time);
  } else {
    json.null();
  }
  json.key("k");
  if (finding.k > 0) {
    json.unsigned_integer(finding.k);
  } else {
    json.null();
  }
  json.key("undecided_because");
  engine::write(json, result.limit);
  json.key("known_prefix").unsigned_integer(result.known_prefix);
  json.key("remarks");
  engine::write(json, imported.remarks);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

void print_check_text(const histories::ImportedHistory& imported, const CheckFinding& finding,
                      const checkers::LinearizabilityLimits& limits, double seconds) {
  const checkers::LinearizabilityResult& result = finding.result;
  const bool was_read = imported.transactional || imported.type != nullptr;
  if (!was_read) {
    std::printf("undecided: %s\n", result.limit.c_str());
    return;
  }
  std::printf("%s: %s, %s, %s: %s %s", boost::describe::enum_to_string(result.verdict, "?"),
              histories::format_name(imported.format).c_str(), imported.model.c_str(),
              finding.consistency.c_str(), grouped(operation_count(imported)).c_str(),
              imported.transactional ? "transactions" : "operations");
  if (!imported.transactional) {
    std::printf(" (%s completed)", grouped(imported.history.completed()).c_str());
  }
  std::printf(", %.2f s\n", seconds);
  for (const std::string& remark : imported.remarks) std::printf("%s\n", remark.c_str());
  if (finding.k > 0) {
    std::printf("k = %s: every read sees one of the latest %s versions of its key\n",
                grouped(finding.k).c_str(), grouped(finding.k).c_str());
  }
  if (result.verdict == Judgement::undecided) {
    std::printf("undecided: %s", result.limit.c_str());
    if (result.known_prefix > 0) {
      std::printf("; the first %s of %s events are linearizable",
                  grouped(result.known_prefix).c_str(),
                  grouped(imported.history.event_count()).c_str());
    }
    std::printf("\n");
  }
  for (const checkers::Anomaly& anomaly : finding.anomalies) {
    print_anomaly(imported, anomaly);
  }
  if (result.verdict == Judgement::violated && imported.transactional) {
    print_hint_of_initial(imported, finding);
  }
  if (result.verdict != Judgement::violated || imported.transactional) return;
  if (!result.key.empty()) std::printf("key %s, ", result.key.c_str());
  if (finding.consistency == "linearizable") {
    std::printf("impossible from event %llu on\n",
                static_cast<unsigned long long>(result.impossible_at_event));
  }
  std::printf(
      "%s\n%s", result.reason.c_str(),
      histories::lane_chart(imported.history, result.core, result.core_open, imported.clients)
          .c_str());
  print_hint_of_initial(imported, finding);
  if (!result.core_limit.empty()) {
    std::printf("there may be a smaller core: %s\n", result.core_limit.c_str());
  }
  const checkers::Staleness staleness = staleness_of(imported, limits);
  if (staleness.stale_reads > 0) {
    std::printf("stale reads: %s, at most %s versions behind",
                grouped(staleness.stale_reads).c_str(), grouped(staleness.versions).c_str());
    if (staleness.time > 0) {
      std::printf(" and %s late", engine::to_string(engine::Time{staleness.time}).c_str());
    }
    std::printf("\n");
  }
}

void write_check_page(const std::string& path, const histories::ImportedHistory& imported,
                      const CheckFinding& finding, const std::string& title) {
  const checkers::LinearizabilityResult& result = finding.result;
  histories::PageContent content;
  content.title = title;
  content.verdict = boost::describe::enum_to_string(result.verdict, "?");
  content.reason = result.verdict == Judgement::undecided ? result.limit : result.reason;
  if (imported.transactional) {
    histories::fill_page(imported, finding.anomalies, content);
  } else {
    histories::fill_page(imported.history, result.core, imported.clients, imported.notes, content);
  }
  content.bands = histories::bands_of(imported.annotations, content.events);
  // Beside first: whatever ends this, no half page stands where a whole one was.
  const std::string beside = path + ".partial";
  std::ofstream out(beside);
  out << histories::history_page(content);
  out.close();
  if (!out || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    throw engine::InputError("cannot write the page to " + path);
  }
}

}  // namespace stampede::cli
