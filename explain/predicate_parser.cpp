#include "explain/predicate_parser.hpp"

#include <algorithm>
#include <set>

namespace stampede::explain {
namespace {

using engine::Document;

constexpr std::size_t depth_max = 100;

/// `r*` fits `r0` and `r12`.
bool fits(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  return name.size() + 1 >= pattern.size() && name.starts_with(pattern.substr(0, star)) &&
         name.ends_with(pattern.substr(star + 1));
}

std::optional<Relation> relation_of(const Token& token) {
  constexpr std::pair<const char*, Relation> relations[] = {
      {"==", Relation::equal},  {"!=", Relation::different},
      {"<", Relation::less},    {"<=", Relation::less_or_equal},
      {">", Relation::greater}, {">=", Relation::greater_or_equal}};
  for (const auto& [symbol, relation] : relations) {
    if (token.is_symbol(symbol)) return relation;
  }
  return std::nullopt;
}

const Deed* deed_of(const Token& token) {
  return token.kind == Token::Kind::word ? find_deed(token.text) : nullptr;
}

/// The word says something of the nodes before it.
bool says_of_nodes(const Token& token) {
  return token.is("leads") || token.is("is") || deed_of(token) != nullptr;
}

bool begins_a_number(std::string_view text) { return text.find_first_of("0123456789-") == 0; }

}  // namespace

PredicateParser::PredicateParser(std::string_view text, const Vocabulary& vocabulary,
                                 const std::string& place)
    : words_(vocabulary), place_(place), tokens_(tokens_of(text, place)) {}

bool PredicateParser::took(std::string_view word) {
  if (!here().is(word)) return false;
  ++position_;
  return true;
}

std::string PredicateParser::example() const { return words_.names.of(NodeId{0}) + ".FIELD"; }

void PredicateParser::fail(const std::string& message, const engine::Hint& hint) const {
  fail_at(place_, here().column, message, hint);
}

void PredicateParser::fail_unknown(std::uint32_t column, std::string_view what,
                                   const std::string& written,
                                   const std::vector<std::string>& known) const {
  if (known.empty())
    fail_at(place_, column, "unknown " + std::string(what) + " '" + written + "'",
            "there is none in this scenario");
  engine::fail_unknown(engine::Place{place_, 1, column}, what, written, known);
}

// ----- facts -----

Test PredicateParser::predicate() {
  Test test = alternatives();
  if (here().kind != Token::Kind::end)
    fail("'" + here().text + "' does not belong here", "join facts with 'and' or 'or'");
  return test;
}

Test PredicateParser::alternatives() {
  Test test = conjunction();
  while (took("or")) {
    test = [left = std::move(test), right = conjunction()](Moment& moment) {
      return left(moment) || right(moment);
    };
  }
  return test;
}

Test PredicateParser::conjunction() {
  Test test = negation();
  while (took("and")) {
    test = [left = std::move(test), right = negation()](Moment& moment) {
      return left(moment) && right(moment);
    };
  }
  return test;
}

Test PredicateParser::negation() {
  const bool negated = here().is("not");
  if (!negated && !here().is_symbol("(")) return fact();
  if (++depth_ > depth_max) fail("nested too deep", "100 deep at most");
  ++position_;
  Test test = negated ? negation() : parenthesis();
  --depth_;
  if (!negated) return test;
  return [test = std::move(test)](Moment& moment) { return !test(moment); };
}

Test PredicateParser::parenthesis() {
  Test test = alternatives();
  if (!here().is_symbol(")")) fail("a parenthesis is not closed", "write ')'");
  ++position_;
  return test;
}

Test PredicateParser::fact() {
  if (const Deed* found = deed_of(here())) return deed(*found, std::nullopt);
  if (here().kind == Token::Kind::word && !world_operand(here().text)) {
    const std::size_t start = position_;
    const std::optional<Nodes> nodes = selection();
    if (nodes && nodes->field.empty() && !relation_of(here())) return fact_of(*nodes);
    position_ = start;
  }
  Operand left = operand();
  if (took("changes")) return changes(std::move(left));
  const std::optional<Relation> relation = relation_of(here());
  if (!relation && here().kind == Token::Kind::symbol && !here().is_symbol(")"))
    fail("'" + here().text + "' compares nothing", "write ==, !=, <, <=, > or >=");
  if (!relation) return truth(left);
  const std::uint32_t column = take().column;
  return comparison(std::move(left), *relation, operand(), column);
}

Test PredicateParser::fact_of(const Nodes& nodes) {
  if (const Deed* found = deed_of(here())) return deed(*found, nodes);
  auto holds = &leads;
  if (took("is")) {
    std::vector<std::string> known;
    holds = nullptr;
    for (const Condition& condition : conditions()) {
      known.emplace_back(condition.word);
      if (here().is(condition.word)) holds = condition.holds;
    }
    if (holds == nullptr) fail_unknown(here().column, "condition", here().text, known);
    ++position_;
  } else if (!took("leads")) {
    fail("expected what " + nodes.text + " does",
         "for example '" + nodes.text + " leads', '" + nodes.text + " is down', '" + nodes.text +
             " delivers MESSAGE', '" + nodes.text + ".FIELD == VALUE'");
  }
  Operand all;
  all.nodes = nodes.nodes;
  all.each = nodes.each;
  return [all, holds](Moment& moment) {
    return all.of_nodes([&](NodeId node) { return holds(moment.world(), node); });
  };
}

Test PredicateParser::deed(const Deed& deed, const std::optional<Nodes>& nodes) {
  if (nodes && deed.of_world)
    fail("no node " + std::string(deed.verb) + " anything, the run does",
         "leave out '" + nodes->text + "'");
  ++position_;
  Test test = deed.test(deed.known == nullptr ? std::string() : object_of(deed));
  return [of = nodes ? std::optional(nodes->nodes) : std::nullopt,
          test = std::move(test)](Moment& moment) {
    if (moment.step() == nullptr) return false;
    const bool here = !of || std::find(of->begin(), of->end(), moment.step()->node) != of->end();
    return here && test(moment);
  };
}

std::string PredicateParser::object_of(const Deed& deed) {
  const std::vector<std::string>& known = words_.*deed.known;
  const bool is_left_out = here().kind == Token::Kind::end || here().kind == Token::Kind::symbol ||
                           here().is("and") || here().is("or");
  if (is_left_out && deed.of_world) return {};
  if (is_left_out)
    fail("expected a " + std::string(deed.object),
         known.empty() ? "there is none in this scenario" : "one of: " + engine::comma_list(known));
  const std::string& written = here().text;
  const std::string type = engine::split_name(written).type;
  const auto is_known = [&](const std::string& name) { return name == written || name == type; };
  if (std::none_of(known.begin(), known.end(), is_known))
    fail_unknown(here().column, deed.object, written, known);
  return take().text;
}

Test PredicateParser::changes(Operand operand) {
  if (operand.is_constant)
    fail_at(place_, operand.column, "'" + operand.text + "' never changes",
            "name a field: " + example());
  const auto changing = std::make_shared<Changing>();
  changing->operand = std::move(operand);
  changing_.push_back(changing);
  return [changing](Moment&) { return changing->changes; };
}

Test PredicateParser::truth(const Operand& operand) const {
  if (operand.type != Operand::Type::truth && operand.type != Operand::Type::unknown)
    fail_at(place_, operand.column,
            "'" + operand.text + "' is " + type_text(operand.type) + ", and not compared",
            "write for example '" + operand.text + " == VALUE', '" + operand.text + " changes'");
  return [operand](Moment& moment) {
    return operand.of_nodes([&](NodeId node) {
      const std::optional<Document> value = operand.value(moment, node);
      return value && value->text == "true";
    });
  };
}

void PredicateParser::require_comparable(const Operand& left, Relation relation,
                                         const Operand& right, std::uint32_t column) const {
  using Type = Operand::Type;
  if (left.is_constant && right.is_constant)
    fail_at(place_, left.column, "two constants are compared", "name a field: " + example());
  const bool ordered = relation != Relation::equal && relation != Relation::different;
  for (const Operand* side : {&left, &right}) {
    if (ordered &&
        (side->type == Type::word || side->type == Type::truth || side->type == Type::whole))
      fail_at(place_, column,
              "'" + side->text + "' is " + type_text(side->type) + ", which has no order",
              "compare it with == or !=");
  }
  if (left.type != right.type && left.type != Type::unknown && right.type != Type::unknown)
    fail_at(place_, column,
            "'" + left.text + "' is " + type_text(left.type) + ", '" + right.text + "' is " +
                type_text(right.type),
            "compare values of one type");
}

Test PredicateParser::comparison(Operand left, Relation relation, Operand right,
                                 std::uint32_t column) const {
  require_comparable(left, relation, right, column);
  return [left = std::move(left), relation, right = std::move(right)](Moment& moment) {
    return left.of_nodes([&](NodeId one) {
      const std::optional<Document> value = left.value(moment, one);
      return right.of_nodes(
          [&](NodeId other) { return related(value, relation, right.value(moment, other)); });
    });
  };
}

// ----- values -----

std::optional<Operand> PredicateParser::value_alone() {
  const bool is_by_role = here().is("any") || here().is("every");
  const std::size_t last = position_ + (is_by_role ? 1 : 0);
  if (last + 2 != tokens_.size() || deed_of(here()) != nullptr) return std::nullopt;
  Operand found = operand();
  if (found.is_constant)
    fail_at(place_, found.column, "'" + found.text + "' never changes",
            "name a field, " + example() + ", or a predicate");
  return found;
}

Operand PredicateParser::operand() {
  const Token& token = here();
  if (token.kind == Token::Kind::end || token.kind == Token::Kind::symbol)
    fail("expected a value", "for example " + example() + ", leader, 3 or normal");
  std::optional<Operand> found;
  if (token.kind == Token::Kind::word && !(found = world_operand(token.text))) {
    const std::size_t start = position_;
    const std::optional<Nodes> nodes = selection();
    if (nodes && !nodes->field.empty()) return field_of(*nodes);
    position_ = start;
  }
  if (!found) found = constant_operand(token.text, token.kind == Token::Kind::quoted);
  if (!found)
    fail("'" + token.text + "' is neither a number nor a duration", "for example 3 or 1.5s");
  found->column = take().column;
  return std::move(*found);
}

Operand PredicateParser::field_of(const Nodes& nodes) const {
  const std::optional<Field> field = Field::read(nodes.field);
  if (!field)
    fail_at(place_, nodes.field_column(), "'" + nodes.field + "' is no field",
            "write for example view_number, log.size, log[2].view");
  Operand operand;
  operand.text = nodes.text;
  operand.field = nodes.field;
  operand.column = nodes.column;
  operand.nodes = nodes.nodes;
  operand.each = nodes.each;
  std::optional<Field::Found> found;
  for (const NodeId node : nodes.nodes) {
    if (found && found->exists) break;
    found = field->find(words_.states[node.value], words_.names);
  }
  if (!found->exists && !found->known.empty())
    fail_unknown(nodes.field_column(), "field", found->missing, found->known);
  if (!found->exists)
    fail_at(place_, nodes.field_column(),
            "'" + nodes.field + "' looks for " + found->missing + " in what has no members",
            "end where the value is");
  operand.type = found->type;
  operand.value = [field = *field](Moment& moment, NodeId node) -> std::optional<Document> {
    const Document* state = moment.state(node);
    return state == nullptr ? std::nullopt : field.in(*state);
  };
  return operand;
}

// ----- nodes -----

std::pair<NodeId, std::size_t> PredicateParser::node_in(const std::string& word) const {
  std::pair<NodeId, std::size_t> found{no_node, 0};
  for (std::uint32_t i = 0; i < words_.names.size(); ++i) {
    const std::string& name = words_.names.all()[i];
    const bool begins = word == name || word.starts_with(name + ".");
    if (begins && name.size() > found.second) found = {NodeId{i}, name.size()};
  }
  return found;
}

std::vector<NodeId> PredicateParser::nodes_like(const std::string& pattern) const {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < words_.names.size(); ++i) {
    if (fits(pattern, words_.names.all()[i])) nodes.push_back(NodeId{i});
  }
  return nodes;
}

std::optional<PredicateParser::Nodes> PredicateParser::selection() {
  if (here().is("any") || here().is("every")) return selection_by_role();
  Nodes nodes;
  nodes.text = here().text;
  nodes.column = here().column;
  // Names may have dots, as `r1.twin`.
  auto [node, size] = node_in(nodes.text);
  if (node != no_node) {
    nodes.nodes = {node};
  } else {
    size = std::min(nodes.text.find('.'), nodes.text.size());
    const std::string pattern = nodes.text.substr(0, size);
    const bool has_field = size != nodes.text.size();
    const bool is_constant = has_field
                                 ? begins_a_number(pattern)
                                 : pattern.find('*') == std::string::npos && !says_of_nodes(next());
    if (is_constant) return std::nullopt;
    nodes.nodes = nodes_like(pattern);
    if (nodes.nodes.empty()) fail_unknown(nodes.column, "node", pattern, words_.names.all());
  }
  if (size + 1 == nodes.text.size()) fail("no field stands behind the dot", "name one");
  if (size != nodes.text.size()) nodes.field = nodes.text.substr(size + 1);
  ++position_;
  return nodes;
}

PredicateParser::Nodes PredicateParser::selection_by_role() {
  Nodes nodes;
  nodes.column = here().column;
  nodes.each = here().is("every");
  nodes.text = take().text + " " + here().text;
  const std::size_t size = std::min(here().text.find('.'), here().text.size());
  const std::string role = here().text.substr(0, size);
  std::set<std::string> known = {"node"};
  for (std::uint32_t i = 0; i < words_.roles.size(); ++i) {
    known.insert(words_.roles[i]);
    if (role == "node" || words_.roles[i] == role) nodes.nodes.push_back(NodeId{i});
  }
  if (nodes.nodes.empty())
    fail_unknown(here().column, "role", role, std::vector<std::string>(known.begin(), known.end()));
  if (size != here().text.size()) nodes.field = here().text.substr(size + 1);
  ++position_;
  return nodes;
}

}  // namespace stampede::explain
