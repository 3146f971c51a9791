#include "histories/import/jepsen_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "checkers/transactions/observations.hpp"
#include "histories/import/bank_import.hpp"
#include "histories/import/independent_keys.hpp"
#include "histories/import/service_choice.hpp"
#include "histories/import/transaction_import.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {

using checkers::Transaction;
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
  // Operations on a register may turn out to name keys.
  if (!imported_.model.empty() && !is_register(imported_.model)) choose(nullptr);
}

void JepsenEvents::add(ForeignEvent&& event) {
  if (event.f.is_scalar() && is_of_reads_and_writes(event.value)) event.f.text = "txn";
  if (!settings_.key || take_out_of_key(event)) sort_in(std::move(event));
}

void JepsenEvents::sort_in(ForeignEvent&& event) {
  // A nemesis only says that something happened: both its start and its end are `info`.
  const bool nemesis =
      event.process == "nemesis" || (!is_client_number(event.process) && event.type == Type::info &&
                                     open_.count(event.process) == 0);
  if (chosen_ && nemesis) {
    collector_.annotate(annotation_of(event));
    return;
  }
  if (chosen_) return take(std::move(event));
  collector_.hold_one_more(waiting_);
  waiting_.push_back(std::move(event));
  if (waiting_.size() == sample) choose(&waiting_.front());
}

/// False if the event is about another key than the one that is judged.
bool JepsenEvents::take_out_of_key(ForeignEvent& event) {
  const bool invokes = event.type == Type::invoke;
  if (!invokes && on_other_keys_.erase(event.process) == 1) return false;
  if (event.type == Type::info && !is_client_number(event.process)) return true;
  std::optional<std::string> key;
  if (event.key) {
    key = value_text(*event.key);
  } else if (names_key(event)) {
    key = value_text(event.value.items[0]);
  }
  if (!key && invokes) {
    event.place.fail(
        "this operation names no key, but only those on key '" + *settings_.key + "' are judged",
        "leave --key out, or give a history whose values are [key value]");
  }
  if (invokes && *key != *settings_.key) {
    on_other_keys_.insert(event.process);
    return false;
  }
  any_on_key_ = any_on_key_ || invokes;
  // A completion may say nothing of the key.
  if (key == settings_.key) forget_key(event);
  return true;
}

void JepsenEvents::finish() {
  if (settings_.key && !any_on_key_) {
    input_.fail("no operation of the history is on key '" + *settings_.key + "'",
                "without --key, all keys are judged");
  }
  if (!chosen_) {
    const bool any = std::any_of(waiting_.begin(), waiting_.end(), [](const ForeignEvent& event) {
      return event.type != Type::info;
    });
    if (!any) return finish_without_operations();
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

/// Nothing tells what the operations would have belonged to.
void JepsenEvents::finish_without_operations() {
  for (const ForeignEvent& event : waiting_) collector_.annotate(annotation_of(event));
  collector_.finish(imported_);
}

void JepsenEvents::choose(const ForeignEvent* first) {
  if (imported_.model.empty()) {
    fail_unjudged(waiting_);
    imported_.model = guess_model(waiting_);
    if (!imported_.model.empty()) {
      imported_.remarks.push_back("judged as " + imported_.model +
                                  ", by its operations; --model says otherwise");
    }
  }
  if (is_register(imported_.model) && reads_name_keys(waiting_)) {
    imported_.model = "kv";
    imported_.remarks.push_back("every read names a key, so these are the registers of a kv");
  }
  imported_.transactional = is_transaction_model(imported_.model);
  if (is_bank(imported_.model)) {
    imported_.remarks.push_back(
        "the totals of reads are judged: that transfers are done, and when, is not");
  }
  if (is_of_ids(imported_.model)) {
    imported_.remarks.push_back(
        "who is given an id finds the key of that name absent, and writes it");
  }
  if (imported_.transactional && settings_.key) {
    input_.fail("transactions are on several keys: one alone cannot be judged", "leave --key out");
  }
  Document nowhere;
  nowhere.file = input_.name();
  if (!imported_.transactional) {
    choose_service(settings_, first == nullptr ? nowhere : first->place, imported_);
  }
  chosen_ = true;
  for (ForeignEvent& event : std::exchange(waiting_, {})) sort_in(std::move(event));
}

void JepsenEvents::take(ForeignEvent&& event) {
  Open& open = open_[event.process];
  if (open.crashed && !imported_.transactional) {
    event.place.fail("process " + event.process + " goes on after an :info",
                     "an operation that may be under way for ever ends its process: the next one "
                     "needs a new process number");
  }
  if (open.crashed) go_on_as_another(event.process, open);
  if (event.type == Type::invoke) {
    if (open.busy) {
      event.place.fail("process " + event.process + " invokes an operation while another is open",
                       "a process goes on after :ok or :fail; after :info under a new number");
    }
    open.busy = true;
    open.invokes = true;
    open.passed_over = is_bank(imported_.model) && event.f.text == "transfer";
    if (!open.passed_over) {
      open.number = imported_.transactional ? begin_transaction(event, open) : begin(event);
      keep_note(open.number, event);
    }
    open.invocation = std::move(event);
    return;
  }
  const bool tells_all = imported_.transactional && is_of_reads_and_writes(event.value);
  const bool alone = !open.busy && !open.invokes && tells_all;
  if (alone) begin_alone(event, open);
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
  if (!imported_.transactional && plain_name(f) != plain_name(open.invocation.f.text)) {
    event.f.fail(
        "process " + event.process + " invoked " + open.invocation.f.text + ", but completes " + f,
        "a process completes what it invoked last: are lines missing?");
  }
  open.busy = false;
  if (open.passed_over) {
    open.crashed = event.type == Type::info;
    return;
  }
  complete(open, event);
  if (alone) open.idle_since = transaction_events_++;
  keep_note(open.number, event);
}

/// Examples often have the outcomes of transactions only. One whose invocation is not told began
/// at some time after the one before it of its process.
void JepsenEvents::begin_alone(const ForeignEvent& event, Open& open) {
  open.busy = true;
  open.number = begin_transaction(event, open);
  if (any_alone_) return;
  any_alone_ = true;
  imported_.remarks.push_back("transactions that are not invoked may have begun at any time");
}

/// Isolation is about transactions, not about processes, so a process may outlive a transaction of
/// unknown outcome. What comes then is not ordered after it: that is what a new process means.
void JepsenEvents::go_on_as_another(const std::string& process, Open& open) {
  open.crashed = false;
  ++open.lives;
  if (goes_on_) return;
  goes_on_ = true;
  imported_.remarks.push_back("process " + process +
                              " goes on after an :info, as if it were another one from there on");
}

void JepsenEvents::keep_note(std::size_t number, ForeignEvent& event) {
  if (!event.note.empty()) collector_.note(number, std::move(event.note));
}

std::size_t JepsenEvents::begin(const ForeignEvent& event) {
  if (is_drain(imported_.model, event)) {
    drains_ = true;
    open_drains_.emplace(event.process, event.place);
  }
  return collector_.begin(event.process, operation_of(event), event.time);
}

/// Some services are told who asks.
engine::Operation JepsenEvents::operation_of(const ForeignEvent& invocation) {
  Content content;
  content.add(invocation.f).add(invocation.value).add(invocation.process);
  if (invocation.key) content.add(*invocation.key);
  return operations_.of(content, [&] {
    return imported_.type->parse(foreign_operation(imported_.model, invocation));
  });
}

engine::Result JepsenEvents::result_of(const ForeignEvent& invocation,
                                       const ForeignEvent& completion) {
  Content content;
  content.add(invocation.f).add(completion.value).add(static_cast<char>(completion.type));
  content.add(invocation.key ? 'k' : ' ').add(completion.key ? 'k' : ' ');
  return results_.of(content, [&] {
    return imported_.type->parse_result(foreign_result(imported_.model, invocation, completion));
  });
}

void JepsenEvents::complete(Open& open, ForeignEvent& event) {
  if (imported_.transactional) return complete_transaction(open, event);
  if (is_drain(imported_.model, event)) return complete_drain(open, event);
  if (is_bank(imported_.model) && event.type == Type::ok) return complete_read_of_bank(open, event);
  const bool mismatch = event.type == Type::fail && failed_cas_is_mismatch_ &&
                        plain_name(event.f.text) == "cas" && !event.has_error;
  if (event.type == Type::ok) refuse_keys(open.invocation, event);
  const bool tells_nothing = event.type == Type::ok && settings_.nil_reads == NilReads::unknown &&
                             read_nothing(imported_.model, event);
  if (tells_nothing) {
    collector_.fail(open.number);
  } else if (event.type == Type::ok || mismatch) {
    collector_.complete(open.number, result_of(open.invocation, event), event.time);
  } else if (event.type == Type::fail) {
    collector_.fail(open.number);
  } else {
    open.crashed = true;
    open.invocation = {};
  }
}

/// The first read tells the total, if nothing else does.
void JepsenEvents::complete_read_of_bank(const Open& open, const ForeignEvent& event) {
  const Accounts accounts = read_accounts(event.value);
  const std::string total = std::to_string(accounts.total);
  if (!imported_.initial) {
    imported_.initial = total;
    imported_.remarks.push_back("the total of the accounts is " + total +
                                ", as the first read has it; --initial says otherwise");
  }
  if (accounts.any_overdrawn && !std::exchange(any_overdrawn_, true)) {
    imported_.remarks.push_back("accounts are overdrawn: whether they may be is not judged");
  }
  ForeignEvent sum = event;
  sum.value.kind = Document::Kind::scalar;
  sum.value.text = total;
  collector_.complete(open.number, result_of(open.invocation, sum), event.time);
}

/// What is `[key nil]` in a question and `[key value]` in its answer is on one of several keys.
void JepsenEvents::refuse_keys(const ForeignEvent& invocation, const ForeignEvent& completion) {
  if (imported_.type->key != nullptr || !asks_of_key(invocation) || !names_key(completion)) return;
  const std::string key = value_text(invocation.value.items[0]);
  const Document& seen = completion.value.items[1];
  const bool whole = imported_.model == "set" || imported_.model == "list";
  if (value_text(completion.value.items[0]) != key || (whole && seen.is_scalar())) return;
  completion.value.fail("operations of this history name keys, which a " + imported_.model +
                            " does not have: [" + key + " value]",
                        "judge one key after the other: --key " + key);
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
    engine::Result result = result_of(open.invocation, one);
    if (first) {
      collector_.complete(open.number, std::move(result), event.time);
    } else {
      const std::size_t number = static_cast<std::size_t>(&item - event.value.items.data()) + 1;
      collector_.add_beside(open.number, event.process + " drain " + std::to_string(number),
                            operation_of(open.invocation), std::move(result));
    }
    first = false;
  }
}

std::size_t JepsenEvents::begin_transaction(const ForeignEvent& event, const Open& open) {
  Transaction transaction;
  const std::string life = open.lives == 0 ? "" : " after info " + std::to_string(open.lives);
  transaction.client = collector_.client_number(event.process + life);
  transaction.invoked_at = event.type == Type::invoke ? transaction_events_++ : open.idle_since;
  transaction.invoked_time = event.time;
  if (!is_of_ids(imported_.model)) {
    transaction.operations = micro_operations(event.value, imported_, false);
  } else if (event.f.text != "generate") {
    engine::fail_unknown(event.f.place(), "operation", event.f.text, {"generate"},
                         "unique-ids knows generate; another --model may fit");
  }
  collector_.hold_one_more(imported_.transactions, bytes_of(transaction));
  imported_.transactions.push_back(std::move(transaction));
  return imported_.transactions.size() - 1;
}

void JepsenEvents::complete_transaction(Open& open, const ForeignEvent& event) {
  Transaction& transaction = imported_.transactions[open.number];
  if (event.type == Type::info) {
    open.crashed = true;
    return;
  }
  if (transaction_events_ == 0) transaction_events_ = 1;  // its invocation, which is not told
  transaction.responded_at = transaction_events_++;
  transaction.responded_time = event.time;
  if (event.type == Type::fail) {
    transaction.outcome = Transaction::Outcome::aborted;
    return;
  }
  transaction.outcome = Transaction::Outcome::committed;
  transaction.operations =
      is_of_ids(imported_.model)
          ? taken_id(event.value,
                     checkers::transaction_name(static_cast<std::uint32_t>(open.number)))
          : micro_operations(event.value, imported_, true);
  collector_.hold(bytes_of(transaction));
}

}  // namespace stampede::histories
