#include "explain/operand.hpp"

#include <algorithm>
#include <charconv>

namespace stampede::explain {
namespace {

using engine::Document;
using Type = Operand::Type;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char digit) { return digit >= '0' && digit <= '9'; });
}

bool is_number(std::string_view text) {
  return all_digits(text.starts_with('-') ? text.substr(1) : text);
}

Document scalar(std::string text) {
  Document document;
  document.kind = Document::Kind::scalar;
  document.text = std::move(text);
  return document;
}

/// Below 0, 0 or above it. Numbers of any size, without zeros in front.
int compare_numbers(std::string_view left, std::string_view right) {
  const bool left_negative = left.starts_with('-');
  const bool right_negative = right.starts_with('-');
  if (left_negative != right_negative) return left_negative ? -1 : 1;
  const int absolute =
      left.size() != right.size() ? (left.size() < right.size() ? -1 : 1) : left.compare(right);
  return left_negative ? -absolute : absolute;
}

bool same(const Document& left, const Document& right) {
  if (left.is_scalar() && right.is_scalar()) return left.text == right.text;
  return left == right;
}

/// Maps have the members that they happen to have, and alternatives one of several.
bool is_open(const Document& mapping, const engine::NodeNames& names) {
  return mapping.entries.size() <= 1 ||
         std::all_of(mapping.entries.begin(), mapping.entries.end(),
                     [&](const Document::Entry& entry) { return names.find(entry.key); });
}

bool counts(const Document& at, const std::string& member) {
  return member == "size" && (at.is_sequence() || (at.is_mapping() && !at.find(member)));
}

std::optional<Document> leader(const engine::World& world) {
  NodeId found = no_node;
  std::uint64_t epoch = 0;
  const engine::Group& group = world.membership().main();
  for (const NodeId node : group.members()) {
    const engine::Observation& shown = world.observation(node, group);
    if (!world.up(node) || !shown.leading || (found != no_node && shown.epoch <= epoch)) continue;
    found = node;
    epoch = shown.epoch;
  }
  return found == no_node ? Document{} : engine::text_document(world.name(found));
}

}  // namespace

bool Operand::of_nodes(const std::function<bool(NodeId)>& fact) const {
  return each ? std::all_of(nodes.begin(), nodes.end(), fact)
              : std::any_of(nodes.begin(), nodes.end(), fact);
}

void Changing::look(Moment& moment) {
  std::vector<std::optional<Document>> now;
  for (const NodeId node : operand.nodes) now.push_back(operand.value(moment, node));
  std::size_t differing = 0;
  for (std::size_t i = 0; values && i < now.size(); ++i)
    differing += now[i] == (*values)[i] ? 0 : 1;
  changes = operand.each ? differing == now.size() : differing != 0;
  values = std::move(now);
}

std::optional<Field> Field::read(std::string_view text) {
  Field field;
  while (!text.empty()) {
    if (text.front() == '[') {
      const std::size_t end = text.find(']');
      if (end == std::string_view::npos || !all_digits(text.substr(1, end - 1)))
        return std::nullopt;
      Place place;
      std::from_chars(text.data() + 1, text.data() + end, place.position);
      field.places_.push_back(std::move(place));
      text.remove_prefix(end + 1);
    } else {
      const std::string_view member = text.substr(0, text.find_first_of(".["));
      if (member.empty()) return std::nullopt;
      field.places_.push_back({std::string(member), 0});
      text.remove_prefix(member.size());
    }
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
    }
  }
  if (field.places_.empty()) return std::nullopt;
  return field;
}

std::optional<Document> Field::in(const Document& state) const {
  const Document* at = &state;
  for (const Place& place : places_) {
    if (place.member.empty()) {
      if (!at->is_sequence() || place.position - 1 >= at->items.size()) return std::nullopt;
      at = &at->items[place.position - 1];
    } else if (counts(*at, place.member)) {
      return scalar(std::to_string(at->items.size() + at->entries.size()));
    } else {
      if (!at->is_mapping()) return std::nullopt;
      at = at->find(place.member);
      if (at == nullptr) return std::nullopt;
    }
  }
  return *at;
}

Field::Found Field::find(const Document& state, const engine::NodeNames& names) const {
  const Document* at = &state;
  for (const Place& place : places_) {
    if (counts(*at, place.member)) return {true, Type::number, {}, {}};
    if (at->is_mapping() && !place.member.empty()) {
      const Document* member = at->find(place.member);
      if (member == nullptr && (at == &state || !is_open(*at, names))) {
        Found missing{false, Type::unknown, place.member, {}};
        for (const Document::Entry& entry : at->entries) missing.known.push_back(entry.key);
        return missing;
      }
      if (member == nullptr) return {true, Type::unknown, {}, {}};
      at = member;
    } else if (at->is_scalar()) {
      return {false, Type::unknown, place.member.empty() ? "a position" : place.member, {}};
    } else {
      // What stands in lists, and in what is empty yet, is not known.
      return {true, Type::unknown, {}, {}};
    }
  }
  return {true, type_of(*at), {}, {}};
}

Type type_of(const Document& value) {
  if (value.kind == Document::Kind::null) return Type::unknown;
  if (!value.is_scalar()) return Type::whole;
  if (value.quoted) return Type::word;
  if (value.text == "true" || value.text == "false") return Type::truth;
  return is_number(value.text) ? Type::number : Type::word;
}

const char* type_text(Type type) {
  switch (type) {
    case Type::number:
      return "a number";
    case Type::truth:
      return "true or false";
    case Type::word:
      return "a word";
    case Type::time:
      return "a time";
    case Type::whole:
      return "a list or a mapping";
    case Type::unknown:
      break;
  }
  return "unknown";
}

std::optional<Operand> world_operand(const std::string& name) {
  Operand operand;
  operand.text = name;
  if (name == "leader") {
    operand.type = Type::word;
    operand.value = [](Moment& moment, NodeId) { return leader(moment.world()); };
  } else if (name == "step") {
    operand.type = Type::number;
    operand.value = [](Moment& moment, NodeId) -> std::optional<Document> {
      return scalar(std::to_string(moment.world().step()));
    };
  } else if (name == "time") {
    operand.type = Type::time;
    operand.value = [](Moment& moment, NodeId) -> std::optional<Document> {
      return scalar(std::to_string(moment.world().now().nanoseconds));
    };
  } else {
    return std::nullopt;
  }
  return operand;
}

std::optional<Operand> constant_operand(const std::string& text, bool quoted) {
  Operand operand;
  operand.text = text;
  operand.is_constant = true;
  Document value = scalar(text);
  value.quoted = quoted;
  if (quoted) {
    operand.type = Type::word;
  } else if (text == "nobody" || text == "null") {
    value = Document{};
  } else if (is_number(text) || text.find_first_of("0123456789") != 0) {
    operand.type = type_of(value);
  } else {
    const std::optional<engine::Duration> duration = engine::parse_duration(text);
    if (!duration) return std::nullopt;
    operand.type = Type::time;
    value = scalar(std::to_string(duration->nanoseconds));
  }
  operand.value = [value](Moment&, NodeId) { return std::optional<Document>(value); };
  return operand;
}

bool related(const std::optional<Document>& left, Relation relation,
             const std::optional<Document>& right) {
  if (!left || !right) return relation == Relation::different;
  if (relation == Relation::equal) return same(*left, *right);
  if (relation == Relation::different) return !same(*left, *right);
  if (!left->is_scalar() || !right->is_scalar() || !is_number(left->text) ||
      !is_number(right->text))
    return false;
  const int order = compare_numbers(left->text, right->text);
  switch (relation) {
    case Relation::less:
      return order < 0;
    case Relation::less_or_equal:
      return order <= 0;
    case Relation::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace stampede::explain
