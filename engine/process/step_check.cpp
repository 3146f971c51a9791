#include "engine/process/step_check.hpp"

#include <algorithm>

#include "engine/core/difference.hpp"
#include "engine/core/json.hpp"

namespace stampede::engine {
namespace {

/// `the handler of Prepare`, or what else runs at this input.
std::string who_runs(const Input& input, const LocalState& before) {
  switch (input.kind) {
    case Input::Kind::start:
      return "start()";
    case Input::Kind::recover:
      return "recover()";
    case Input::Kind::message:
      return "the handler of " + input.type->name;
    case Input::Kind::timer:
      return "the handler of " + before.timers.at(input.slot).type->name;
    case Input::Kind::disk_completed:
      return "the handler of DiskCompleted";
    case Input::Kind::begin:
      return "the handler of BeginOperation";
    case Input::Kind::save_completed:
    case Input::Kind::crash:
    case Input::Kind::clock:
      break;
  }
  return "a step without a handler";
}

Document state_of(const LocalState& local) {
  JsonWriter state;
  local.process.type().write(state, local.process.get());
  return parse_json(state.take(), "state");
}

/// The fields in which two states differ.
std::string changes(const LocalState& before, const LocalState& after) {
  if (!(before.process == after.process)) {
    std::string text = difference_text(difference(state_of(before), state_of(after)));
    // What is part of the value and not shown has no name.
    if (!text.empty()) return text;
    return "what is not shown of it";
  }
  if (before.unique_counter != after.unique_counter) return "the counter behind context.unique()";
  if (before.trusted_counter != after.trusted_counter) return "the trusted counter";
  return "what belongs to its node";
}

bool same_sends(const Effects& left, const Effects& right) {
  return std::equal(left.sends.begin(), left.sends.end(), right.sends.begin(), right.sends.end(),
                    [](const Send& a, const Send& b) {
                      return a.type == b.type && a.to == b.to && a.instance == b.instance &&
                             a.payload == b.payload;
                    });
}

bool same_timers(const Effects& left, const Effects& right) {
  return std::equal(left.timers.begin(), left.timers.end(), right.timers.begin(),
                    right.timers.end(), [](const TimerChange& a, const TimerChange& b) {
                      return a.slot == b.slot && a.armed == b.armed && a.after == b.after;
                    });
}

std::uint64_t hash_of_more(const Effects& effects) {
  Hasher hasher;
  effects.append_more(hasher);
  return hasher.finish();
}

/// Where two runs of one step part; empty if they do not.
std::string parting(const StepTwice& steps) {
  const Effects& first = steps.effects;
  const Effects& second = steps.effects_again;
  if (first.exception.has_value() != second.exception.has_value()) return "one of them throws";
  if (first.ignored != second.ignored) return "one of them ignores its input";
  if (!same_sends(first, second)) return "they send different messages";
  if (!same_timers(first, second)) return "they treat timers differently";
  if (hash_of_more(first) != hash_of_more(second)) return "their other effects differ";
  if (first.exception || steps.after == steps.after_again) return {};
  return "the states behind them differ: " + changes(steps.after, steps.after_again);
}

}  // namespace

std::optional<std::string> effect_of_ignored(const Effects& effects) {
  if (!effects.sends.empty()) return "sends " + effects.sends.front().type->name;
  if (!effects.timers.empty()) return "arms or disarms a timer";
  if (effects.saves_completed != 0 || effects.save_started) return "persists";
  if (!effects.responses.empty()) return "answers an operation";
  if (!effects.invocations.empty()) return "begins an operation";
  if (!effects.disk_requests.empty()) return "asks its disk for something";
  if (!effects.indications.empty()) return "indicates something";
  if (effects.held) return "sends behind a save";
  return std::nullopt;
}

std::optional<Thrown> changed_by_ignored(const LocalState& before, const LocalState& after,
                                         const Input& input) {
  if (before == after) return std::nullopt;
  return Thrown{who_runs(input, before) + " ignores the message, and has changed " +
                changes(before, after)};
}

std::optional<Thrown> hidden_state(const StepTwice& steps, const Input& input) {
  const std::string where = parting(steps);
  if (where.empty()) return std::nullopt;
  return Thrown{who_runs(input, steps.before) +
                " does something else when it runs again from the same state: " + where +
                ". It keeps or reads something outside its process, like a static variable"};
}

}  // namespace stampede::engine
