#include "engine/world/decision_text.hpp"

#include <algorithm>

#include "engine/core/flow_text.hpp"
#include "engine/core/json.hpp"

namespace stampede::engine {
namespace {

constexpr const char* message_form =
    "write for example 'Prepare r0->r2' or 'Prepare r0->r2 nth 2 copy 1'";
constexpr const char* timer_form =
    "write for example 'ViewChangeTimeout r1', 'ViewChangeTimeout r1 nth 2' or "
    "'SilenceTimeout r1 {node: r2}'";

/// The key of an item that says what is decided; `begin` is written `invoke`, after what the client
/// does.
std::string action_of(DecisionKind kind) {
  return kind == DecisionKind::begin ? "invoke" : boost::describe::enum_to_string(kind, "");
}

Document document_of(const Payload& value, const NodeNames& names) {
  return parse_json(value.to_json(&names), "a value");
}

Document number_document(std::uint64_t number) {
  Document document = text_document(std::to_string(number));
  document.quoted = false;
  return document;
}

Document boolean_document(bool value) {
  Document document = text_document(value ? "true" : "false");
  document.quoted = false;
  return document;
}

Document outcome_document(const DiskOutcome& outcome) {
  if (outcome == disk_keeps) return text_document("keep");
  if (outcome == disk_tears) return text_document("tear");
  return mapping_document({{"kept", text_document(std::to_string(outcome.kept))},
                           {"torn", boolean_document(outcome.torn)},
                           {"save_kept", boolean_document(outcome.save_kept)}});
}

/// What stands under the key of the action.
Document action_document(const Decision& decision, const NodeNames& names) {
  const auto node = [&] { return text_document(names.of(decision.node)); };
  switch (decision.kind) {
    case DecisionKind::deliver:
    case DecisionKind::duplicate:
    case DecisionKind::corrupt:
    case DecisionKind::drop: {
      Document message = text_document(message_text(decision.message, names));
      if (decision.kind != DecisionKind::drop || decision.text.empty()) return message;
      return mapping_document({{"message", message}, {"cause", text_document(decision.text)}});
    }
    case DecisionKind::fire:
      return text_document(timer_text(decision.timer, names));
    case DecisionKind::complete:
      return mapping_document({{"node", node()}, {"file", text_document(decision.name)}});
    case DecisionKind::begin: {
      const BeginOperation& begin = decision.operation;
      Document document = mapping_document({{"client", node()},
                                            {"id", text_document(to_string(begin.id))},
                                            {"operation", document_of(begin.operation, names)}});
      if (begin.to) document.entries.push_back({"to", 0, 0, text_document(names.of(*begin.to))});
      return document;
    }
    case DecisionKind::crash:
      if (decision.outcome == disk_loses) return node();
      return mapping_document({{"node", node()}, {"disk", outcome_document(decision.outcome)}});
    case DecisionKind::restart:
    case DecisionKind::pause:
    case DecisionKind::resume:
    case DecisionKind::wipe:
      return node();
    case DecisionKind::begin_fault:
      if (decision.text.empty()) return text_document(decision.name);
      return mapping_document(
          {{"name", text_document(decision.name)}, {"about", text_document(decision.text)}});
    case DecisionKind::end_fault:
      return text_document(decision.name);
    case DecisionKind::clock:
      return mapping_document({{"node", node()},
                               {"advance", text_document(to_string(decision.advance))},
                               {"monotonic", boolean_document(decision.monotonic)}});
  }
  return {};
}

/// A text behind `key: ` in a block of YAML.
std::string block_text(const Document& scalar) {
  const std::string& text = scalar.text;
  const bool plain =
      !scalar.quoted && !text.empty() && text.find_first_of("\n\t\\") == std::string::npos &&
      text.find(": ") == std::string::npos && text.find(" #") == std::string::npos &&
      std::string_view("\"'[]{},#&*!|>%@`?- ").find(text.front()) == std::string_view::npos &&
      text.back() != ':' && text.back() != ' ';
  return plain ? text : json_quote(text);
}

/// `type node {value} nth 2` without its value, and the value.
std::pair<std::string, std::string> without_value(const std::string& text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.rfind('}');
  if (open == std::string::npos || close == std::string::npos || close < open) return {text, {}};
  return {text.substr(0, open) + text.substr(close + 1), text.substr(open, close + 1 - open)};
}

const NamedType* find_type(const std::vector<const NamedType*>& types, const std::string& name) {
  for (const NamedType* type : types) {
    if (type->name == name) return type;
  }
  return nullptr;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : text + " ") {
    if (letter != ' ') {
      word += letter;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

std::uint32_t read_ordinal(const Document& document, const std::string& word) {
  Document number = document;
  number.text = word;
  number.quoted = false;
  return static_cast<std::uint32_t>(read_integer(number, 1, UINT32_MAX));
}

DiskOutcome read_outcome(const Document& document) {
  if (document.is_mapping()) {
    DiskOutcome outcome;
    document.expect_keys("a disk outcome", member_names<DiskOutcome>());
    const std::string& kept = document.at("kept").scalar("bits");
    if (kept.empty() || kept.size() > 20 ||
        kept.find_first_not_of("0123456789") != std::string::npos) {
      document.at("kept").fail("'" + kept + "' is not a number of 64 bits",
                               "allowed: 0 .. 18446744073709551615");
    }
    outcome.kept = std::stoull(kept);
    outcome.torn = read_boolean(document.at("torn"));
    outcome.save_kept = read_boolean(document.at("save_kept"));
    return outcome;
  }
  const std::string& text = document.scalar("keep, lose or tear");
  if (text == "keep") return disk_keeps;
  if (text == "lose") return disk_loses;
  if (text == "tear") return disk_tears;
  fail_not_one_of(document, text, {"keep", "lose", "tear"});
}

}  // namespace

std::string type_text(const std::string& type, const InstanceName& instance,
                      const NodeNames& names) {
  const NamedType* named = instance ? find_named_type(type) : nullptr;
  return named == nullptr ? type : named->name_of(*instance, &names);
}

std::string message_text(const MessageName& name, const NodeNames& names) {
  std::string text = type_text(name.type, name.instance, names) + " " + names.of(name.from) + "->" +
                     names.of(name.to);
  if (name.nth != 0) text += " nth " + std::to_string(name.nth);
  if (name.copy != 0) text += " copy " + std::to_string(name.copy);
  return text;
}

std::string timer_value_text(const TimerName& name, const NodeNames& names) {
  if (!name.value) return {};
  Document value = document_of(name.value, names);
  if (!name.members.empty()) {
    std::erase_if(value.entries, [&](const Document::Entry& entry) {
      return std::find(name.members.begin(), name.members.end(), entry.key) == name.members.end();
    });
  }
  return value.entries.empty() ? std::string() : value.to_plain_text();
}

std::string timer_text(const TimerName& name, const NodeNames& names) {
  std::string text = type_text(name.type, name.instance, names) + " " + names.of(name.node);
  const std::string value = timer_value_text(name, names);
  if (!value.empty()) text += " " + value;
  if (name.nth != 0) text += " nth " + std::to_string(name.nth);
  return text;
}

std::string event_text(const Event& event, const NodeNames& names) {
  std::string text = boost::describe::enum_to_string(event.kind, "?");
  if (is_about_message(event.kind)) {
    text += " " + message_text({std::string(event.type), std::nullopt, event.peer, event.node,
                                event.nth, event.copy},
                               names);
  } else {
    if (!event.type.empty()) text.append(" ").append(event.type);
    if (event.node != no_node) text += " " + names.of(event.node);
    if (event.kind == EventKind::send) text += "->" + names.of(event.peer);
  }
  if (!event.detail.empty() && event.detail != "{}") text.append(" ").append(event.detail);
  return text;
}

Document decision_document(const Decision& decision, const NodeNames& names) {
  Document item = mapping_document({{action_of(decision.kind), action_document(decision, names)}});
  if (decision.at) item.entries.push_back({"at", 0, 0, text_document(to_string(*decision.at))});
  if (!decision.choices.empty()) {
    Document choices;
    choices.kind = Document::Kind::sequence;
    for (const std::uint32_t choice : decision.choices)
      choices.items.push_back(number_document(choice));
    item.entries.push_back({"choices", 0, 0, std::move(choices)});
  }
  return item;
}

std::vector<std::string> decision_lines(const Document& item) {
  std::vector<std::string> lines;
  for (const Document::Entry& entry : item.entries) {
    std::string text =
        entry.value.is_scalar() ? block_text(entry.value) : entry.value.to_plain_text();
    if (entry.value.is_mapping()) text = "{ " + text.substr(1, text.size() - 2) + " }";
    lines.push_back(entry.key + ": " + text);
  }
  return lines;
}

DecisionReader::DecisionReader(NodeNames names, std::vector<const ProcessType*> types,
                               Membership membership, const ServiceType* service)
    : names_(std::move(names)),
      types_(std::move(types)),
      membership_(std::move(membership)),
      service_(service),
      begun_(names_.size(), 0) {
  ASSERT(types_.size() == names_.size());
  const auto add = [](std::vector<const NamedType*>& list, const NamedType* type) {
    if (find_type(list, type->name) == nullptr) list.push_back(type);
  };
  for (const ProcessType* type : types_) {
    for (const NamedType* message : type->message_types) add(messages_, message);
    for (const NamedType* timer : type->timer_types) add(timers_, timer);
  }
}

Decision DecisionReader::read(const Document& item) {
  item.expect_mapping("a decision, for example { deliver: Prepare r0->r2 }");
  Decision decision;
  std::size_t actions = 0;
  for (const Document::Entry& entry : item.entries) {
    if (entry.key == "at") {
      decision.at = read_duration(entry.value);
    } else if (entry.key == "choices") {
      engine::read(entry.value, decision.choices);
    } else {
      read_action(entry, decision);
      ++actions;
    }
  }
  if (actions != 1) item.fail("a decision is one action", "with 'at' and 'choices' beside it");
  return decision;
}

NodeId DecisionReader::node(const Document& document) const { return read_node(document, &names_); }

void DecisionReader::read_action(const Document::Entry& entry, Decision& decision) {
  const Document& value = entry.value;
  Document key = text_document(entry.key == "invoke" ? "begin" : entry.key);
  key.file = value.file;
  key.line = entry.line;
  key.column = entry.column;
  engine::read(key, decision.kind);
  switch (decision.kind) {
    case DecisionKind::deliver:
    case DecisionKind::duplicate:
    case DecisionKind::corrupt:
      decision.message = read_message(value);
      break;
    case DecisionKind::drop:
      if (value.is_mapping()) {
        value.expect_keys("a message and why it is lost", {"message", "cause"});
        decision.message = read_message(value.at("message"));
        decision.text = value.at("cause").scalar("a cause");
      } else {
        decision.message = read_message(value);
      }
      break;
    case DecisionKind::fire:
      decision.timer = read_timer(value);
      break;
    case DecisionKind::begin:
      read_invoke(value, decision);
      break;
    case DecisionKind::crash:
      decision.outcome = disk_loses;
      if (value.is_mapping()) {
        value.expect_keys("a node", {"node", "disk"});
        decision.node = node(value.at("node"));
        if (const Document* disk = value.find("disk")) decision.outcome = read_outcome(*disk);
      } else {
        decision.node = node(value);
      }
      break;
    case DecisionKind::restart:
    case DecisionKind::pause:
    case DecisionKind::resume:
    case DecisionKind::wipe:
      decision.node = node(value);
      break;
    case DecisionKind::complete:
      value.expect_keys("a node and a file", {"node", "file"});
      decision.node = node(value.at("node"));
      decision.name = value.at("file").scalar("a file name");
      break;
    case DecisionKind::clock:
      read_clock(value, decision);
      break;
    case DecisionKind::begin_fault:
    case DecisionKind::end_fault:
      if (value.is_mapping()) {
        value.expect_keys("a fault", {"name", "about"});
        decision.name = value.at("name").scalar("a fault's name");
        decision.text = value.at("about").scalar("what it is");
      } else {
        decision.name = value.scalar("a fault's name");
      }
      break;
  }
}

void DecisionReader::read_type(const Document& document, const std::string& written,
                               const std::vector<const NamedType*>& known, const char* what,
                               std::string& type, InstanceName& instance) const {
  const WrittenName name = split_name(written);
  const NamedType* found = find_type(known, name.type);
  if (found == nullptr) {
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const NamedType* one : known) names.push_back(one->name);
    fail_unknown(document.place(), what, written, names);
  }
  type = found->name;
  if (name.keys.empty()) return;
  instance = found->instance_of(name.keys, &names_);
  if (!instance)
    document.fail("'" + written + "' names no instance", "as many keys as in " + found->name);
}

MessageName DecisionReader::read_message(const Document& document) const {
  const std::vector<std::string> words =
      words_of(document.scalar("a message, for example 'Prepare r0->r2'"));
  if (words.size() < 2) document.fail("a message is named by type and link", message_form);
  MessageName name;
  read_type(document, words[0], messages_, "message type", name.type, name.instance);
  const std::size_t arrow = words[1].find("->");
  if (arrow == std::string::npos) document.fail("'" + words[1] + "' is not a link", message_form);
  Document end = document;
  end.text = words[1].substr(0, arrow);
  name.from = node(end);
  end.text = words[1].substr(arrow + 2);
  name.to = node(end);
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    if (words[i] == "nth" && name.nth == 0) {
      name.nth = read_ordinal(document, words[i + 1]);
    } else if (words[i] == "copy" && name.nth != 0 && name.copy == 0) {
      name.copy = read_ordinal(document, words[i + 1]);
    } else {
      document.fail("'" + words[i] + "' is out of place", message_form);
    }
  }
  if (words.size() % 2 != 0) document.fail("'" + words.back() + "' is out of place", message_form);
  return name;
}

TimerName DecisionReader::read_timer(const Document& document) const {
  const auto [text, value] =
      without_value(document.scalar("a timer, for example 'ViewChangeTimeout r1'"));
  const std::vector<std::string> words = words_of(text);
  if (words.size() != 2 && words.size() != 4)
    document.fail("a timer is named by type and node", timer_form);
  TimerName name;
  read_type(document, words[0], timers_, "timer type", name.type, name.instance);
  Document place = document;
  place.text = words[1];
  name.node = node(place);
  if (words.size() == 4) {
    if (words[2] != "nth") document.fail("'" + words[2] + "' is out of place", timer_form);
    name.nth = read_ordinal(document, words[3]);
  }
  if (!value.empty()) read_timer_value(document, value, name);
  return name;
}

void DecisionReader::read_timer_value(const Document& document, const std::string& text,
                                      TimerName& name) const {
  const NamedType* type = find_type(types_[name.node.value]->timer_types, name.type);
  if (type == nullptr) {
    std::vector<std::string> known;
    for (const NamedType* one : types_[name.node.value]->timer_types) known.push_back(one->name);
    document.fail("'" + names_.of(name.node) + "' has no timer '" + name.type + "'",
                  nearest(name.type, known));
  }
  if (type->payload->read == nullptr)
    document.fail("the value of '" + name.type + "' cannot be read", "name it by nth");
  const Document value = parse_flow(text, document);
  const Payload read = type->payload->read(value, &names_);
  if (value.entries.empty()) return;
  name.value = read;
  if (value.entries.size() == document_of(name.value, names_).entries.size()) return;
  for (const Document::Entry& entry : value.entries) name.members.push_back(entry.key);
}

void DecisionReader::read_invoke(const Document& value, Decision& decision) {
  value.expect_keys("a client and an operation", {"client", "operation", "to", "id"});
  const Document& client = value.at("client");
  decision.node = node(client);
  const auto place = membership_.clients().place(decision.node);
  if (!place)
    client.fail("'" + client.text + "' is not a client", "clients are called c0, c1, and so on");
  if (service_ == nullptr)
    value.fail("this model has no clients", "its nodes begin by themselves: leave 'invoke' out");
  decision.operation.id = {membership_.clients().identity(*place), ++begun_[decision.node.value]};
  decision.operation.operation =
      read_operation(value.at("operation"), *service_, membership_, names_);
  if (const Document* to = value.find("to")) decision.operation.to = node(*to);
  if (const Document* id = value.find("id")) decision.operation.id = read_operation_id(*id);
}

void DecisionReader::read_clock(const Document& value, Decision& decision) const {
  value.expect_keys("a node and how far its clock moves", {"node", "advance", "monotonic"});
  decision.node = node(value.at("node"));
  const Document& advance = value.at("advance");
  const auto parsed = parse_duration(advance.scalar("a duration"));
  if (!parsed)
    advance.fail("'" + advance.text + "' is not a duration",
                 "write for example 200ms, 1.5s, -30us; 8760h at most");
  decision.advance = *parsed;
  if (const Document* monotonic = value.find("monotonic"))
    decision.monotonic = read_boolean(*monotonic);
  if (decision.monotonic && decision.advance < Duration{})
    advance.fail("the monotonic clock never goes back",
                 "write 0s or more, or 'monotonic: false' to move the wall clock alone");
}

}  // namespace stampede::engine
