#include "cli/check_report.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <set>
#include <sstream>
#include <variant>

#include "checkers/consistency/staleness.hpp"
#include "checkers/description.hpp"
#include "checkers/open_shape.hpp"
#include "cli/command.hpp"
#include "cli/report.hpp"
#include "histories/report/lane_chart.hpp"
#include "histories/report/page.hpp"
#include "histories/report/transaction_report.hpp"
#include "viewer/page.hpp"

namespace stampede::cli {

using checkers::Finding;
using engine::Verdict;
using histories::ImportedHistory;

namespace {

std::size_t operation_count(const ImportedHistory& imported) {
  return imported.transactional ? imported.transactions.size()
                                : imported.history.operations().size();
}

/// Versions that reads are behind: for registers and key-value stores with different values.
checkers::Staleness staleness_of(const ImportedHistory& imported, const checkers::Limits& limits) {
  if (imported.type == nullptr) return {};
  return checkers::measure_staleness(imported.history, *imported.type, limits);
}

std::string note_of(const ImportedHistory& imported, std::size_t position) {
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
bool is_open_in_core(const checkers::Finding& result, std::size_t position) {
  return std::find(result.core_open.begin(), result.core_open.end(), position) !=
         result.core_open.end();
}

/// What an `ok` is proven by.
void write_proof(engine::JsonWriter& json, const Finding& finding) {
  json.key("witness").begin_array();
  for (const std::size_t position : finding.witness) json.unsigned_integer(position);
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

void write_transaction(engine::JsonWriter& json, const ImportedHistory& imported,
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

void write_anomalies(engine::JsonWriter& json, const ImportedHistory& imported,
                     const Finding& finding) {
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

void print_anomaly(const ImportedHistory& imported, const checkers::Anomaly& anomaly) {
  std::printf("%s%s%s\n", anomaly.name.c_str(),
              anomaly.is_forbidden ? "" : ", which the level allows",
              anomaly.is_shortest     ? ""
              : anomaly.cycle.empty() ? ", perhaps not the fewest"
                                      : ", perhaps not the shortest");
  if (anomaly.cycle.empty()) std::printf("  %s\n", anomaly.description.c_str());
  for (const checkers::Step& step : anomaly.cycle) {
    std::printf("  %s: %s\n", checkers::name_of(step.kind), step.sentence.c_str());
  }
  if (anomaly.is_forbidden) std::printf("%s", histories::lane_chart(imported, anomaly).c_str());
}

/// Histories often begin where something is there already.
void print_hint_of_initial(const ImportedHistory& imported, const Finding& finding) {
  const bool holds_values = imported.model == "kv" || imported.model == "register" ||
                            imported.model == "cas-register" || imported.model == "rw-register";
  // Texts that are appended to begin empty.
  const bool appends =
      std::any_of(finding.core.begin(), finding.core.end(), [&](std::size_t position) {
        const engine::Operation& operation = imported.history.operations()[position].operation;
        return checkers::open_shape(*imported.type, operation).shape.kind ==
               engine::Shape::Kind::extend_text;
      });
  if (imported.initial || !holds_values || appends || !finding.unwritten_value) return;
  std::printf("hint: if it was there at first, say so: --initial VALUE\n");
}

/// What the operations of the core were, and when.
void write_core(engine::JsonWriter& json, const ImportedHistory& imported, const Finding& finding) {
  json.key("core").begin_array();
  for (const std::size_t position : finding.core) {
    const engine::HistoryOperation& operation = imported.history.operations()[position];
    json.begin_object();
    json.key("position").unsigned_integer(position);
    json.key("client").text(imported.clients[operation.id.client.value]);
    json.key("operation");
    json.raw(operation.operation.to_json());
    json.key("result");
    json.raw(operation.is_open() ? "null" : operation.result.to_json());
    json.key("result_needed").boolean(!operation.is_open() && !is_open_in_core(finding, position));
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
}

void write_staleness(engine::JsonWriter& json, const checkers::Staleness& staleness) {
  json.key("stale_reads");
  if (!staleness.known) json.null();
  if (staleness.known) json.unsigned_integer(staleness.stale_reads);
  json.key("staleness_versions");
  if (!staleness.known) json.null();
  if (staleness.known) json.unsigned_integer(staleness.versions);
  json.key("staleness_nanoseconds");
  if (!staleness.known) json.null();
  if (staleness.known) json.integer(staleness.time);
}

}  // namespace

void print_check_json(const Checked& checked, const checkers::Limits& limits, int status,
                      double seconds) {
  const ImportedHistory& imported = checked.history;
  const Finding& finding = checked.finding;
  engine::JsonWriter json;
  json.begin_object();
  json.key("verdict").text(word_of(finding.verdict));
  json.key("expected").text(word_of(Verdict::ok));
  json.key("as_expected").boolean(finding.verdict == Verdict::ok);
  json.key("violations").begin_array();
  if (finding.verdict == Verdict::violated) {
    json.begin_object();
    json.key("property").text(checked.consistency);
    json.key("step").unsigned_integer(finding.impossible_at_event);
    json.key("message").text(tell(finding.reason, imported.history, imported.clients));
    json.end_object();
  }
  json.end_array();
  json.key("exit_status").integer(status);
  json.key("wall_seconds").number(seconds);
  write_build(json);
  json.key("format").text(histories::format_name(imported.format));
  json.key("model").text(imported.model);
  json.key("consistency").text(checked.consistency);
  json.key("operations").unsigned_integer(operation_count(imported));
  json.key("completed_operations").unsigned_integer(imported.completed());
  json.key("configurations").unsigned_integer(finding.configurations);
  json.key("key").text(finding.key);
  write_core(json, imported, finding);
  write_proof(json, finding);
  json.key("core_limited_by");
  engine::write(json, finding.core_limit);
  write_anomalies(json, imported, finding);
  write_staleness(json, staleness_of(imported, limits));
  json.key("k");
  if (finding.k > 0) {
    json.unsigned_integer(finding.k);
  } else {
    json.null();
  }
  json.key("undecided_because");
  engine::write(json, finding.limit);
  json.key("known_prefix").unsigned_integer(finding.known_prefix);
  json.key("remarks");
  engine::write(json, imported.remarks);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

namespace {

/// The first line, and what was remarked while the history was read.
void print_summary(const Checked& checked, double seconds) {
  const ImportedHistory& imported = checked.history;
  std::printf("%s: %s, %s, %s: %s %s", word_of(checked.finding.verdict),
              histories::format_name(imported.format).c_str(),
              imported.model.empty() ? "no model" : imported.model.c_str(),
              checked.consistency.c_str(), grouped(operation_count(imported)).c_str(),
              imported.transactional ? "transactions" : "operations");
  std::printf(" (%s %s), %.2f s\n", grouped(imported.completed()).c_str(),
              imported.transactional ? "committed" : "completed", seconds);
  for (const std::string& remark : imported.remarks) std::printf("%s\n", remark.c_str());
}

void print_core(const Checked& checked) {
  const ImportedHistory& imported = checked.history;
  const Finding& finding = checked.finding;
  if (!finding.key.empty()) std::printf("key %s, ", finding.key.c_str());
  if (finding.impossible_at_event > 0) {
    std::printf("impossible from event %llu on\n",
                static_cast<unsigned long long>(finding.impossible_at_event));
  }
  std::printf(
      "%s\n%s", tell(finding.reason, imported.history, imported.clients).c_str(),
      histories::lane_chart(imported.history, finding.core, finding.core_open, imported.clients)
          .c_str());
  const bool any_opened =
      std::any_of(finding.core.begin(), finding.core.end(), [&](std::size_t position) {
        return !imported.history.operations()[position].is_open() &&
               is_open_in_core(finding, position);
      });
  if (any_opened) std::printf("(> although it was over: it fails whatever that one returned)\n");
  print_hint_of_initial(imported, finding);
  if (!finding.core_limit.empty()) {
    std::printf("there may be a smaller core: %s\n", finding.core_limit.c_str());
  }
}

/// Its words, and the operations between them. No words hold a NUL: values are quoted as JSON.
std::vector<std::variant<std::string, std::size_t>> pieces_of(const checkers::Sentence& reason) {
  std::istringstream words(reason.tell([](std::size_t) { return std::string(1, '\0'); }));
  std::vector<std::variant<std::string, std::size_t>> pieces;
  std::string text;
  for (const std::size_t operation : reason.operations()) {
    std::getline(words, text, '\0');
    pieces.insert(pieces.end(), {text, operation});
  }
  text.clear();
  std::getline(words, text, '\0');
  pieces.emplace_back(text);
  return pieces;
}

}  // namespace

void print_check_text(const Checked& checked, const checkers::Limits& limits, double seconds) {
  const ImportedHistory& imported = checked.history;
  const Finding& finding = checked.finding;
  if (!checked.was_read) {
    std::printf("undecided: %s\n", finding.limit.c_str());
    return;
  }
  print_summary(checked, seconds);
  if (finding.verdict == Verdict::vacuous) {
    std::printf("nothing was judged: %s\n", finding.limit.c_str());
  }
  if (finding.k > 0) {
    std::printf("k = %s: every read sees one of the latest %s versions of its key\n",
                grouped(finding.k).c_str(), grouped(finding.k).c_str());
  }
  if (finding.verdict == Verdict::undecided) {
    std::printf("undecided: %s", finding.limit.c_str());
    if (finding.known_prefix > 0) {
      std::printf("; the first %s of %s events are linearizable",
                  grouped(finding.known_prefix).c_str(),
                  grouped(imported.history.event_count()).c_str());
    }
    std::printf("\n");
  }
  for (const checkers::Anomaly& anomaly : finding.anomalies) print_anomaly(imported, anomaly);
  if (finding.verdict != Verdict::violated) return;
  if (imported.transactional) return print_hint_of_initial(imported, finding);
  print_core(checked);
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

void write_check_page(std::ostream& out, const Checked& checked, const std::string& title) {
  const ImportedHistory& imported = checked.history;
  const Finding& finding = checked.finding;
  histories::PageContent content;
  content.title = title;
  content.verdict = word_of(finding.verdict);
  const bool judged = finding.verdict == Verdict::ok || finding.verdict == Verdict::violated;
  if (judged) {
    content.reason = pieces_of(finding.reason);
  } else {
    content.reason = {finding.limit};
  }
  if (imported.transactional) {
    histories::fill_page(imported, finding.anomalies, content);
  } else {
    histories::fill_page(imported.history, finding.core, imported.clients, imported.notes, content);
  }
  content.bands = histories::bands_of(imported.annotations, content.events);
  out << viewer::page_of_history(histories::history_json(content));
}

}  // namespace stampede::cli
