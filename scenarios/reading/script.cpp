#include "scenarios/reading/script.hpp"

#include "engine/world/decision_text.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

struct Reader {
  engine::DecisionReader decisions;

  ScriptItem read(const Document& item) {
    ScriptItem result;
    result.text = item.to_text();
    result.place = item.place();
    item.expect_mapping("a decision, for example { deliver: Prepare r0->r2 }");
    if (const Document* nodes = item.find("settle")) {
      result.kind = ScriptItem::Kind::settle;
      read_settle(*nodes, result);
    } else if (const Document* expected = item.find("expect")) {
      read_expect(*expected, result);
    } else {
      result.decision = decisions.read(item);
    }
    return result;
  }

  [[nodiscard]] NodeId node(const Document& document) const {
    return engine::read_node(document, &decisions.names());
  }

  void read_settle(const Document& value, ScriptItem& result) {
    if (value.is_scalar()) {
      if (value.text != "all")
        value.fail("expected a list of nodes or 'all'", "write for example [r0, r1]");
      for (std::uint32_t i = 0; i < decisions.names().size(); ++i)
        result.nodes.push_back(NodeId{i});
      return;
    }
    value.expect_sequence("a list of nodes");
    for (const Document& item : value.items) result.nodes.push_back(node(item));
  }

  void read_expect(const Document& value, ScriptItem& result) {
    value.expect_mapping("an expectation");
    if (const Document* property = value.find("violation")) {
      value.expect_keys("an expectation", {"violation"});
      result.kind = ScriptItem::Kind::expect_violation;
      result.property = property->scalar("a property");
      result.place = property->place();
    } else if (const Document* none = value.find("no_violation")) {
      value.expect_keys("an expectation", {"no_violation"});
      if (!engine::read_boolean(*none))
        none->fail("only 'no_violation: true' says something", "write true, or 'violation: NAME'");
      result.kind = ScriptItem::Kind::expect_no_violation;
    } else {
      value.expect_keys("an expectation", {"node", "state", "violation", "no_violation"});
      result.kind = ScriptItem::Kind::expect_state;
      result.node = node(value.at("node"));
      result.state = value.at("state");
      result.state.expect_mapping("fields of the node's state");
    }
  }
};

}  // namespace

Script read_script(const Document& document, const engine::Assembly& assembly,
                   const engine::ServiceType* service) {
  std::vector<std::string> names;
  std::vector<const engine::ProcessType*> types;
  for (const engine::NodeSpec& node : assembly.nodes) {
    names.push_back(node.name);
    types.push_back(&node.boot.type());
  }
  Reader reader{engine::DecisionReader(engine::NodeNames(std::move(names)), std::move(types),
                                       assembly.membership, service)};
  Script script;
  for (const Document& item : document.items) script.push_back(reader.read(item));
  return script;
}

}  // namespace stampede::scenarios
