#include "explain/step_words.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace stampede::explain {
namespace {

using engine::Change;
using engine::Document;
using engine::NodeNames;

constexpr std::size_t members_told = 3;
constexpr std::size_t changes_told = 4;
constexpr std::size_t operations_told = 3;
constexpr std::size_t cell_width = 40;
constexpr std::size_t content_width = 48;

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool is_plain(const Document& value) { return value.is_scalar() && !value.text.empty(); }

/// A number or a flag: no name.
bool is_counted(const Document& value) {
  return value.text == "true" || value.text == "false" ||
         value.text.find_first_not_of("-0123456789") == std::string::npos;
}

/// Nothing to tell.
bool is_blank(const Document& value) {
  switch (value.kind) {
    case Document::Kind::null:
      return true;
    case Document::Kind::scalar:
      return value.text.empty() || value.text == "false";
    case Document::Kind::sequence:
      return value.items.empty();
    case Document::Kind::mapping:
      return value.entries.empty();
  }
  return false;
}

/// The node that a value is about, of which it says nothing else but numbers; nullptr if it is no
/// such value.
const Document* node_of(const Document& value) {
  const Document* node = value.is_mapping() ? value.find("node") : nullptr;
  const bool is_it =
      node != nullptr && is_plain(*node) && !is_counted(*node) &&
      std::all_of(value.entries.begin(), value.entries.end(), [&](const Document::Entry& one) {
        return &one.value == node || (one.value.is_scalar() && is_counted(one.value));
      });
  return is_it ? node : nullptr;
}

/// What there is to tell of a value, without what is blank; of items of lists, without zeros, too,
/// and where one member is left, that one.
Document gist(const Document& value) {
  if (const Document* node = node_of(value)) return *node;
  Document left = value;
  for (Document& item : left.items) {
    item = gist(item);
    std::erase_if(item.entries, [](const Document::Entry& one) { return one.value.text == "0"; });
    if (item.entries.size() == 1) item = Document(item.entries.front().value);
  }
  std::erase_if(left.entries, [](Document::Entry& entry) {
    entry.value = gist(entry.value);
    return is_blank(entry.value);
  });
  return left;
}

/// The value under this name, of the node or of one of its parts; nullptr if there is none.
const Document* find_named(const Document& state, const std::string& name) {
  if (const Document* found = state.find(name)) return found;
  for (const Document::Entry& entry : state.entries) {
    const Document* found = entry.value.is_mapping() ? entry.value.find(name) : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

void add_keys(const Document& tree, std::set<std::string>& keys) {
  for (const Document::Entry& entry : tree.entries) {
    keys.insert(entry.key);
    add_keys(entry.value, keys);
  }
}

/// A list of nodes, by their names; nothing if it is another one.
std::optional<Document> nodes_in(const Document* list) {
  const bool is_it = list != nullptr && list->is_sequence() &&
                     std::all_of(list->items.begin(), list->items.end(),
                                 [](const Document& item) { return node_of(item) != nullptr; });
  return is_it ? std::optional(gist(*list)) : std::nullopt;
}

/// The lists of nodes in which two states differ, as a whole each.
void add_lists_of_nodes(const std::string& path, const Document& before, const Document& after,
                        std::vector<Change>& changes) {
  const auto nodes = nodes_in(&after);
  const auto nodes_before = nodes_in(&before);
  if (nodes && nodes_before && !(*nodes == *nodes_before))
    changes.push_back({Change::Kind::value, path, *nodes_before, *nodes, {}, {}, 0});
  for (const Document::Entry& entry : after.entries) {
    if (const Document* old = before.find(entry.key))
      add_lists_of_nodes(path.empty() ? entry.key : path + "." + entry.key, *old, entry.value,
                         changes);
  }
}

/// The path, or one that leads on from it.
bool is_within(std::string_view path, std::string_view whole) {
  return path.starts_with(whole) &&
         (path.size() == whole.size() || path[whole.size()] == '.' || path[whole.size()] == '[');
}

/// What makes one state another, of lists of nodes as a whole.
std::vector<Change> changes_between(const Document& before, const Document& after) {
  std::vector<Change> changes = engine::difference(before, after);
  std::vector<Change> lists;
  add_lists_of_nodes("", before, after, lists);
  for (const Change& list : lists)
    std::erase_if(changes, [&](const Change& one) { return is_within(one.path, list.path); });
  changes.insert(changes.end(), lists.begin(), lists.end());
  return changes;
}

/// It says what it was and is.
bool is_told_whole(const Change& change) {
  return change.kind == Change::Kind::value &&
         (is_plain(change.after) || (change.before.is_sequence() && change.after.is_sequence()));
}

bool has_path(const std::vector<Change>& changes, const std::string& path) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const Change& one) { return one.path == path; });
}

// ----- logs -----

/// The operations at these positions: `c0.1 and c1.1`; of many, or of entries that are none, how
/// many.
std::string entries_words(const engine::ObservedLog& log, std::size_t from, std::size_t to) {
  std::vector<std::string> names;
  for (std::size_t position = std::max(from, log.base() + 1); position <= to; ++position) {
    const OperationId id = log.at(position);
    if (id.number != 0 && names.size() < operations_told) names.push_back(engine::to_string(id));
  }
  const std::size_t count = to - from + 1;
  if (names.size() == count) return and_list(names);
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

/// How far the logs are the same; nothing if that was forgotten.
std::optional<std::size_t> shared_length(const engine::ObservedLog& one,
                                         const engine::ObservedLog& other) {
  if (one.size() < other.base() || other.size() < one.base()) return std::nullopt;
  const std::size_t different = one.first_difference(other);
  return different == 0 ? std::min(one.size(), other.size()) : different - 1;
}

std::string log_words(const engine::ObservedLog& before, const engine::ObservedLog& after) {
  if (before == after) return {};
  const auto shared = shared_length(before, after);
  if (!shared) return "its log was replaced";
  std::vector<std::string> parts;
  if (before.size() > *shared)
    parts.push_back("its log lost " + entries_words(before, *shared + 1, before.size()));
  if (after.size() > *shared) {
    const std::string got = entries_words(after, *shared + 1, after.size());
    const bool one = after.size() == *shared + 1;
    parts.push_back((parts.empty() ? "its log got " : "and got ") + got + " at number " +
                    std::to_string(*shared + 1) + (one ? "" : " and behind"));
  }
  return parts.size() == 2 ? parts[0] + " " + parts[1] : parts.empty() ? "" : parts.front();
}

// ----- states -----

std::string role_words(const engine::Observation& before, const engine::Observation& after) {
  if (after.leading && !before.leading) {
    const std::size_t size = after.log.size();
    return "it leads from here on, with " +
           (size == 0 ? "an empty log" : entries_words(after.log, 1, size) + " in its log");
  }
  if (before.leading && !after.leading) return "it no longer leads";
  if (before.recovering && !after.recovering && after.operational) return "it has recovered";
  return {};
}

// ----- the outside -----

using Receivers = std::map<std::string, std::vector<std::string>>;

void add_send(Receivers& receivers, const engine::Send& send, const NodeNames& names) {
  std::vector<std::string>& list = receivers[send.type->name_of(send.instance, &names)];
  const std::string name = names.of(send.to);
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

/// What was sent at once, or is held back.
Receivers sends_of(const Rehearsed& step, const NodeNames& names) {
  Receivers receivers;
  for (const engine::Send& send : step.effects.sends) add_send(receivers, send, names);
  return receivers;
}

Receivers held_by(const Rehearsed& step, const NodeNames& names) {
  Receivers receivers;
  for (std::size_t i = step.before.held.size(); i < step.after.held.size(); ++i) {
    const engine::HeldOutput& held = step.after.held[i];
    if (held.kind == engine::HeldOutput::Kind::send) add_send(receivers, held.send, names);
  }
  return receivers;
}

std::string sends_words(const Receivers& receivers) {
  std::vector<std::string> parts;
  for (const auto& [type, list] : receivers) parts.push_back(type + " to " + and_list(list));
  return and_list(parts);
}

/// `{view_number: 1}`: what is on the disk; of much, which members.
std::string cell_words(const engine::Payload& cell, const NodeNames& names) {
  const Document content = engine::parse_json(cell.to_json(&names), "cell");
  const std::string text = content.to_plain_text();
  if (text.size() <= cell_width) return text;
  std::vector<std::string> members;
  for (const Document::Entry& entry : content.entries) members.push_back(entry.key);
  return "{" + engine::comma_list(members) + "}";
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : between) + part;
  }
  return text;
}

std::string crash_words(const Rehearsed& step, const NodeNames& names) {
  const std::size_t entries = step.shown_before.log.size();
  const std::string disk = !step.after.cell && step.after.disk == engine::Disk{}
                               ? "nothing is on its disk"
                           : step.after.cell ? "its disk has " + cell_words(step.after.cell, names)
                                             : "its disk has files";
  if (entries == 0) return disk;
  return "its log had " + entries_words(step.shown_before.log, 1, entries) + "; " + disk;
}

std::string log_otherwise(const Rehearsed& did, const Rehearsed& other) {
  const engine::ObservedLog& log = other.shown_after.log;
  if (log == did.shown_after.log) return {};
  if (log == did.shown_before.log) {
    if (log.size() == 0) return "left its log empty";
    const auto shared = shared_length(log, did.shown_after.log);
    if (!shared || *shared >= log.size()) return "left its log as it was";
    return "kept " + entries_words(log, *shared + 1, log.size()) + " in its log";
  }
  return log.size() == 0 ? "emptied its log"
                         : "had " + entries_words(log, 1, log.size()) + " in its log";
}

}  // namespace

std::string and_list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

Document state_of(const engine::LocalState& local, const NodeNames& names) {
  engine::JsonWriter json(&names);
  local.process.type().write(json, local.process.get());
  return engine::parse_json(json.str(), "state");
}

void StepWords::learn(const engine::NamedType& type, const engine::Payload& message) {
  if (!types_.insert(type.index).second) return;
  add_keys(engine::parse_json(message.to_json(&names_), "message"), carried_);
}

/// The changes worth telling: names, and what messages carry. Of what only grows and shrinks, and
/// of what is counted, only where there is nothing else.
std::vector<Change> StepWords::told(std::vector<Change> changes, bool more_is_told) const {
  std::vector<Change> chosen;
  for (Change& change : changes) {
    const std::string name = last_name(change.path);
    if (!is_told_whole(change)) continue;
    if (change.path.find('[') != std::string::npos) continue;
    if (is_counted(change.after) && carried_.count(name) == 0) continue;
    const bool again = std::any_of(chosen.begin(), chosen.end(), [&](const Change& one) {
      return last_name(one.path) == name && one.after == change.after;
    });
    if (!again && chosen.size() < changes_told) chosen.push_back(change);
  }
  if (!chosen.empty() || more_is_told) return chosen;
  if (changes.size() > changes_told) changes.resize(changes_told);
  return changes;
}

std::string StepWords::content(const engine::Payload& payload) const {
  const Document content = engine::parse_json(payload.to_json(&names_), "content");
  std::vector<std::string> parts;
  for (const Document::Entry& entry : content.entries) {
    if (parts.size() == members_told) break;
    if (is_plain(entry.value)) parts.push_back(entry.key + ": " + entry.value.to_plain_text());
    if (entry.value.is_scalar()) continue;
    const Document nested = gist(entry.value);
    const std::string text = nested.to_plain_text();
    if (!is_blank(nested) && text.size() <= content_width) parts.push_back(entry.key + ": " + text);
  }
  return parts.empty() ? std::string() : "{" + engine::comma_list(parts) + "}";
}

std::string StepWords::outcome(const Rehearsed& step) const {
  if (step.effects.exception) return "it failed: " + step.effects.exception->text;
  if (step.effects.ignored) return "it ignored it";
  if (step.before.up && !step.after.up) return crash_words(step, names_);
  std::vector<std::string> parts;
  const bool is_client = !step.effects.responses.empty() || !step.effects.invocations.empty();
  // What a restarted node has is what the disk gave it.
  if (!step.before.up) {
    if (step.before.cell)
      parts.push_back("its disk gave it " + cell_words(step.before.cell, names_));
  } else if (!is_client) {
    parts.push_back(role_words(step.shown_before, step.shown_after));
    parts.push_back(log_words(step.shown_before.log, step.shown_after.log));
    const bool more = !parts[0].empty() || !parts[1].empty();
    parts.push_back(engine::difference_text(
        told(changes_between(state_of(step.before, names_), state_of(step.after, names_)), more)));
  }
  const Receivers sent = sends_of(step, names_);
  if (!sent.empty()) parts.push_back("it sent " + sends_words(sent));
  const Receivers held = held_by(step, names_);
  if (!held.empty()) parts.push_back("it will send " + sends_words(held) + " when it has saved");
  for (const engine::Response& response : step.effects.responses)
    parts.push_back(engine::to_string(response.id) + " is answered: " +
                    engine::parse_json(response.result.to_json(&names_), "result").to_plain_text());
  return joined(parts, "; ");
}

/// What other code would have left or made of the members in which the two differ.
std::string StepWords::states_otherwise(const Rehearsed& did, const Rehearsed& other) const {
  const Document before = state_of(did.before, names_);
  const Document made = state_of(other.after, names_);
  const std::vector<Change> changed = changes_between(before, made);
  const bool log_is_told = !(other.shown_after.log == did.shown_after.log);
  std::vector<std::string> left;
  std::vector<std::string> become;
  for (const Change& change :
       told(changes_between(made, state_of(did.after, names_)), log_is_told)) {
    if (!has_path(changed, change.path)) {
      left.push_back(change.path + (is_plain(change.before) ? " at " + change.before.to_plain_text()
                                                            : " as it was"));
    } else if (is_plain(change.before) || is_told_whole(change)) {
      become.push_back(change.path + " " + change.before.to_plain_text());
    }
  }
  return joined({left.empty() ? "" : "left " + and_list(left),
                 become.empty() ? "" : "made " + and_list(become)},
                ", ");
}

/// What other code would have made of the sets, maps and lists in which the two differ.
std::string StepWords::members_otherwise(const Rehearsed& did, const Rehearsed& other) const {
  const Document made = state_of(other.after, names_);
  const std::vector<Change> differing = engine::difference(made, state_of(did.after, names_));
  std::vector<std::string> parts;
  for (const Change& change : engine::difference(state_of(did.before, names_), made)) {
    if (change.kind == Change::Kind::value || !has_path(differing, change.path)) continue;
    if (parts.size() < changes_told)
      parts.push_back(change.size == 0 ? "emptied " + change.path
                                       : "made " + engine::difference_text({change}));
  }
  return joined(parts, ", ");
}

/// What the first message that differs in its content alone would have said.
std::string StepWords::said_otherwise(const Rehearsed& did, const Rehearsed& other) const {
  for (const engine::Send& send : other.effects.sends) {
    const auto sent = std::find_if(
        did.effects.sends.begin(), did.effects.sends.end(), [&](const engine::Send& one) {
          return one.type == send.type && one.to == send.to && one.instance == send.instance;
        });
    if (sent == did.effects.sends.end() || sent->payload == send.payload) continue;
    std::vector<std::string> parts;
    for (const Change& change :
         engine::difference(engine::parse_json(sent->payload.to_json(&names_), "message"),
                            engine::parse_json(send.payload.to_json(&names_), "message"))) {
      if (is_plain(change.after) && parts.size() < members_told)
        parts.push_back(change.path + ": " + change.after.to_plain_text());
    }
    const std::string type = send.type->name_of(send.instance, &names_);
    if (parts.empty()) return "sent another " + type + " to " + names_.of(send.to);
    return "sent " + type + " with {" + engine::comma_list(parts) + "} to " + names_.of(send.to);
  }
  return {};
}

std::string StepWords::sends_otherwise(const Rehearsed& did, const Rehearsed& other) const {
  const Receivers sent = sends_of(did, names_);
  Receivers instead = sends_of(other, names_);
  Receivers omitted = sent;
  const Receivers held = held_by(other, names_);
  for (const auto& [type, list] : sent) instead.erase(type);
  for (const auto& [type, list] : sends_of(other, names_)) omitted.erase(type);
  Receivers later;
  for (const auto& [type, list] : held) {
    if (omitted.erase(type) != 0) later[type] = list;
  }
  return joined({later.empty() ? "" : "saved first, and sent " + sends_words(later) + " only then",
                 instead.empty() ? "" : "sent " + sends_words(instead),
                 omitted.empty() ? "" : "sent no " + sends_words(omitted)},
                ", ");
}

namespace {

/// Timers that are armed behind one step and not behind the other.
std::vector<std::string> timers_only(const engine::LocalState& one, const engine::LocalState& other,
                                     const NodeNames& names) {
  std::vector<std::string> list;
  for (const engine::TimerSlot& timer : one.timers) {
    const auto same = [&](const engine::TimerSlot& slot) {
      return slot.armed && slot.type == timer.type && slot.instance == timer.instance &&
             slot.value == timer.value;
    };
    if (timer.armed && std::none_of(other.timers.begin(), other.timers.end(), same))
      list.push_back(timer.type->name_of(timer.instance, &names));
  }
  return list;
}

}  // namespace

std::string StepWords::timers_otherwise(const Rehearsed& did, const Rehearsed& other) const {
  const std::vector<std::string> armed = timers_only(other.after, did.after, names_);
  const std::vector<std::string> omitted = timers_only(did.after, other.after, names_);
  return joined({armed.empty() ? "" : "armed " + and_list(armed),
                 omitted.empty() ? "" : "armed no " + and_list(omitted)},
                ", ");
}

std::string StepWords::otherwise(const Rehearsed& did, const Rehearsed& other) const {
  if (other.effects.exception) return "failed: " + other.effects.exception->text;
  if (other.effects.ignored) return "ignored it";
  const bool saves = !(other.after.cell == did.after.cell) && did.after.cell == did.before.cell;
  const std::string text =
      joined({saves ? "saved " + cell_words(other.after.cell, names_) + " first" : "",
              log_otherwise(did, other), saves ? "" : states_otherwise(did, other),
              sends_otherwise(did, other)},
             ", ");
  if (!text.empty()) return text;
  const std::string said = said_otherwise(did, other);
  if (!said.empty()) return said;
  const std::string members = members_otherwise(did, other);
  return members.empty() ? timers_otherwise(did, other) : members;
}

std::string StepWords::although(const engine::Payload& message,
                                const engine::LocalState& local) const {
  const Document content = engine::parse_json(message.to_json(&names_), "message");
  const Document state = state_of(local, names_);
  std::vector<std::string> parts;
  for (const Document::Entry& entry : content.entries) {
    if (!is_plain(entry.value)) continue;
    const Document* own = find_named(state, entry.key);
    if (own != nullptr && is_plain(*own) && !(*own == entry.value))
      parts.push_back(entry.key + " was " + own->to_plain_text());
  }
  return parts.empty() ? std::string() : "although its own " + and_list(parts);
}

}  // namespace stampede::explain
