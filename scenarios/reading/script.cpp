#include "scenarios/reading/script.hpp"

#include <algorithm>

#include "scenarios/documents/schema.hpp"
#include "scenarios/reading/operations.hpp"

namespace stampede::scenarios {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> list;
  std::string word;
  for (const char letter : text + " ") {
    if (letter != ' ') {
      word += letter;
    } else if (!word.empty()) {
      list.push_back(std::exchange(word, {}));
    }
  }
  return list;
}

std::uint32_t ordinal(const Document& document, const std::string& word, std::int64_t low = 1) {
  Document number = document;
  number.text = word;
  number.quoted = false;
  return static_cast<std::uint32_t>(engine::read_integer(number, low, UINT32_MAX));
}

void require_known(const Document& document, const std::string& written,
                   const std::vector<std::string>& known, const char* what) {
  const std::string type = engine::split_name(written).type;
  if (std::find(known.begin(), known.end(), type) == known.end())
    engine::fail_unknown(document.place(), what, written, known);
}

/// `Prepare r0->r2 nth 3 copy 1`.
engine::MessageName read_message(const Document& document, const NodeNames& nodes,
                                 const TypeNames& types) {
  const std::vector<std::string> parts =
      words(document.scalar("a message, for example 'Prepare r0->r2'"));
  const char* form = "write for example 'Prepare r0->r2' or 'Prepare r0->r2 nth 2 copy 1'";
  if (parts.size() < 2) document.fail("a message is named by type and link", form);
  engine::MessageName name;
  require_known(document, parts[0], types.messages, "message type");
  name.type = engine::split_name(parts[0]).type;
  const std::size_t arrow = parts[1].find("->");
  if (arrow == std::string::npos) document.fail("'" + parts[1] + "' is not a link", form);
  name.from = nodes.find(document, parts[1].substr(0, arrow));
  name.to = nodes.find(document, parts[1].substr(arrow + 2));
  for (std::size_t i = 2; i + 1 < parts.size(); i += 2) {
    if (parts[i] == "nth" && name.nth == 0) {
      name.nth = ordinal(document, parts[i + 1]);
    } else if (parts[i] == "copy" && name.nth != 0 && name.copy == 0) {
      name.copy = ordinal(document, parts[i + 1]);
    } else {
      document.fail("'" + parts[i] + "' is out of place", form);
    }
  }
  if (parts.size() % 2 != 0) document.fail("'" + parts.back() + "' is out of place", form);
  return name;
}

/// `ViewChangeTimeout r1 nth 2`.
void read_timer(const Document& document, const NodeNames& nodes, const TypeNames& types,
                Decision& decision) {
  const std::vector<std::string> parts =
      words(document.scalar("a timer, for example 'ViewChangeTimeout r1'"));
  const char* form = "write for example 'ViewChangeTimeout r1' or 'ViewChangeTimeout r1 nth 2'";
  if (parts.size() != 2 && parts.size() != 4)
    document.fail("a timer is named by type and node", form);
  require_known(document, parts[0], types.timers, "timer type");
  decision.name = engine::split_name(parts[0]).type;
  decision.node = nodes.find(document, parts[1]);
  if (parts.size() == 4) {
    if (parts[2] != "nth") document.fail("'" + parts[2] + "' is out of place", form);
    decision.nth = ordinal(document, parts[3]);
  }
}

engine::DiskOutcome read_outcome(const Document& document) {
  if (document.is_mapping()) {
    // As recorded: one bit for each write that was not synced.
    engine::DiskOutcome outcome;
    document.expect_keys("a disk outcome", engine::member_names<engine::DiskOutcome>());
    const std::string& kept = document.at("kept").scalar("bits");
    if (kept.empty() || kept.size() > 20 ||
        kept.find_first_not_of("0123456789") != std::string::npos) {
      document.at("kept").fail("'" + kept + "' is not a number of 64 bits");
    }
    outcome.kept = std::stoull(kept);
    outcome.torn = engine::read_boolean(document.at("torn"));
    outcome.save_kept = engine::read_boolean(document.at("save_kept"));
    return outcome;
  }
  const std::string& text = document.scalar("keep, lose or tear");
  if (text == "keep") return engine::disk_keeps;
  if (text == "lose") return engine::disk_loses;
  if (text == "tear") return engine::disk_tears;
  document.fail("'" + text + "' is not one of: keep, lose, tear");
}

struct Reader {
  const NodeNames& nodes;
  const TypeNames& types;
  const engine::ServiceType* service;
  std::vector<std::uint32_t> operations;  // by node: begun so far

  ScriptItem read(const Document& item) {
    ScriptItem result;
    result.text = item.to_text();
    result.place = item.place();
    item.expect_mapping("a decision, for example { deliver: Prepare r0->r2 }");
    for (const Document::Entry& entry : item.entries) {
      if (entry.key == "at") {
        result.decision.at = engine::read_duration(entry.value);
      } else if (entry.key == "choices") {
        for (const Document& choice : entry.value.items)
          result.decision.choices.push_back(
              static_cast<std::uint32_t>(engine::read_integer(choice, 0, UINT32_MAX)));
      } else {
        read_action(entry, result);
      }
    }
    return result;
  }

  void node_decision(ScriptItem& result, DecisionKind kind, const Document& value) {
    result.decision.kind = kind;
    result.decision.node = nodes.find(value);
  }

  void read_action(const Document::Entry& entry, ScriptItem& result) {
    const std::string& key = entry.key;
    const Document& value = entry.value;
    Decision& decision = result.decision;
    if (key == "deliver" || key == "drop" || key == "duplicate" || key == "corrupt") {
      decision.kind = key == "deliver"     ? DecisionKind::deliver
                      : key == "drop"      ? DecisionKind::drop
                      : key == "duplicate" ? DecisionKind::duplicate
                                           : DecisionKind::corrupt;
      decision.message = read_message(value, nodes, types);
    } else if (key == "fire") {
      decision.kind = DecisionKind::fire;
      read_timer(value, nodes, types, decision);
    } else if (key == "invoke") {
      read_invoke(value, decision);
    } else if (key == "crash") {
      decision.kind = DecisionKind::crash;
      decision.outcome = engine::disk_loses;
      if (value.is_scalar()) {
        decision.node = nodes.find(value);
      } else {
        value.expect_keys("a node", {"node", "disk"});
        decision.node = nodes.find(value.at("node"));
        if (const Document* disk = value.find("disk")) decision.outcome = read_outcome(*disk);
      }
    } else if (key == "restart") {
      node_decision(result, DecisionKind::restart, value);
    } else if (key == "pause") {
      node_decision(result, DecisionKind::pause, value);
    } else if (key == "resume") {
      node_decision(result, DecisionKind::resume, value);
    } else if (key == "wipe") {
      node_decision(result, DecisionKind::wipe, value);
    } else if (key == "complete") {
      value.expect_keys("a node and a file", {"node", "file"});
      decision.kind = DecisionKind::complete;
      decision.node = nodes.find(value.at("node"));
      decision.name = value.at("file").scalar("a file name");
    } else if (key == "clock") {
      value.expect_keys("a node and how far its clock moves", {"node", "advance", "monotonic"});
      decision.kind = DecisionKind::clock;
      decision.node = nodes.find(value.at("node"));
      decision.advance = read_offset(value.at("advance"));
      if (const Document* monotonic = value.find("monotonic"))
        decision.monotonic = engine::read_boolean(*monotonic);
      if (decision.monotonic && decision.advance < engine::Duration{})
        value.at("advance").fail("the monotonic clock never goes back");
    } else if (key == "begin_fault" || key == "end_fault") {
      decision.kind = key == "begin_fault" ? DecisionKind::begin_fault : DecisionKind::end_fault;
      if (value.is_mapping()) {
        value.expect_keys("a fault", {"name", "about"});
        decision.name = value.at("name").scalar("a fault's name");
        decision.text = value.at("about").scalar("what it is");
      } else {
        decision.name = value.scalar("a fault's name");
      }
    } else if (key == "settle") {
      result.kind = ScriptItem::Kind::settle;
      read_settle(value, result);
    } else {
      read_expect(value, result);
    }
  }

  void read_invoke(const Document& value, Decision& decision) {
    value.expect_keys("a client and an operation", {"client", "operation", "to", "id"});
    decision.kind = DecisionKind::begin;
    decision.node = nodes.find(value.at("client"));
    const engine::Clients& clients = nodes.membership().clients();
    const std::optional<std::uint32_t> place = clients.place(decision.node);
    if (!place)
      value.at("client").fail("'" + value.at("client").text + "' is not a client");
    if (service == nullptr) value.fail("this model has no clients");
    operations.resize(nodes.names().size());
    decision.operation.id = {clients.identity(*place), ++operations[decision.node.value]};
    decision.operation.operation = read_operation(value.at("operation"), *service, nodes);
    if (const Document* to = value.find("to")) decision.operation.to = nodes.find(*to);
    if (const Document* id = value.find("id")) decision.operation.id = read_operation_id(*id);
  }

  /// `c4.3`: recorded schedules name operations, also those of clients that went on under a new
  /// identity.
  static OperationId read_operation_id(const Document& document) {
    const std::string& text = document.scalar("an operation, for example c0.1");
    const std::size_t dot = text.find('.');
    if (text.size() < 4 || text.front() != 'c' || dot == std::string::npos)
      document.fail("'" + text + "' is not an operation");
    return {ClientId{ordinal(document, text.substr(1, dot - 1), 0)},
            ordinal(document, text.substr(dot + 1), 1)};
  }

  void read_settle(const Document& value, ScriptItem& result) {
    if (value.is_scalar()) {
      if (value.text != "all") value.fail("expected a list of nodes or 'all'");
      for (std::uint32_t i = 0; i < nodes.names().size(); ++i) result.nodes.push_back(NodeId{i});
      return;
    }
    value.expect_sequence("a list of nodes");
    for (const Document& node : value.items) result.nodes.push_back(nodes.find(node));
  }

  void read_expect(const Document& value, ScriptItem& result) {
    value.expect_mapping("an expectation");
    if (const Document* property = value.find("violation")) {
      value.expect_keys("an expectation", {"violation"});
      result.kind = ScriptItem::Kind::expect_violation;
      result.property = property->scalar("a property");
    } else if (const Document* none = value.find("no_violation")) {
      value.expect_keys("an expectation", {"no_violation"});
      if (!engine::read_boolean(*none)) none->fail("only 'no_violation: true' says something");
      result.kind = ScriptItem::Kind::expect_no_violation;
    } else {
      value.expect_keys("an expectation", {"node", "state", "violation", "no_violation"});
      result.kind = ScriptItem::Kind::expect_state;
      result.node = nodes.find(value.at("node"));
      result.state = value.at("state");
      result.state.expect_mapping("fields of the node's state");
    }
  }
};

}  // namespace

Script read_script(const Document& document, const NodeNames& nodes, const TypeNames& types,
                   const engine::ServiceType* service) {
  Reader reader{nodes, types, service, {}};
  Script script;
  for (const Document& item : document.items) script.push_back(reader.read(item));
  return script;
}

}  // namespace stampede::scenarios
