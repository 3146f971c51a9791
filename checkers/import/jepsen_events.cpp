#include "checkers/import/jepsen_events.hpp"

#include <algorithm>
#include <array>

#include "checkers/import/service_choice.hpp"
#include "checkers/import/transaction_import.hpp"

namespace stampede::checkers {

using engine::Document;
using Type = ForeignEvent::Type;

namespace {

/// Without a named model, as many operations are looked at before one is chosen.
constexpr std::size_t sample = 2'000;

/// What a nemesis did: `:start` and `:stop`, `:start-partition` and `:stop-partition`, `:kill` and
/// `:restart`, `:pause` and `:resume` are beginnings and ends.
Annotation annotation_of(const ForeignEvent& event) {
  constexpr std::array<std::array<std::string_view, 3>, 4> pairs{{{"start", "stop", ""},
                                                                  {"kill", "restart", "kill"},
                                                                  {"pause", "resume", "pause"},
                                                                  {"begin", "end", ""}}};
  Annotation annotation;
  const std::string f = event.f.to_text();
  const bool says_more = event.value.kind != Document::Kind::null;
  annotation.text = event.process + " " + f + (says_more ? " " + event.value.to_text() : "");
  for (const auto& [begin, end, subject] : pairs) {
    for (const std::string_view word : {begin, end}) {
      const bool whole = f == word;
      if (!whole && f.rfind(std::string(word) + "-", 0) != 0) continue;
      annotation.edge = word == begin ? Annotation::Edge::begins : Annotation::Edge::ends;
      annotation.subject = event.process + " " + std::string(subject);
      if (!whole) annotation.subject += f.substr(word.size() + 1);
    }
  }
  return annotation;
}

[[noreturn]] void fail_unknown_drain(const Document& place, const std::string& process) {
  place.fail("the drain of process " + process +
                 " has no result: it may have taken any number of "
                 "values",
             "record it as the dequeues that it consists of, or cut the history before it");
}

}  // namespace

std::optional<Type> find_event_type(std::string_view name) {
  if (name == "invoke") return Type::invoke;
  if (name == "ok") return Type::ok;
  if (name == "fail") return Type::fail;
  if (name == "info") return Type::info;
  return std::nullopt;
}

bool is_client_number(const std::string& process) {
  return !process.empty() && std::all_of(process.begin(), process.end(), [](char character) {
    return character >= '0' && character <= '9';
  });
}

JepsenEvents::JepsenEvents(InputText& input, const ImportSettings& settings,
                           ImportedHistory& imported)
    : input_(input), settings_(settings), imported_(imported), collector_(input) {
  failed_cas_is_mismatch_ =
      settings.failed_cas == FailedCas::mismatch ||
      (settings.failed_cas == FailedCas::by_format && imported.format == HistoryFormat::jepsen_log);
  if (!imported_.model.empty()) choose(nullptr);
}

void JepsenEvents::add(ForeignEvent event) {
  // A nemesis only says that something happened: both its start and its end are `info`.
  const bool nemesis =
      event.process == "nemesis" || (!is_client_number(event.process) && event.type == Type::info &&
                                     open_.count(event.process) == 0);
  if (chosen_ && nemesis) {
    collector_.annotate(annotation_of(event));
    return;
  }
  if (chosen_) return take(std::move(event));
  collector_.hold(sizeof(ForeignEvent));
  waiting_.push_back(std::move(event));
  if (waiting_.size() == sample) choose(&waiting_.front());
}

void JepsenEvents::finish() {
  if (!chosen_) {
    const bool any = std::any_of(waiting_.begin(), waiting_.end(), [](const ForeignEvent& event) {
      return event.type != Type::info;
    });
    if (!any) input_.fail("the history has no operation of a client");
    choose(&waiting_.front());
  }
  if (drains_) {
    if (!open_drains_.empty()) {
      const auto& [process, place] = *open_drains_.begin();
      fail_unknown_drain(place, process);
    }
    imported_.remarks.push_back(
        "drains are judged as dequeues at the same time: in which order one took its values, and "
        "that it left none, is not judged");
  }
  collector_.finish(imported_);
}

void JepsenEvents::choose(const ForeignEvent* first) {
  if (imported_.model.empty()) {
    imported_.model = guess_model(waiting_);
    if (!imported_.model.empty()) {
      imported_.remarks.push_back("judged as " + imported_.model +
                                  ", by its operations; --model says otherwise");
    }
  }
  imported_.transactional = is_transaction_model(imported_.model);
  Document nowhere;
  nowhere.file = input_.name();
  if (!imported_.transactional) {
    choose_service(settings_, first == nullptr ? nowhere : first->place, imported_);
  }
  chosen_ = true;
  for (ForeignEvent& event : std::exchange(waiting_, {})) add(std::move(event));
}

void JepsenEvents::take(ForeignEvent event) {
  Open& open = open_[event.process];
  if (open.crashed) {
    event.place.fail("process " + event.process + " goes on after an :info",
                     "an operation that may be under way for ever ends its process: the next one "
                     "needs a new process number");
  }
  if (event.type == Type::invoke) {
    if (open.busy) {
      event.place.fail("process " + event.process + " invokes an operation while another is open");
    }
    open.busy = true;
    open.number = begin(event);
    keep_note(open.number, event);
    open.invocation = std::move(event);
    return;
  }
  if (!open.busy) {
    // Info without invocation: what a process says about itself.
    if (event.type == Type::info) {
      open_.erase(event.process);
      return;
    }
    event.place.fail("process " + event.process + " completes an operation that it never invoked",
                     "is the beginning of the history missing?");
  }
  const std::string& f = event.f.scalar("the name of an operation");
  if (plain_name(f) != plain_name(open.invocation.f.text)) {
    event.f.fail("process " + event.process + " invoked " + open.invocation.f.text +
                 ", but completes " + f);
  }
  open.busy = false;
  complete(open, event);
  keep_note(open.number, event);
}

void JepsenEvents::keep_note(std::size_t number, ForeignEvent& event) {
  if (!event.note.empty()) collector_.note(number, std::move(event.note));
}

std::size_t JepsenEvents::begin(const ForeignEvent& event) {
  if (imported_.transactional) return begin_transaction(event);
  if (is_drain(imported_.model, event)) {
    drains_ = true;
    open_drains_.emplace(event.process, event.place);
  }
  engine::Operation operation = imported_.type->parse(foreign_operation(imported_.model, event));
  return collector_.begin(event.process, std::move(operation), event.time);
}

void JepsenEvents::complete(Open& open, ForeignEvent& event) {
  if (imported_.transactional) return complete_transaction(open, event);
  if (is_drain(imported_.model, event)) return complete_drain(open, event);
  const bool mismatch = event.type == Type::fail && failed_cas_is_mismatch_ &&
                        plain_name(event.f.text) == "cas" && !event.has_error;
  if (event.type == Type::ok || mismatch) {
    collector_.complete(
        open.number,
        imported_.type->parse_result(foreign_result(imported_.model, open.invocation, event)),
        event.time);
  } else if (event.type == Type::fail) {
    collector_.fail(open.number);
  } else {
    open.crashed = true;
    open.invocation = {};
  }
}

/// A drain took its values one after the other, but when each is not told: they are dequeues that
/// all have its interval. That never calls a queue wrong that is right; the order among them is
/// lost, and that nothing was left. One that took nothing, or failed, tells nothing.
void JepsenEvents::complete_drain(const Open& open, const ForeignEvent& event) {
  if (event.type == Type::info) fail_unknown_drain(event.place, event.process);
  open_drains_.erase(event.process);
  const bool took = event.type == Type::ok && event.value.kind != Document::Kind::null;
  if (took) event.value.expect_sequence("the values that a drain took");
  if (!took || event.value.items.empty()) return collector_.fail(open.number);
  bool first = true;
  for (const Document& item : event.value.items) {
    ForeignEvent one = event;
    one.value = item;
    engine::Result result =
        imported_.type->parse_result(foreign_result(imported_.model, open.invocation, one));
    if (first) {
      collector_.complete(open.number, std::move(result), event.time);
    } else {
      const std::size_t number = static_cast<std::size_t>(&item - event.value.items.data()) + 1;
      collector_.add_beside(
          open.number, event.process + " drain " + std::to_string(number),
          imported_.type->parse(foreign_operation(imported_.model, open.invocation)),
          std::move(result));
    }
    first = false;
  }
}

std::size_t JepsenEvents::begin_transaction(const ForeignEvent& event) {
  Transaction transaction;
  transaction.client = collector_.client_number(event.process);
  transaction.invoked_at = transaction_events_++;
  transaction.invoked_time = event.time;
  transaction.operations = micro_operations(event.value, imported_, false);
  collector_.hold(bytes_of(transaction));
  imported_.transactions.push_back(std::move(transaction));
  return imported_.transactions.size() - 1;
}

void JepsenEvents::complete_transaction(Open& open, const ForeignEvent& event) {
  Transaction& transaction = imported_.transactions[open.number];
  if (event.type == Type::info) {
    open.crashed = true;
    return;
  }
  transaction.responded_at = transaction_events_++;
  transaction.responded_time = event.time;
  if (event.type == Type::fail) {
    transaction.outcome = Transaction::Outcome::aborted;
    return;
  }
  transaction.outcome = Transaction::Outcome::committed;
  transaction.operations = micro_operations(event.value, imported_, true);
  collector_.hold(bytes_of(transaction));
}

}  // namespace stampede::checkers
