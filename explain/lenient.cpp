#include "explain/lenient.hpp"

#include <algorithm>
#include <map>

#include "engine/world/configurations.hpp"
#include "scenarios/running/judging.hpp"

namespace stampede::explain {

using engine::Decision;
using engine::DecisionKind;
using engine::InFlight;
using engine::MessageSlot;
using engine::World;

/// One schedule on one world.
class LenientPlayer::Performance {
 public:
  explicit Performance(const LenientPlayer& player)
      : player_(player),
        world_(*player.booted_),
        latest_(world_.node_count()),
        open_(world_.node_count()) {
    world_.new_messages.clear();
    for (const MessageSlot slot : world_.in_flight()) note_message(slot, 0);
  }

  std::optional<Schedule> of(const Schedule& schedule) {
    const std::string& property = player_.target_.fingerprint.property;
    for (const Item& item : schedule) {
      if (world_.broken()) break;
      if (!perform(item)) continue;
      for (const engine::Violation& violation : world_.violations()) {
        if (violation.property == property) return ended_by(violation);
      }
    }
    if (!player_.judges_history_ || world_.broken()) return std::nullopt;
    const auto judged = scenarios::judge_history(player_.scenario_, world_.history(), "");
    for (const engine::Violation& violation : judged.violations) {
      if (violation.property == property) return ended_by(violation);
    }
    return std::nullopt;
  }

 private:
  /// Where a message in flight comes from.
  struct Origin {
    std::uint64_t sequence = 0;
    std::uint32_t cause = 0;
    std::uint32_t which = 0;
  };

  void note_message(MessageSlot slot, std::uint32_t cause) {
    const InFlight& sent = world_.message(slot);
    if (slot >= origins_.size()) origins_.resize(slot + 1);
    std::uint32_t which = 0;
    for (const MessageSlot other : sent_[cause]) {
      const InFlight& earlier = world_.message(other);
      if (origins_[other].sequence == earlier.sequence && same_link(earlier, sent)) ++which;
    }
    origins_[slot] = {sent.sequence, cause, which};
    sent_[cause].push_back(slot);
  }

  static bool same_link(const InFlight& left, const InFlight& right) {
    return left.type == right.type && left.instance == right.instance && left.from == right.from &&
           left.to == right.to;
  }
  static bool same_link(const InFlight& message, const engine::MessageName& name) {
    return message.from == name.from && message.to == name.to && message.type->name == name.type &&
           (!name.instance || *name.instance == message.instance);
  }

  /// The message that the item is about: by where it comes from, else the oldest that says the
  /// same, else the oldest of its type on its link.
  [[nodiscard]] std::optional<MessageSlot> find_message(const Item& item) {
    const engine::MessageName& name = item.decision.message;
    if (item.by_name) return world_.find_message(name);
    if (const auto sent = sent_.find(item.cause); sent != sent_.end()) {
      for (const MessageSlot slot : sent->second) {
        const InFlight& message = world_.message(slot);
        const Origin& origin = origins_[slot];
        if (message.sequence != 0 && origin.sequence == message.sequence &&
            origin.cause == item.cause && origin.which == item.which && same_link(message, name))
          return slot;
      }
    }
    std::optional<MessageSlot> same_type;
    std::optional<MessageSlot> same_content;
    for (MessageSlot slot = 0; slot < origins_.size(); ++slot) {
      const InFlight& message = world_.message(slot);
      if (message.sequence == 0 || !same_link(message, name)) continue;
      const auto take = [&](std::optional<MessageSlot>& oldest) {
        if (!oldest || message.sequence < world_.message(*oldest).sequence) oldest = slot;
      };
      take(same_type);
      if (message.payload == item.content) take(same_content);
    }
    return same_content ? same_content : same_type;
  }

  /// Names the item's message or timer as it is called here, and says where it comes from; false if
  /// there is none.
  bool name(Item& item) {
    Decision& decision = item.decision;
    if (is_about_message(decision.kind)) {
      const auto slot = find_message(item);
      if (!slot) return false;
      const InFlight& message = world_.message(*slot);
      decision.message = engine::name_of(message);
      item.cause = origins_[*slot].cause;
      item.which = origins_[*slot].which;
      item.content = message.payload;
    } else if (decision.kind == DecisionKind::fire) {
      if (!item.by_name) decision.timer.nth = 0;
      std::vector<std::uint32_t> timers = world_.find_timers(decision.timer);
      if (timers.empty()) {
        decision.timer.value = {};
        decision.timer.members.clear();
        timers = world_.find_timers(decision.timer);
      }
      if (timers.empty()) return false;
      const engine::TimerSlot& timer = world_.local(decision.timer.node).timers[timers.front()];
      decision.timer = engine::name_of(timer, decision.timer.node);
      item.cause = armed_[{decision.timer.node, timers.front()}];
    } else if (decision.kind == DecisionKind::complete) {
      item.cause = asked_[{decision.node, decision.name}];
    }
    return true;
  }

  /// What the world would do and the target does not allow.
  [[nodiscard]] bool is_refused(const Decision& decision) const {
    const Target& target = player_.target_;
    if (decision.kind == DecisionKind::crash)
      return target.within_tolerance && !engine::survives_crash(world_, decision.node);
    if (decision.kind != DecisionKind::begin || target.overlapping) return false;
    const auto& last = open_[decision.node.value];
    const auto* operation = last ? world_.find_operation(*last) : nullptr;
    return operation != nullptr && operation->is_open();
  }

  /// False if it could not be done.
  bool perform(Item item) {
    Decision& decision = item.decision;
    if (!name(item) || is_refused(decision)) return false;
    if (decision.kind == DecisionKind::begin)
      decision.operation.id.number = begun_[decision.operation.id.client] + 1;
    if (!world_.apply(decision)) return false;
    if (decision.kind == DecisionKind::begin) {
      ++begun_[decision.operation.id.client];
      open_[decision.node.value] = decision.operation.id;
    }
    if (decision.kind == DecisionKind::crash) open_[decision.node.value].reset();
    note(std::move(item));
    return true;
  }

  /// Of decisions that run no handler, the effects are those of the one before.
  static bool runs_handler(DecisionKind kind) {
    return kind == DecisionKind::deliver || kind == DecisionKind::fire ||
           kind == DecisionKind::complete || kind == DecisionKind::begin ||
           kind == DecisionKind::crash || kind == DecisionKind::restart ||
           kind == DecisionKind::clock;
  }

  /// What happens to a message on its way, and marks of faults, are at no node.
  static bool is_at_node(DecisionKind kind) {
    return runs_handler(kind) || kind == DecisionKind::pause || kind == DecisionKind::resume ||
           kind == DecisionKind::wipe;
  }

  void note(Item item) {
    Decision& decision = item.decision;
    item.by_name = false;
    item.ignored = false;
    if (is_at_node(decision.kind))
      item.before = std::exchange(latest_[place_of(decision).value], item.id);
    if (runs_handler(decision.kind)) {
      const engine::Effects& effects = world_.last_effects();
      decision.choices.clear();
      for (const engine::Choice& choice : effects.choices) decision.choices.push_back(choice.taken);
      item.ignored = decision.kind == DecisionKind::deliver && effects.ignored;
    }
    for (const MessageSlot slot : world_.new_messages) note_message(slot, item.id);
    if (decision.kind == DecisionKind::duplicate) note_copy(item);
    for (const auto& armed : world_.new_timers) armed_[{armed.node, armed.slot}] = item.id;
    for (const NodeId node : world_.new_saves) asked_[{node, "durable"}] = item.id;
    for (const auto& request : world_.new_disk_requests) asked_[request] = item.id;
    world_.new_messages.clear();
    world_.new_timers.clear();
    world_.new_saves.clear();
    world_.new_disk_requests.clear();
    done_.push_back(std::move(item));
  }

  /// The newest copy of what the item copied.
  void note_copy(const Item& item) {
    engine::MessageName copy = item.decision.message;
    for (const MessageSlot slot : world_.in_flight()) {
      const InFlight& message = world_.message(slot);
      if (same_link(message, copy) && message.nth == copy.nth && message.copy == message.copies)
        return note_message(slot, item.id);
    }
  }

  /// Of a completion, that of the step that asked for it.
  [[nodiscard]] std::string kind_of_last() const {
    auto item = done_.rbegin();
    while (item->decision.kind == DecisionKind::complete) {
      const std::uint32_t cause = item->cause;
      const auto asking = std::find_if(item, done_.rend(),
                                       [&](const Item& earlier) { return earlier.id == cause; });
      if (asking == done_.rend() || asking == item) break;
      item = asking;
    }
    return scenarios::kind_of_step(item->decision);
  }

  /// The schedule up to what violates, if that is what it is to lead to.
  std::optional<Schedule> ended_by(const engine::Violation& violation) {
    const std::uint64_t boots = player_.booted_->step();
    if (violation.step <= boots) return std::nullopt;
    done_.resize(violation.step - boots);
    const auto fingerprint = scenarios::fingerprint_of(violation, kind_of_last(), world_);
    if (!(fingerprint == player_.target_.fingerprint)) return std::nullopt;
    player_.violation_ = violation;
    return std::move(done_);
  }

  const LenientPlayer& player_;
  World world_;
  Schedule done_;
  /// By slot.
  std::vector<Origin> origins_;
  /// By item: what it sent.
  std::map<std::uint32_t, std::vector<MessageSlot>> sent_;
  /// By node and slot: the item that armed it.
  std::map<std::pair<NodeId, std::uint32_t>, std::uint32_t> armed_;
  /// By node and file, `durable` for saves: the item that asked for it.
  std::map<std::pair<NodeId, std::string>, std::uint32_t> asked_;
  /// By node: its last item, and the operation that it began last in its present life.
  std::vector<std::uint32_t> latest_;
  std::vector<std::optional<OperationId>> open_;
  /// Operations so far.
  std::map<ClientId, std::uint32_t> begun_;
};

LenientPlayer::LenientPlayer(scenarios::Scenario scenario, Target target)
    : scenario_(std::move(scenario)),
      target_(std::move(target)),
      judges_history_(checkers::find_judge_of(target_.fingerprint.property) != nullptr) {
  // Hidden state shows in steps that are run twice.
  const bool watches = target_.fingerprint.property == "no-exception";
  booted_ = scenarios::build_world(scenario_, watches ? scenarios::watched_usually : 0);
  booted_->start();
}

std::optional<Schedule> LenientPlayer::play(const Schedule& schedule) const {
  return Performance(*this).of(schedule);
}

}  // namespace stampede::explain
