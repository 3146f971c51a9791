#include "scenarios/running/play.hpp"

#include <algorithm>
#include <optional>

namespace stampede::scenarios {
namespace {

using engine::Document;

/// A settle that does not come to rest is cut off here; the script goes on.
constexpr std::size_t settle_max = 100'000;

void settle(engine::World& world, const std::vector<NodeId>& nodes) {
  const auto among = [&](NodeId node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  for (std::size_t count = 0; count < settle_max && !world.broken(); ++count) {
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

/// What is different between the wanted fields and the node's state, or nothing.
std::optional<std::string> state_mismatch(const Document& wanted, const Document& actual,
                                          const std::string& path) {
  if (wanted.is_mapping()) {
    if (!actual.is_mapping()) return path + " is " + actual.to_text();
    for (const Document::Entry& entry : wanted.entries) {
      const Document* member = actual.find(entry.key);
      if (member == nullptr) return path + entry.key + " does not exist";
      if (auto mismatch = state_mismatch(entry.value, *member, path + entry.key + "."))
        return mismatch;
    }
    return std::nullopt;
  }
  const std::string field = path.substr(0, path.size() - 1);
  if (wanted.is_sequence()) {
    if (!actual.is_sequence() || actual.items.size() != wanted.items.size())
      return field + " is " + actual.to_text();
    for (std::size_t i = 0; i < wanted.items.size(); ++i) {
      if (auto mismatch = state_mismatch(wanted.items[i], actual.items[i],
                                         field + "[" + std::to_string(i) + "]."))
        return mismatch;
    }
    return std::nullopt;
  }
  if (wanted.kind != actual.kind || wanted.text != actual.text)
    return field + " is " + actual.to_text();
  return std::nullopt;
}

std::optional<std::string> failed_expectation(const ScriptItem& item, const engine::World& world) {
  const auto& violations = world.violations();
  switch (item.kind) {
    case ScriptItem::Kind::expect_state: {
      if (!world.up(item.node)) return world.name(item.node) + " is down";
      engine::JsonWriter state;
      world.process(item.node).type().write(state, world.process(item.node).get());
      const Document actual = engine::parse_json(state.str(), "state");
      if (auto mismatch = state_mismatch(item.state, actual, ""))
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

}  // namespace

ScriptResult play(const Script& script, engine::World& world, bool stop_on_first) {
  ScriptResult result;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const ScriptItem& item = script[i];
    const std::uint64_t before = world.step();
    if (world.broken() || (stop_on_first && !world.violations().empty())) {
      result.steps.emplace_back(0, 0);
      continue;
    }
    if (item.kind == ScriptItem::Kind::decision) {
      if (!world.apply(item.decision)) result.skipped.push_back({i + 1, item.text});
    } else if (item.kind == ScriptItem::Kind::settle) {
      settle(world, item.nodes);
    } else if (auto failure = failed_expectation(item, world)) {
      result.failed_expectations.push_back({i + 1, *failure});
    }
    if (world.step() == before) {
      result.steps.emplace_back(0, 0);
    } else {
      result.steps.emplace_back(before + 1, world.step());
    }
  }
  return result;
}

}  // namespace stampede::scenarios
