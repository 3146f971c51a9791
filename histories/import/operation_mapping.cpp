#include "histories/import/operation_mapping.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "histories/import/bank_import.hpp"
#include "histories/import/independent_keys.hpp"
#include "histories/import/value_reader.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

Document at_place_of(const Document& place) {
  Document document;
  document.file = place.file;
  document.line = place.line;
  document.column = place.column;
  return document;
}

Document scalar(const Document& place, std::string text) {
  Document document = at_place_of(place);
  document.kind = Document::Kind::scalar;
  document.quoted = true;
  document.text = std::move(text);
  return document;
}

Document boolean(const Document& place, bool value) {
  Document document = scalar(place, value ? "true" : "false");
  document.quoted = false;
  return document;
}

/// `{ name: argument }`.
Document form(const Document& place, std::string name, Document argument) {
  Document document = at_place_of(place);
  document.kind = Document::Kind::mapping;
  document.entries.push_back({std::move(name), place.line, place.column, std::move(argument)});
  return document;
}

Document list_of(const Document& place, std::vector<Document> items) {
  Document document = at_place_of(place);
  document.kind = Document::Kind::sequence;
  document.items = std::move(items);
  return document;
}

/// Any value as the text that the service stores.
Document text_of(const Document& value, const char* what) {
  if (value.kind == Document::Kind::null) {
    value.fail(std::string("expected ") + what + ", found nothing",
               "is the value of the operation missing?");
  }
  return scalar(value, value_text(value));
}

Document text_or_null(const Document& value) {
  return value.kind == Document::Kind::null ? at_place_of(value) : text_of(value, "a value");
}

std::string_view name_of(const ForeignEvent& event) {
  return plain_name(event.f.scalar("the name of an operation"));
}

[[noreturn]] void fail_unknown(const ForeignEvent& event, const std::string& model,
                               const std::vector<std::string>& known) {
  engine::fail_unknown(event.f.place(), "operation", event.f.text, known,
                       model + " knows " + engine::comma_list(known) + "; another --model may fit");
}

const std::vector<Document>& two_values(const Document& value, const char* what) {
  if (!value.is_sequence() || value.items.size() != 2) {
    value.fail(std::string("expected ") + what, "is the value of the operation cut off?");
  }
  return value.items;
}

/// Key and value of an operation on one of several keys. The completion of a write may say nothing.
struct Keyed {
  Document key;
  Document value;
};

/// Whether a transaction is about lists: it appends to one, or reads one.
bool is_of_lists(const Document& transaction) {
  return std::any_of(transaction.items.begin(), transaction.items.end(), [](const Document& micro) {
    if (micro.items.empty()) return false;
    return micro.items[0].text == "append" ||
           (micro.items.size() == 3 && plain_name(micro.items[0].text) == "read" &&
            micro.items[2].is_sequence());
  });
}

Keyed keyed(const ForeignEvent& event) {
  if (event.key) return {text_of(*event.key, "a key"), event.value};
  if (plain_name(event.f.text) == "cas" && is_keyed_cas(event.value)) {
    const auto& items = event.value.items;
    return {text_of(items[0], "a key"), list_of(event.value, {items[1], items[2]})};
  }
  const auto& items = two_values(event.value, "a key and a value: [key value]");
  return {text_of(items[0], "a key"), items[1]};
}

bool is_number(const Document& value) {
  return value.is_scalar() && !value.text.empty() &&
         value.text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_empty_text(const Document& value) { return value.is_scalar() && value.text.empty(); }

/// Histories with a field for the key say "" where there is nothing (Porcupine's key-value store
/// starts like that), so for them the two are one.
bool empty_is_absent(const ForeignEvent& event) { return event.key.has_value(); }

Document kv_operation(const ForeignEvent& event) {
  const std::string_view name = name_of(event);
  if (name == "delete" && !event.key && !event.value.is_sequence()) {
    return form(event.f, "delete", text_of(event.value, "a key"));
  }
  if (name == "read" && !event.key && event.value.is_scalar()) {
    return form(event.f, "get", text_of(event.value, "a key"));
  }
  auto [key, value] = keyed(event);
  if (name == "read") return form(event.f, "get", std::move(key));
  if (name == "delete") return form(event.f, "delete", std::move(key));
  if (name == "write") {
    const bool clears =
        value.kind == Document::Kind::null || (empty_is_absent(event) && is_empty_text(value));
    if (clears) return form(event.f, "delete", std::move(key));
    return form(event.f, "put", list_of(event.f, {std::move(key), text_of(value, "a value")}));
  }
  if (name == "append") {
    return form(event.f, "append", list_of(event.f, {std::move(key), text_of(value, "a text")}));
  }
  if (name == "cas") {
    const auto& values = two_values(value, "the expected and the new value: [old new]");
    if (values[0].kind == Document::Kind::null) {
      return form(event.f, "create",
                  list_of(event.f, {std::move(key), text_of(values[1], "the new value")}));
    }
    return form(event.f, "cas",
                list_of(event.f, {std::move(key), text_of(values[0], "the expected value"),
                                  text_of(values[1], "the new value")}));
  }
  if (name == "create") {
    return form(event.f, "create", list_of(event.f, {std::move(key), text_of(value, "a value")}));
  }
  fail_unknown(event, "kv", {"get", "put", "append", "cas", "create", "delete"});
}

Document bank_operation(const ForeignEvent& event) {
  if (name_of(event) == "read") return scalar(event.f, "read");
  fail_unknown(event, "bank", {"read", "transfer"});
}

Document register_operation(const ForeignEvent& event, const std::string& model) {
  const std::string_view name = name_of(event);
  if (name == "read") return scalar(event.f, "read");
  if (name == "write") return form(event.f, "write", text_of(event.value, "the value written"));
  if (name == "cas") {
    const auto& values = two_values(event.value, "the expected and the new value: [old new]");
    if (values[0].kind == Document::Kind::null) {
      return form(event.f, "create", text_of(values[1], "the new value"));
    }
    return form(event.f, "cas",
                list_of(event.f, {text_of(values[0], "the expected value"),
                                  text_of(values[1], "the new value")}));
  }
  if (name == "create") return form(event.f, "create", text_of(event.value, "the new value"));
  fail_unknown(event, model, {"read", "write", "cas", "create"});
}

/// Services whose operations take one text, under the given names.
Document simple_operation(const ForeignEvent& event, const std::string& model,
                          const std::vector<std::string>& with, const std::string& without) {
  const std::string_view name = name_of(event);
  if (name == without) return scalar(event.f, without);
  if (std::find(with.begin(), with.end(), name) != with.end()) {
    return form(event.f, std::string(name), text_of(event.value, "a value"));
  }
  std::vector<std::string> known = with;
  known.push_back(without);
  fail_unknown(event, model, known);
}

Document counter_operation(const ForeignEvent& event) {
  const std::string_view name = name_of(event);
  if (name == "read") return scalar(event.f, "read");
  const bool down = name == "decrement" || name == "dec";
  if (!down && name != "add" && name != "increment" && name != "inc") {
    fail_unknown(event, "counter", {"read", "add", "increment", "decrement"});
  }
  Document amount = event.value.kind == Document::Kind::null ? scalar(event.f, "1")
                                                             : text_of(event.value, "an amount");
  amount.quoted = false;
  if (down) amount.text = amount.text[0] == '-' ? amount.text.substr(1) : "-" + amount.text;
  return form(event.f, "add", std::move(amount));
}

Document lock_operation(const ForeignEvent& event) {
  const std::string_view name = name_of(event);
  if (name == "read") return scalar(event.f, "read");
  if (name == "acquire") return form(event.f, "acquire", scalar(event.f, event.process));
  if (name == "release") {
    Document token = event.value.kind == Document::Kind::null ? scalar(event.f, "0")
                                                              : text_of(event.value, "a token");
    token.quoted = false;
    return form(event.f, "release", std::move(token));
  }
  fail_unknown(event, "lock", {"acquire", "release", "read"});
}

/// Without owners whoever releases it may: some clients release for others.
Document mutex_operation(const ForeignEvent& event, bool by_owner) {
  const std::string_view name = name_of(event);
  if (name != "acquire" && name != "release") {
    fail_unknown(event, by_owner ? "owner-mutex" : "mutex", {"acquire", "release"});
  }
  const bool named = by_owner || name == "acquire";
  return form(event.f, std::string(name), scalar(event.f, named ? event.process : ""));
}

Document texts_of(const Document& value, bool sorted) {
  if (value.kind == Document::Kind::null) return list_of(value, {});
  value.expect_sequence("a list of values");
  std::vector<Document> items;
  for (const Document& item : value.items) items.push_back(text_of(item, "a value"));
  if (sorted) {
    const auto less = [](const Document& left, const Document& right) {
      return left.text < right.text;
    };
    std::sort(items.begin(), items.end(), less);
    const auto same = [](const Document& left, const Document& right) {
      return left.text == right.text;
    };
    items.erase(std::unique(items.begin(), items.end(), same), items.end());
  }
  return list_of(value, std::move(items));
}

}  // namespace

ForeignEvent ForeignEvent::at(const Document& record) {
  ForeignEvent event;
  event.place = event.f = event.value = at_place_of(record);
  return event;
}

void add_to_note(std::string& note, const std::string& name, const Document& value) {
  if (!note.empty()) note += ", ";
  if (!name.empty()) note += name + ": ";
  note += value.is_scalar() ? value.text : value.to_text();
}

std::string_view plain_name(std::string_view f) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> names{
      {{"get", "read"},
       {"r", "read"},
       {"w", "write"},
       {"put", "write"},
       {"set", "write"},
       {"enq", "enqueue"},
       {"deq", "dequeue"},
       {"compare-and-set", "cas"},
       {"lock", "acquire"},
       {"unlock", "release"},
       {"member", "contains"},
       {"broadcast", "add"}}};
  for (const auto& [theirs, ours] : names) {
    if (theirs == f) return ours;
  }
  return f;
}

std::string guess_model(const std::vector<ForeignEvent>& events) {
  std::set<std::string> names;
  bool keyed = false;
  bool all_pairs = true;
  bool reads_lists = false;
  bool sums = false;
  bool adds_alike = false;
  std::set<std::string> added;
  bool lists_in_transactions = false;
  bool gives_tokens = false;
  for (const ForeignEvent& event : events) {
    if (!event.f.is_scalar()) continue;
    const std::string_view name = plain_name(event.f.text);
    names.emplace(name);
    keyed = keyed || event.key.has_value();
    if (name == "read" && event.type == ForeignEvent::Type::invoke) {
      all_pairs = all_pairs && event.value.is_sequence() && event.value.items.size() == 2;
    }
    if (name == "read" && event.type == ForeignEvent::Type::ok) {
      reads_lists = reads_lists || event.value.is_sequence();
      sums = sums || event.value.is_scalar();
    }
    if (name == "acquire" && event.type == ForeignEvent::Type::ok) {
      gives_tokens = gives_tokens || is_number(event.value);
    }
    if (name == "add" && event.type == ForeignEvent::Type::invoke) {
      adds_alike = adds_alike || !added.insert(event.value.to_text()).second;
    }
    if (name == "cas") keyed = keyed || is_keyed_cas(event.value);
    if (name == "txn") {
      lists_in_transactions = lists_in_transactions || is_of_lists(event.value);
    }
  }
  const auto has = [&](const char* name) { return names.count(name) == 1; };
  if (has("generate")) return "unique-ids";
  if (has("transfer")) return "bank";
  if (has("txn")) return lists_in_transactions ? "list-append" : "rw-register";
  if (keyed || has("delete")) return "kv";
  if (has("enqueue") || has("dequeue") || has("drain")) return "queue";
  if (has("push") || has("pop")) return "stack";
  if (has("acquire") || has("release")) return gives_tokens ? "lock" : "mutex";
  if (has("remove") || has("contains")) return "set";
  // Sets are often read at the end only, and amounts are often the same.
  if (has("add")) return reads_lists || (!sums && !adds_alike) ? "set" : "counter";
  if (has("increment") || has("decrement")) return "counter";
  if (has("append")) return all_pairs ? "kv" : "list";
  if (has("read") && all_pairs) return "kv";
  if (has("cas")) return "cas-register";
  if (has("read") || has("write")) return "register";
  return {};
}

namespace {

/// What operations do that belong to no model.
struct Unjudged {
  std::string_view name;
  const char* message;
  const char* hint;
};

constexpr const char* log_message =
    "this is a log like Kafka's, with sends and polls, which is not judged";
constexpr const char* log_hint =
    "transactions of appends to lists and reads of them are: [[:append 1 10] [:r 1 [10]]]";
constexpr const char* predicate_message = "reads by predicate are not judged";
constexpr const char* predicate_hint =
    "transactions that read key by key are: [[:r 1 10] [:w 1 5]]";
constexpr std::array<Unjudged, 7> unjudged{{
    {"send", log_message, log_hint},
    {"poll", log_message, log_hint},
    {"rp", predicate_message, predicate_hint},
    {"predicate-read", predicate_message, predicate_hint},
    {"read-predicate", predicate_message, predicate_hint},
    {"r-pred", predicate_message, predicate_hint},
    {"echo", "whether echoes repeat what they were asked is not judged",
     "histories of something that is stored are: reads, writes, additions"},
}};

void fail_if_unjudged(const Document& name) {
  if (!name.is_scalar()) return;
  for (const Unjudged& known : unjudged) {
    if (name.text == known.name) name.fail(known.message, known.hint);
  }
}

}  // namespace

void fail_unjudged(const std::vector<ForeignEvent>& events) {
  std::set<std::string> names;
  const ForeignEvent* read_map = nullptr;
  for (const ForeignEvent& event : events) {
    if (!event.f.is_scalar() || event.process == "nemesis") continue;
    fail_if_unjudged(event.f);
    for (const Document& step : event.value.items) {
      if (step.is_sequence() && !step.items.empty()) fail_if_unjudged(step.items[0]);
    }
    const std::string_view name = plain_name(event.f.text);
    names.emplace(name);
    const bool completes = event.type == ForeignEvent::Type::ok;
    if (name == "read" && completes && event.value.is_mapping()) read_map = &event;
  }
  if (read_map != nullptr && names.size() == 1) {
    read_map->value.fail("reads of maps that nobody writes are not judged",
                         "if these are the accounts of a bank: --model bank");
  }
}

bool is_register(const std::string& model) {
  return model == "register" || model == "cas-register";
}

bool read_nothing(const std::string& model, const ForeignEvent& completion) {
  if ((model != "kv" && !is_register(model)) || name_of(completion) != "read") return false;
  if (completion.value.kind == Document::Kind::null) return true;
  return model == "kv" && asks_of_key(completion);
}

bool is_drain(const std::string& model, const ForeignEvent& event) {
  return model == "queue" && event.f.is_scalar() && plain_name(event.f.text) == "drain";
}

Document foreign_operation(const std::string& model, const ForeignEvent& invocation) {
  if (model == "kv") return kv_operation(invocation);
  if (is_register(model)) return register_operation(invocation, model);
  if (is_bank(model)) return bank_operation(invocation);
  if (model == "list") return simple_operation(invocation, model, {"append"}, "read");
  if (model == "set") {
    return simple_operation(invocation, model, {"add", "remove", "contains"}, "read");
  }
  if (is_drain(model, invocation)) return scalar(invocation.f, "dequeue");
  if (model == "queue") return simple_operation(invocation, model, {"enqueue", "drain"}, "dequeue");
  if (model == "stack") return simple_operation(invocation, model, {"push"}, "pop");
  if (model == "counter") return counter_operation(invocation);
  if (model == "lock") return lock_operation(invocation);
  if (model == "mutex") return mutex_operation(invocation, false);
  if (model == "owner-mutex") return mutex_operation(invocation, true);
  invocation.place.fail("operations of foreign histories are not known for model '" + model + "'",
                        "name another one: --model register, kv, set, queue, mutex");
}

Document foreign_result(const std::string& model, const ForeignEvent& invocation,
                        const ForeignEvent& completion) {
  const std::string_view name = name_of(invocation);
  const Document& value = completion.value;
  const auto done = [&](bool ok) { return form(completion.place, "ok", boolean(value, ok)); };
  const auto found = [&](Document document) {
    return form(completion.place, "value", std::move(document));
  };
  if (completion.type == ForeignEvent::Type::fail) return done(false);
  if (model == "kv" && name == "read") {
    Document seen = value;
    // Where the invocation has a key of its own, the value is no pair of both.
    const bool pair =
        !completion.key && !invocation.key && (value.is_sequence() && value.items.size() == 2);
    if (pair) seen = value.items[1];
    if (empty_is_absent(invocation) && is_empty_text(seen)) return found(at_place_of(seen));
    return found(text_or_null(seen));
  }
  if ((is_register(model) || is_bank(model)) && name == "read") {
    return found(text_or_null(value));
  }
  if ((model == "list" || model == "set") && name == "read") {
    return form(completion.place, "values", texts_of(value, model == "set"));
  }
  if (model == "set" && name == "contains") {
    const Document& seen = value.is_sequence() && value.items.size() == 2 ? value.items[1] : value;
    if (!seen.is_scalar() || (seen.text != "true" && seen.text != "false")) {
      seen.fail("expected whether the member was there: true or false",
                "an answer that is not known is :info");
    }
    return form(completion.place, "present", boolean(seen, seen.text == "true"));
  }
  if (name == "dequeue" || name == "pop" || name == "drain") return found(text_or_null(value));
  if (model == "counter" && name == "read") {
    Document seen = text_of(value, "a sum");
    seen.quoted = false;
    return found(std::move(seen));
  }
  if (model == "lock" && name == "acquire") {
    Document token = text_of(value, "the token of the acquisition");
    token.quoted = false;
    return form(completion.place, "token", std::move(token));
  }
  if (model == "lock" && name == "read") {
    value.fail("reads of locks are understood in our own format only",
               "leave them out, or write the history as NDJSON: docs/checking.md");
  }
  return done(true);
}

}  // namespace stampede::histories
