#include "explain/step_words.hpp"

#include <algorithm>
#include <map>

namespace stampede::explain {
namespace {

using engine::Change;
using engine::Document;
using engine::NodeNames;

constexpr std::size_t members_told = 3;
constexpr std::size_t changes_told = 4;
constexpr std::size_t operations_told = 3;

std::string last_name(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool is_plain(const Document& value) { return value.is_scalar() && !value.text.empty(); }

/// The value under this name, in the tree or in a part of it; nullptr if there is none.
const Document* find_named(const Document& tree, const std::string& name) {
  if (!tree.is_mapping()) return nullptr;
  if (const Document* found = tree.find(name)) return found;
  for (const Document::Entry& entry : tree.entries) {
    if (const Document* found = find_named(entry.value, name)) return found;
  }
  return nullptr;
}

// ----- logs -----

std::string operation_words(OperationId id) {
  return id.number == 0 ? "an entry without an operation" : engine::to_string(id);
}

/// The operations at these positions: `c0.1 and c1.1`; of many, how many.
std::string entries_words(const engine::ObservedLog& log, std::size_t from, std::size_t to) {
  if (from <= log.base() || to - from >= operations_told)
    return std::to_string(to - from + 1) + (to == from ? " entry" : " entries");
  std::vector<std::string> names;
  for (std::size_t position = from; position <= to; ++position)
    names.push_back(operation_words(log.at(position)));
  return and_list(names);
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

/// The changes worth telling: plain values first. What logs are is told as such.
std::vector<Change> told(std::vector<Change> changes, bool log_is_told) {
  if (log_is_told) {
    changes.erase(std::remove_if(changes.begin(), changes.end(),
                                 [](const Change& one) {
                                   const std::string name = last_name(one.path);
                                   return name.substr(0, name.find('[')) == "log" ||
                                          one.path.find("log[") != std::string::npos;
                                 }),
                  changes.end());
  }
  std::stable_partition(changes.begin(), changes.end(), [](const Change& one) {
    return one.kind == Change::Kind::value && is_plain(one.after);
  });
  if (changes.size() > changes_told) changes.resize(changes_told);
  return changes;
}

std::string role_words(const engine::Observation& before, const engine::Observation& after) {
  if (after.leading && (!before.leading || before.epoch != after.epoch)) {
    const std::size_t size = after.log.size();
    return "it leads from here on, with " +
           (size == 0 ? "an empty log"
                      : "a log of " + std::to_string(size) + (size == 1 ? " entry" : " entries"));
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

/// `{view_number: 1}`: what is on the disk; a cell inside a cell is told by its content.
std::string cell_words(const engine::Payload& cell, const NodeNames& names) {
  const Document content = engine::parse_json(cell.to_json(&names), "cell");
  return content.to_plain_text();
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

std::string content_words(const engine::Payload& payload, const NodeNames& names) {
  const Document content = engine::parse_json(payload.to_json(&names), "content");
  std::vector<std::string> parts;
  for (const Document::Entry& entry : content.entries) {
    if (is_plain(entry.value) && parts.size() < members_told)
      parts.push_back(entry.key + ": " + entry.value.to_plain_text());
  }
  return parts.empty() ? std::string() : "{" + engine::comma_list(parts) + "}";
}

std::string outcome_words(const Rehearsed& step, const NodeNames& names) {
  if (step.effects.exception) return "it failed: " + step.effects.exception->text;
  if (step.effects.ignored) return "it ignored it";
  if (step.before.up && !step.after.up) return crash_words(step, names);
  std::vector<std::string> parts = {role_words(step.shown_before, step.shown_after),
                                    log_words(step.shown_before.log, step.shown_after.log)};
  const bool log_is_told = !(step.shown_before.log == step.shown_after.log);
  // What a restarted node has is what the disk gave it.
  if (step.before.up) {
    parts.push_back(engine::difference_text(
        told(engine::difference(state_of(step.before, names), state_of(step.after, names)),
             log_is_told)));
  }
  if (!(step.before.cell == step.after.cell) && step.after.cell)
    parts.push_back("it has saved " + cell_words(step.after.cell, names));
  const Receivers sent = sends_of(step, names);
  if (!sent.empty()) parts.push_back("it sent " + sends_words(sent));
  const Receivers held = held_by(step, names);
  if (!held.empty()) parts.push_back("it will send " + sends_words(held) + " when it has saved");
  for (const engine::Response& response : step.effects.responses)
    parts.push_back(engine::to_string(response.id) + " is answered: " +
                    engine::parse_json(response.result.to_json(&names), "result").to_plain_text());
  return joined(parts, "; ");
}

namespace {

/// What other code would have left or made of the members in which the two differ.
std::string states_otherwise(const Rehearsed& did, const Rehearsed& other, const NodeNames& names) {
  const Document before = state_of(did.before, names);
  const Document made = state_of(other.after, names);
  const auto changed = told(engine::difference(before, made), true);
  std::vector<std::string> left;
  std::vector<std::string> become;
  for (const Change& change : told(engine::difference(made, state_of(did.after, names)), true)) {
    const bool moved = std::any_of(changed.begin(), changed.end(),
                                   [&](const Change& one) { return one.path == change.path; });
    if (!moved) {
      left.push_back(change.path +
                     (is_plain(change.before) ? " at " + change.before.to_plain_text() : ""));
    } else if (is_plain(change.before)) {
      become.push_back(change.path + " " + change.before.to_plain_text());
    }
  }
  return joined({left.empty() ? "" : "left " + and_list(left),
                 become.empty() ? "" : "made " + and_list(become)},
                ", ");
}

std::string log_otherwise(const Rehearsed& did, const Rehearsed& other) {
  const engine::ObservedLog& log = other.shown_after.log;
  if (log == did.shown_after.log) return {};
  if (log == did.shown_before.log) {
    const auto shared = shared_length(log, did.shown_after.log);
    if (!shared || *shared >= log.size()) return "left its log as it was";
    return "kept " + entries_words(log, *shared + 1, log.size()) + " in its log";
  }
  return log.size() == 0 ? "emptied its log"
                         : "had " + entries_words(log, 1, log.size()) + " in its log";
}

std::string sends_otherwise(const Rehearsed& did, const Rehearsed& other, const NodeNames& names) {
  const Receivers sent = sends_of(did, names);
  Receivers instead = sends_of(other, names);
  Receivers omitted = sent;
  const Receivers held = held_by(other, names);
  for (const auto& [type, list] : sent) instead.erase(type);
  for (const auto& [type, list] : sends_of(other, names)) omitted.erase(type);
  for (const auto& [type, list] : held) omitted.erase(type);
  const bool waits = !held.empty() && held_by(did, names).empty();
  return joined({waits ? "saved first, and sent " + sends_words(held) + " only then" : "",
                 instead.empty() ? "" : "sent " + sends_words(instead),
                 omitted.empty() ? "" : "not sent " + sends_words(omitted)},
                ", ");
}

}  // namespace

std::string otherwise_words(const Rehearsed& did, const Rehearsed& other, const NodeNames& names) {
  if (other.effects.exception) return "failed: " + other.effects.exception->text;
  if (other.effects.ignored) return "ignored it";
  const bool saves = !(other.after.cell == did.after.cell) && other.after.cell;
  return joined(
      {saves ? "saved " + cell_words(other.after.cell, names) : "", log_otherwise(did, other),
       states_otherwise(did, other, names), sends_otherwise(did, other, names)},
      ", ");
}

std::string although_words(const engine::Payload& message, const engine::LocalState& local,
                           const NodeNames& names) {
  const Document content = engine::parse_json(message.to_json(&names), "message");
  const Document state = state_of(local, names);
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
