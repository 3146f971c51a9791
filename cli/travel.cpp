#include "cli/travel.hpp"

#include <algorithm>
#include <cstdio>

#include "cli/step_printer.hpp"
#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

constexpr std::size_t value_width = 76;

std::string cut(std::string text) {
  if (text.size() > value_width) text = text.substr(0, value_width - 3) + "...";
  return text;
}

std::string value_text(const std::optional<engine::Document>& value) {
  return value ? value->to_plain_text() : "not there";
}

/// `r1.view_number 0 -> 1`; at first `r1.view_number = 0`.
std::string change_text(const explain::Watch::Change& change) {
  if (!change.before || !change.after)
    return change.name + (change.after ? " = " : " is ") + cut(value_text(change.after));
  const auto named = [&](const engine::Document& value) {
    return engine::mapping_document({{change.name, value}});
  };
  return engine::difference_text(engine::difference(named(*change.before), named(*change.after)));
}

void write_value(engine::JsonWriter& json, const std::optional<engine::Document>& value) {
  if (value) {
    engine::write(json, *value);
  } else {
    json.null();
  }
}

/// `leads, epoch 1, log 3, committed 2, executed 2`: what a node shows.
std::string shown_text(const engine::World& world, NodeId node) {
  if (!world.up(node)) return "down";
  std::string text = world.local(node).paused ? "paused, " : "";
  if (world.facets(node).empty()) return text + world.role(node);
  const engine::Observation& shown = world.observation(node);
  if (shown.leading) text += "leads, ";
  if (shown.recovering) text += "recovers, ";
  return text + "epoch " + std::to_string(shown.epoch) + ", log " +
         std::to_string(shown.log.size()) + ", committed " + std::to_string(shown.committed) +
         ", executed " + std::to_string(shown.executed);
}

/// A node's whole state, a member a line, with what has become of each.
void print_members(const engine::World& before, const engine::World& after, NodeId node) {
  if (!after.up(node)) return;
  const engine::Document now = explain::state_document(after.process(node), after.names());
  const engine::Document then =
      before.up(node) ? explain::state_document(before.process(node), before.names()) : now;
  std::size_t width = 0;
  for (const engine::Document::Entry& entry : now.entries)
    width = std::max(width, entry.key.size());
  for (const engine::Document::Entry& entry : now.entries) {
    std::printf("  %-*s  %s\n", static_cast<int>(width), entry.key.c_str(),
                cut(entry.value.to_plain_text()).c_str());
    const engine::Document* old = then.find(entry.key);
    if (old == nullptr || *old == entry.value) continue;
    const auto changes = engine::difference(engine::mapping_document({{entry.key, *old}}),
                                            engine::mapping_document({{entry.key, entry.value}}));
    std::printf("  %-*s    %s\n", static_cast<int>(width), "",
                engine::difference_text(changes).c_str());
  }
}

void print_messages(const char* what, const std::vector<engine::MessageName>& names,
                    const engine::NodeNames& nodes) {
  for (const engine::MessageName& name : names)
    std::printf("  %s  %s\n", what, engine::message_text(name, nodes).c_str());
}

void write_messages(engine::JsonWriter& json, const char* key,
                    const std::vector<engine::MessageName>& names, const engine::NodeNames& nodes) {
  json.key(key).begin_array();
  for (const engine::MessageName& name : names) json.text(engine::message_text(name, nodes));
  json.end_array();
}

}  // namespace

std::optional<NodeId> node_named(const std::string& name, const engine::NodeNames& names) {
  if (name.empty()) return std::nullopt;
  const std::optional<NodeId> found = names.find(name);
  if (!found) engine::fail_unknown({"--node", 0, 0}, "node", name, names.all());
  return found;
}

Travel::Travel(const TravelFlags& flags, const scenarios::Scenario& scenario) : flags_(flags) {
  const std::unique_ptr<engine::World> world = scenarios::build_world(scenario, 0);
  words_ = explain::vocabulary_of(scenario, *world);
  node_ = node_named(flags.node, words_.names);
  if (!flags.until.empty()) until_ = explain::Predicate::parse(flags.until, words_, "--until");
  for (const std::string& watch : flags.watches)
    watches_.push_back(explain::Watch::parse(watch, words_, "--watch"));
  if (flags.from && flags.to && *flags.from > *flags.to)
    throw engine::InputError(
        "--from " + std::to_string(*flags.from) + " is behind --to " + std::to_string(*flags.to),
        "a range goes from a step to a later one");
}

void Travel::require_steps(const explain::Tape& tape) const {
  for (const auto& [flag, step] :
       {std::pair("--from", flags_.from), std::pair("--to", flags_.to)}) {
    if (step && (*step == 0 || *step > tape.size()))
      throw engine::InputError(std::string(flag) + ": the run has no step " + std::to_string(*step),
                               "its steps are 1 to " + std::to_string(tape.size()));
  }
}

void Travel::go(explain::Tape& tape) {
  require_steps(tape);
  const std::uint64_t first = std::max(flags_.from.value_or(1), tape.boots() + 1);
  const std::uint64_t last = std::max(flags_.to.value_or(tape.size()), tape.boots());
  to_ = last;
  if (until_ || !watches_.empty()) {
    explain::follow(tape, first, last, [&](explain::Moment& moment) {
      for (explain::Watch& watch : watches_) {
        for (explain::Watch::Change& change : watch.changes(moment))
          seen_.push_back({moment.world().step(), moment.world().now(), std::move(change)});
      }
      const bool holds = until_ && until_->holds(moment) && moment.step() != nullptr;
      if (holds) stop_ = to_ = moment.world().step();
      return !holds && !interrupted();
    });
  }
  from_ = std::min(flags_.from ? first : to_, to_);
}

bool Travel::shows_steps() const {
  return !never_holds() && (until_ || flags_.to || flags_.from || node_ || !flags_.show.empty());
}

std::unique_ptr<engine::World> Travel::world_before(explain::Tape& tape) const {
  return tape.copy_at(std::max(from_, tape.boots() + 1) - 1);
}

void Travel::print(explain::Tape& tape) const {
  print_watched();
  if (never_holds())
    std::printf("'%s' holds nowhere in steps %s to %s\n", until_->text().c_str(),
                grouped(flags_.from.value_or(1)).c_str(), grouped(to_).c_str());
  if (!shows_steps()) return;
  if (flags_.show != "events" && flags_.show != "state") return print_world(tape);
  using What = StepPrinter::What;
  const std::uint64_t first = std::max(flags_.from.value_or(1), tape.boots() + 1);
  StepPrinter printer(flags_.show == "events" ? What::events : What::states, first, to_, node_,
                      words_.names);
  printer.begin_with(tape.world_at(first - 1));
  if (first <= to_) tape.tell(first, to_, printer);
}

void Travel::print_watched() const {
  for (const Seen& seen : seen_) {
    print_place(seen.step, seen.time);
    std::printf("%s\n", change_text(seen.change).c_str());
  }
}

void Travel::print_world(explain::Tape& tape) const {
  const std::unique_ptr<engine::World> before = world_before(tape);
  if (from_ < to_) {
    std::printf("steps %s to %s\n", grouped(from_).c_str(), grouped(to_).c_str());
  } else if (to_ > tape.boots()) {
    StepPrinter printer(StepPrinter::What::decisions, to_, to_, std::nullopt, words_.names);
    tape.tell(to_, to_, printer);
  }
  const engine::World& after = tape.world_at(to_);
  const explain::WorldChange change = explain::world_change(*before, after);
  for (std::uint32_t i = 0; i < after.node_count(); ++i) {
    const NodeId node{i};
    if (node_ && *node_ != node) continue;
    const auto changed =
        std::find_if(change.nodes.begin(), change.nodes.end(),
                     [&](const explain::NodeChange& at_node) { return at_node.node == node; });
    std::printf("%c %-4s %s\n", changed == change.nodes.end() ? ' ' : '*',
                words_.names.of(node).c_str(), shown_text(after, node).c_str());
    if (node_) {
      print_members(*before, after, node);
    } else if (changed != change.nodes.end()) {
      std::printf("       %s\n", engine::difference_text(changed->changes).c_str());
    }
  }
  if (node_) return;
  std::printf("  %zu in flight\n", after.in_flight_count());
  print_messages("+", change.sent, words_.names);
  print_messages("-", change.gone, words_.names);
}

void Travel::write_watched(engine::JsonWriter& json) const {
  json.key("watches").begin_array();
  for (const Seen& seen : seen_) {
    json.begin_object();
    json.key("step").unsigned_integer(seen.step);
    json.key("time").text(engine::to_string(seen.time));
    json.key("name").text(seen.change.name);
    json.key("before");
    write_value(json, seen.change.before);
    json.key("after");
    write_value(json, seen.change.after);
    json.end_object();
  }
  json.end_array();
}

void Travel::write(engine::JsonWriter& json, explain::Tape& tape) const {
  json.key("from").unsigned_integer(from_);
  json.key("to").unsigned_integer(to_);
  json.key("until");
  if (stop_) {
    json.unsigned_integer(*stop_);
  } else {
    json.null();
  }
  write_watched(json);
  const std::unique_ptr<engine::World> before = world_before(tape);
  const engine::World& after = tape.world_at(to_);
  const explain::WorldChange change = explain::world_change(*before, after);
  json.key("nodes").begin_object();
  for (std::uint32_t i = 0; i < after.node_count(); ++i) {
    const NodeId node{i};
    if (node_ && *node_ != node) continue;
    json.key(words_.names.of(node)).begin_object();
    json.key("up").boolean(after.up(node));
    json.key("state");
    if (after.up(node)) {
      json.raw(after.state_json(node));
    } else {
      json.null();
    }
    json.key("changed");
    const auto changed = explain::node_change(*before, after, node);
    json.text(changed ? engine::difference_text(changed->changes) : "");
    json.end_object();
  }
  json.end_object();
  write_messages(json, "sent", change.sent, words_.names);
  write_messages(json, "gone", change.gone, words_.names);
}

}  // namespace stampede::cli
