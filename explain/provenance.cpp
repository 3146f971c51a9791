#include <algorithm>

#include "engine/core/document.hpp"
#include "engine/world/decision_text.hpp"
#include "explain/cone.hpp"

namespace stampede::explain {
namespace {

using engine::Document;

/// `log[2].request` of a tree; positions count from 1. nullptr where there is none.
const Document* member_at(const Document& tree, std::string_view path) {
  const Document* at = &tree;
  while (!path.empty() && at != nullptr) {
    if (path.front() == '.') path.remove_prefix(1);
    if (path.front() == '[') {
      const std::size_t end = path.find(']');
      const std::size_t place = std::strtoull(path.data() + 1, nullptr, 10);
      if (end == std::string_view::npos || place == 0 || place > at->items.size()) return nullptr;
      at = &at->items[place - 1];
      path.remove_prefix(end + 1);
      continue;
    }
    const std::string_view key = path.substr(0, path.find_first_of(".["));
    at = at->is_mapping() ? at->find(key) : nullptr;
    path.remove_prefix(key.size());
  }
  return at;
}

std::string name_at_end(const std::string& path) {
  const std::string name = path.substr(path.rfind('.') + 1);
  return name.substr(0, name.find('['));
}

/// Numbers, flags and nothing are the same by chance: they are known by their name alone.
bool speaks_for_itself(const Document& value) {
  if (value.is_scalar()) {
    const bool number =
        !value.text.empty() && value.text.find_first_not_of("-0123456789") == std::string::npos;
    return !number && value.text != "true" && value.text != "false" && !value.text.empty();
  }
  return value.kind != Document::Kind::null && !(value.items.empty() && value.entries.empty());
}

/// The path of this value in a tree, under this name or, if it speaks for itself, anywhere; the
/// outermost one. Nothing if it is not there.
std::optional<std::string> find_value(const Document& tree, const Document& value,
                                      const std::string& name, const std::string& path = {}) {
  const bool named = name_at_end(path) == name || speaks_for_itself(value);
  if (named && tree == value) return path;
  for (const Document::Entry& entry : tree.entries) {
    const std::string below = path.empty() ? entry.key : path + "." + entry.key;
    if (auto found = find_value(entry.value, value, name, below)) return found;
  }
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    const std::string below = path + "[" + std::to_string(i + 1) + "]";
    if (auto found = find_value(tree.items[i], value, name, below)) return found;
  }
  return std::nullopt;
}

Document state_at(Tape& tape, NodeId node, std::uint64_t step) {
  const engine::World& world = tape.world_at(std::max(step, tape.boots()));
  return engine::parse_json(world.state_json(node), "state of " + tape.names().of(node));
}

/// The last step of a node up to this one.
std::uint64_t latest_at(const Tape& tape, NodeId node, std::uint64_t step) {
  const auto runs_there = [&](const Step& one) {
    return one.node == node && (!is_about_message(one.kind) || one.kind < engine::EventKind::drop);
  };
  while (step > 0 && !runs_there(tape.step(step))) --step;
  return step;
}

/// The step at which the member of the node took the value that it has behind this one.
std::uint64_t written_at(Tape& tape, NodeId node, const std::string& field, const Document& value,
                         std::uint64_t step) {
  // Winding back costs: chains of steps are looked at in pieces, each from its beginning.
  constexpr std::size_t piece = 256;
  std::uint64_t latest = latest_at(tape, node, step);
  while (true) {
    std::vector<std::uint64_t> chain = {latest};
    while (chain.size() < piece && tape.step(chain.back()).before > tape.boots())
      chain.push_back(tape.step(chain.back()).before);
    std::uint64_t written = 0;
    bool had = true;
    for (std::size_t i = chain.size(); i-- > 0;) {
      const Document state = state_at(tape, node, chain[i]);
      const Document* now = member_at(state, field);
      const bool has = now != nullptr && *now == value;
      if (has && !had) written = chain[i];
      had = has;
    }
    if (written != 0) return written;
    latest = tape.step(chain.back()).before;
    if (latest <= tape.boots()) {
      const Document boot = state_at(tape, node, latest);
      const Document* first = member_at(boot, field);
      return first != nullptr && *first == value ? latest : chain.back();
    }
  }
}

std::string fields_of(const Document& state) {
  std::vector<std::string> names;
  for (const Document::Entry& entry : state.entries) names.push_back(entry.key);
  return "it has: " + engine::comma_list(names);
}

/// The message of a delivery, with what it says.
struct Brought {
  engine::MessageName name;
  Document content;
};

std::optional<Brought> brought_at(Tape& tape, std::uint64_t number) {
  const Step& step = tape.step(number);
  if (step.kind != engine::EventKind::deliver) return std::nullopt;
  const engine::World& world = tape.world_at(number - 1);
  const auto slot = world.find_message(step.decision.message);
  const std::string content = world.message(slot.value()).payload.to_json(&tape.names());
  return Brought{step.decision.message, engine::parse_json(content, "message")};
}

}  // namespace

Provenance provenance(Tape& tape, NodeId node, const std::string& field, std::uint64_t step) {
  Document state = state_at(tape, node, step);
  const Document* asked = member_at(state, field);
  if (asked == nullptr) {
    throw engine::InputError(
        tape.names().of(node) + " has no '" + field + "' behind step " + std::to_string(step),
        fields_of(state));
  }
  const Document value = *asked;
  Provenance found{value.to_text(), {}};
  std::string known_as = field;
  while (true) {
    const std::uint64_t written = written_at(tape, node, known_as, value, step);
    Knowing& knowing = found.way.emplace_back(Knowing{written, node, known_as, {}});
    const std::optional<Brought> brought =
        written > tape.boots() ? brought_at(tape, written) : std::nullopt;
    if (!brought || !find_value(brought->content, value, name_at_end(known_as))) break;
    knowing.brought_by = engine::message_text(brought->name, tape.names());
    step = tape.step(written).cause;
    while (tape.step(step).kind == engine::EventKind::duplicate) step = tape.step(step).cause;
    node = brought->name.from;
    state = state_at(tape, node, step);
    const auto there = find_value(state, value, name_at_end(known_as));
    if (!there) {
      // Its sender made it for this message.
      found.way.push_back({step, node, {}, {}});
      break;
    }
    known_as = *there;
  }
  std::reverse(found.way.begin(), found.way.end());
  return found;
}

}  // namespace stampede::explain
