#include "scenarios/running/play.hpp"

#include <algorithm>
#include <optional>

#include "engine/world/decision_text.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;

/// A settle that does not come to rest is cut off here; the script goes on.
constexpr std::size_t settle_max = 100'000;

/// What `stop` says, asked now and then.
class Asking {
 public:
  explicit Asking(const std::function<std::string()>& stop) : stop_(stop) {}
  bool go_on() {
    if (stop_ && told.empty() && asked_++ % engine::World::block_decisions == 0) told = stop_();
    return told.empty();
  }
  std::string told;

 private:
  const std::function<std::string()>& stop_;
  std::uint64_t asked_ = 0;
};

void settle(engine::World& world, const std::vector<NodeId>& nodes, Asking& asking) {
  const auto among = [&](NodeId node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  for (std::size_t count = 0; count < settle_max && !world.broken() && asking.go_on(); ++count) {
    bool delivered = false;
    for (const engine::MessageSlot slot : world.in_flight()) {
      const engine::InFlight& message = world.message(slot);
      if (!among(message.from) || !among(message.to) || !world.up(message.to) ||
          world.local(message.to).paused)
        continue;
      world.set_now(world.now() + engine::milliseconds(1));
      delivered = world.deliver(slot);
      break;
    }
    if (!delivered) return;
  }
}

/// What is different between the wanted value and the state's, or nothing.
std::optional<std::string> value_mismatch(const Document& wanted, const Document& actual,
                                          const std::string& path) {
  if (wanted.is_mapping()) {
    if (!actual.is_mapping()) return path + " is " + actual.to_plain_text();
    for (const Document::Entry& entry : wanted.entries) {
      const Document* member = actual.find(entry.key);
      const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
      if (member == nullptr) return inner + " does not exist";
      if (auto mismatch = value_mismatch(entry.value, *member, inner)) return mismatch;
    }
    return std::nullopt;
  }
  if (wanted.is_sequence()) {
    if (!actual.is_sequence() || actual.items.size() != wanted.items.size())
      return path + " is " + actual.to_plain_text();
    for (std::size_t i = 0; i < wanted.items.size(); ++i) {
      if (auto mismatch = value_mismatch(wanted.items[i], actual.items[i],
                                         path + "[" + std::to_string(i) + "]"))
        return mismatch;
    }
    return std::nullopt;
  }
  if (wanted.kind != actual.kind || wanted.text != actual.text)
    return path + " is " + actual.to_plain_text();
  return std::nullopt;
}

/// The same for a state whose nodes may be wanted by name or by number: `numbered` is nullptr where
/// its form differs.
std::optional<std::string> state_mismatch(const Document& wanted, const Document& named,
                                          const Document* numbered, const std::string& path) {
  if (wanted.is_mapping() && named.is_mapping()) {
    for (const Document::Entry& entry : wanted.entries) {
      const Document* member = named.find(entry.key);
      const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
      if (member == nullptr) return inner + " does not exist";
      const Document* other = numbered == nullptr ? nullptr : numbered->find(entry.key);
      if (auto mismatch = state_mismatch(entry.value, *member, other, inner)) return mismatch;
    }
    return std::nullopt;
  }
  auto mismatch = value_mismatch(wanted, named, path);
  if (mismatch && numbered != nullptr && !value_mismatch(wanted, *numbered, path))
    return std::nullopt;
  return mismatch;
}

std::optional<std::string> failed_expectation(const ScriptItem& item, const engine::World& world) {
  const auto& violations = world.violations();
  switch (item.kind) {
    case ScriptItem::Kind::expect_state: {
      if (!world.up(item.node)) return world.name(item.node) + " is down";
      const engine::ProcessValue& process = world.process(item.node);
      engine::JsonWriter state;
      process.type().write(state, process.get());
      const Document numbered = engine::parse_json(state.str(), "state");
      const Document named = engine::parse_json(world.state_json(item.node), "state");
      if (auto mismatch = state_mismatch(item.state, named, &numbered, ""))
        return world.name(item.node) + ": " + *mismatch;
      return std::nullopt;
    }
    case ScriptItem::Kind::expect_violation: {
      const bool found = std::any_of(
          violations.begin(), violations.end(),
          [&](const engine::Violation& violation) { return violation.property == item.property; });
      return found ? std::nullopt : std::optional<std::string>(item.property + " holds so far");
    }
    case ScriptItem::Kind::expect_no_violation:
      return violations.empty()
                 ? std::nullopt
                 : std::optional<std::string>(violations.front().property + " is violated");
    default:
      return std::nullopt;
  }
}

/// InputError if the item names a timer by a value that several armed ones have.
void require_one_timer(const ScriptItem& item, const engine::World& world) {
  const engine::TimerName& wanted = item.decision.timer;
  if (item.decision.kind != engine::DecisionKind::fire || !wanted.value || wanted.nth != 0) return;
  const std::vector<std::uint32_t> found = world.find_timers(wanted);
  if (found.size() < 2) return;
  std::vector<std::string> candidates;
  for (const std::uint32_t timer : found) {
    engine::TimerName name = engine::name_of(world.local(wanted.node).timers[timer], wanted.node);
    name.nth = 0;
    candidates.push_back("'" + engine::timer_text(name, world.names()) + "'");
  }
  throw engine::InputError(item.place, std::to_string(found.size()) + " armed timers are meant",
                           "one of: " + engine::comma_list(candidates));
}

}  // namespace

ScriptResult play(const Script& script, engine::World& world, bool stop_on_first,
                  const std::function<std::string()>& stop) {
  ScriptResult result;
  Asking asking(stop);
  for (std::size_t i = 0; i < script.size(); ++i) {
    const ScriptItem& item = script[i];
    const std::uint64_t before = world.step();
    if (world.broken() || (stop_on_first && !world.violations().empty()) || !asking.go_on()) {
      result.steps.emplace_back(0, 0);
      continue;
    }
    if (item.kind == ScriptItem::Kind::decision) {
      require_one_timer(item, world);
      if (!world.apply(item.decision)) result.skipped.push_back({i + 1, item.text});
    } else if (item.kind == ScriptItem::Kind::settle) {
      settle(world, item.nodes, asking);
    } else if (auto failure = failed_expectation(item, world)) {
      result.failed_expectations.push_back({i + 1, *failure});
    }
    if (world.step() == before) {
      result.steps.emplace_back(0, 0);
    } else {
      result.steps.emplace_back(before + 1, world.step());
    }
  }
  result.told = asking.told;
  return result;
}

}  // namespace stampede::scenarios
