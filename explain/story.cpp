#include "explain/story.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "engine/world/decision_text.hpp"
#include "explain/rehearsal.hpp"
#include "explain/step_words.hpp"

namespace stampede::explain {
namespace {

using engine::EventKind;

/// So many steps of the past are looked at, the last ones.
constexpr std::size_t steps_looked_at = 20'000;
constexpr std::size_t guards_told = 3;

/// How much a step tells. What changes who leads, or takes something away, tells more than what
/// adds to it, and that more than what is only counted.
enum Weight : unsigned {
  tells_nothing = 0,
  tells_change = 5,
  tells_growth = 20,
  tells_commit = 25,
  tells_epoch = 30,
  tells_invocation = 32,
  tells_restart = 34,
  tells_answer = 36,
  tells_leader = 40,
  tells_crash = 42,
  tells_loss = 45,
  tells_other_violation = 50,
  tells_guard = 80,
  tells_contradicted = 90,
  tells_violation = 100,
};

/// A step that may be told.
struct Scene {
  std::uint64_t step = 0;
  unsigned weight = tells_nothing;
  /// The message was sent before something that its sender or receiver has done since.
  bool late = false;
};

unsigned weight_of(const Step& step, const Rehearsed& did) {
  const engine::Observation& before = did.shown_before;
  const engine::Observation& after = did.shown_after;
  if (step.kind == EventKind::crash) return tells_crash;
  if (step.kind == EventKind::restart) return tells_restart;
  if (did.effects.ignored) return tells_nothing;
  if (did.effects.exception) return tells_loss;
  const bool ends_as_before = before.log.size() <= after.log.size() &&
                              before.log.size() >= after.log.base() &&
                              before.log.agrees(after.log, before.log.size());
  if (!ends_as_before && after.log.base() <= before.log.size()) return tells_loss;
  if (before.leading != after.leading || before.recovering != after.recovering) return tells_leader;
  if (!did.effects.responses.empty()) return tells_answer;
  if (step.kind == EventKind::begin) return tells_invocation;
  if (before.epoch != after.epoch) return tells_epoch;
  if (before.committed != after.committed) return tells_commit;
  if (!(before.log == after.log)) return tells_growth;
  return did.before == did.after ? tells_nothing : tells_change;
}

class Teller {
 public:
  Teller(Tape& tape, const engine::Violation& violation)
      : tape_(tape),
        violation_(violation),
        before_(tape),
        own_(tape.scenario()),
        words_(tape.names()) {
    if (const auto correct = corrected(tape.scenario())) correct_.emplace(*correct);
  }

  Story tell() {
    Story story;
    story.property = violation_.property;
    story.message = violation_.message;
    story.contradiction = contradiction_of(tape_, before_, violation_);
    const Contradiction& contradiction = story.contradiction;
    Steps ends = {contradiction.later};
    if (contradiction.earlier != 0) ends.push_back(contradiction.earlier);
    const Steps past = before_.past(ends);
    story.cone = static_cast<std::uint64_t>(
        std::count_if(past.begin(), past.end(), [&](auto step) { return step > tape_.boots(); }));
    look_at(past);
    choose_guards(story);
    raise(contradiction.earlier, tells_contradicted);
    raise(contradiction.later, tells_violation);
    for (const scenarios::FoundViolation& found : tape_.result().violations)
      raise(found.violation.step, tells_other_violation);
    for (const BrokenGuard& guard : story.broken_guards) {
      raise(guard.step, tells_guard);
      raise(tape_.step(guard.step).cause, tells_growth);
    }
    choose_scenes(Story::sentences_max - 1 - story.broken_guards.size());
    write(story);
    return story;
  }

 private:
  void look_at(const Steps& past) {
    std::vector<std::uint64_t> moved(tape_.names().size());
    const std::size_t skipped = past.size() - std::min(past.size(), steps_looked_at);
    for (std::size_t i = skipped; i < past.size(); ++i) {
      const std::uint64_t number = past[i];
      if (number <= tape_.boots()) continue;
      const Step& step = tape_.step(number);
      const engine::World& world = tape_.world_at(number - 1);
      const auto did = own_.step(world, step.decision);
      Scene scene{number, tells_nothing, false};
      if (!did) {
        scene.weight = step.kind == EventKind::wipe ? tells_loss : tells_nothing;
        scenes_.push_back(scene);
        continue;
      }
      scene.weight = weight_of(step, *did);
      if (step.kind == EventKind::deliver) {
        const NodeId from = step.decision.message.from;
        const engine::InFlight& message =
            world.message(world.find_message(step.decision.message).value());
        words_.learn(*message.type, message.payload);
        scene.late = std::max(moved[from.value], moved[step.node.value]) > step.cause;
      }
      if (scene.weight >= tells_leader || scene.weight == tells_epoch)
        moved[step.node.value] = number;
      scenes_.push_back(scene);
      if (correct_) compare(number, step, *did);
    }
  }

  /// Would correct code have done the same?
  void compare(std::uint64_t number, const Step& step, const Rehearsed& did) {
    const auto other = correct_->step(tape_.world_at(number - 1), step.decision);
    if (!other || same_step(did, *other)) return;
    const std::string words = words_.otherwise(did, *other);
    if (words.empty()) return;
    const std::string& type =
        step.kind == EventKind::fire ? step.decision.timer.type : step.decision.message.type;
    // What is not saved is missed by who crashes, and by nobody else.
    const bool unsaved =
        did.after.cell == did.before.cell && (!(other->after.cell == did.after.cell) ||
                                              other->after.held.size() > did.after.held.size());
    if (unsaved && !other->effects.ignored && !crashes_behind(number, step.node)) return;
    guards_[{step.node, step.kind, type}] = {number, words};
  }

  [[nodiscard]] bool crashes_behind(std::uint64_t number, NodeId node) const {
    const std::uint64_t end = shows_at(tape_, violation_);
    while (++number <= end) {
      const Step& step = tape_.step(number);
      if (step.kind == EventKind::crash && step.node == node) return true;
    }
    return false;
  }

  void choose_guards(Story& story) const {
    for (const auto& [what, guard] : guards_) story.broken_guards.push_back(guard);
    std::sort(story.broken_guards.begin(), story.broken_guards.end(),
              [](const BrokenGuard& a, const BrokenGuard& b) { return a.step < b.step; });
    const std::size_t all = story.broken_guards.size();
    if (all > guards_told)
      story.broken_guards.erase(story.broken_guards.begin(),
                                story.broken_guards.end() - guards_told);
  }

  void raise(std::uint64_t step, unsigned weight) {
    for (Scene& scene : scenes_) {
      if (scene.step == step) scene.weight = std::max(scene.weight, weight);
    }
  }

  /// Keeps the `most` that tell most, of equal ones the last.
  void choose_scenes(std::size_t most) {
    std::stable_sort(scenes_.begin(), scenes_.end(), [](const Scene& a, const Scene& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.step > b.step;
    });
    while (!scenes_.empty() && (scenes_.size() > most || scenes_.back().weight == tells_nothing))
      scenes_.pop_back();
    std::sort(scenes_.begin(), scenes_.end(),
              [](const Scene& a, const Scene& b) { return a.step < b.step; });
  }

  void write(Story& story) const {
    bool named = false;
    for (const Scene& scene : scenes_) {
      const auto guard =
          std::find_if(story.broken_guards.begin(), story.broken_guards.end(),
                       [&](const BrokenGuard& one) { return one.step == scene.step; });
      const bool broken = guard != story.broken_guards.end();
      story.sentences.push_back({sentence(scene, broken), scene.step});
      if (!broken) continue;
      story.sentences.push_back(
          {"Correct code would have " + guard->correct + (named ? "." : defect_words()),
           scene.step});
      named = true;
    }
    story.sentences.push_back(
        {"That breaks " + story.property + ": " + story.message + ".", story.contradiction.later});
  }

  [[nodiscard]] std::string defect_words() const {
    std::vector<std::string> parts;
    for (const engine::Defect* defect : tape_.scenario().defects) {
      std::vector<std::string> options;
      for (const auto& [option, value] : defect->assignments)
        options.push_back(option + ": " + value);
      parts.push_back(defect->name + " (" + engine::comma_list(options) + ")");
    }
    return ": the guard that is broken by " + and_list(parts) + ".";
  }

  [[nodiscard]] std::string sentence(const Scene& scene, bool broken) const {
    const Step& step = tape_.step(scene.step);
    const engine::World& world = tape_.world_at(scene.step - 1);
    std::string text = happened(scene, step, world);
    const auto did = own_.step(world, step.decision);
    if (broken && step.kind == EventKind::deliver) {
      const auto slot = world.find_message(step.decision.message);
      const std::string although =
          words_.although(world.message(slot.value()).payload, did->before);
      if (!although.empty()) text += ", " + although;
    }
    const std::string outcome = did ? words_.outcome(*did) : std::string();
    if (!outcome.empty()) text += ": " + outcome;
    std::vector<std::string> broke;
    for (const scenarios::FoundViolation& found : tape_.result().violations) {
      if (found.violation.step == scene.step && found.violation.property != violation_.property)
        broke.push_back(found.violation.property);
    }
    return text + (broke.empty() ? "." : "; that breaks " + and_list(broke) + ".");
  }

  /// What happened to whom.
  [[nodiscard]] std::string happened(const Scene& scene, const Step& step,
                                     const engine::World& world) const {
    const engine::NodeNames& names = tape_.names();
    const std::string node = names.of(step.node);
    switch (step.kind) {
      case EventKind::deliver:
      case EventKind::ignore:
        return node + " took " + message_words(scene, step, world);
      case EventKind::fire: {
        const engine::TimerName& timer = step.decision.timer;
        return engine::type_text(timer.type, timer.instance, names) + " fired at " + node;
      }
      case EventKind::begin:
        return node + " began " + engine::to_string(step.decision.operation.id) + ", " +
               engine::parse_json(step.decision.operation.operation.to_json(&names), "operation")
                   .to_plain_text();
      case EventKind::complete:
        return "A write of " + node + " reached its disk";
      case EventKind::crash:
        return node + " crashed";
      case EventKind::restart:
        return node + " restarted";
      case EventKind::wipe:
        return "The disk of " + node + " was wiped";
      case EventKind::duplicate:
        return "The network copied " + engine::message_text(step.decision.message, names);
      case EventKind::clock:
        return "A clock of " + node + " was moved by " + engine::to_string(step.decision.advance);
      default:
        return engine::decision_document(step.decision, names).to_plain_text();
    }
  }

  [[nodiscard]] std::string message_words(const Scene& scene, const Step& step,
                                          const engine::World& world) const {
    const engine::NodeNames& names = tape_.names();
    const engine::MessageName& message = step.decision.message;
    const engine::Payload& payload = world.message(world.find_message(message).value()).payload;
    const std::string content = words_.content(payload);
    std::string text = (message.copy != 0 ? "a copy of " : "") +
                       engine::type_text(message.type, message.instance, names) +
                       (content.empty() ? "" : " " + content) + " from " + names.of(message.from);
    std::uint64_t sent = step.cause;
    while (tape_.step(sent).kind == EventKind::duplicate) sent = tape_.step(sent).cause;
    const std::string at = "sent at step " + std::to_string(sent);
    if (tape_.step(sent).incarnation < world.local(message.from).incarnation)
      return text + ", " + at + " before " + names.of(message.from) + " crashed";
    return scene.late ? text + ", " + at : text;
  }

  Tape& tape_;
  const engine::Violation& violation_;
  HappenedBefore before_;
  Rehearsal own_;
  StepWords words_;
  std::optional<Rehearsal> correct_;
  std::vector<Scene> scenes_;
  /// The last one of each node, kind and type of input.
  std::map<std::tuple<NodeId, EventKind, std::string>, BrokenGuard> guards_;
};

}  // namespace

const engine::Violation* told_violation(const Tape& tape) {
  const std::vector<scenarios::FoundViolation>& violations = tape.result().violations;
  for (const scenarios::FoundViolation& found : violations) {
    if (found.violation.property == tape.scenario().expect_run.violation) return &found.violation;
  }
  return violations.empty() ? nullptr : &violations.front().violation;
}

Story story_of(Tape& tape, const engine::Violation& violation) {
  return Teller(tape, violation).tell();
}

}  // namespace stampede::explain
