#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {
namespace {

constexpr std::uint64_t pair(std::uint32_t high, std::uint32_t low) {
  return (static_cast<std::uint64_t>(high) << 32) | low;
}

class GivenChoices final : public ChoiceSource {
 public:
  explicit GivenChoices(const std::vector<std::uint32_t>& given) : given_(given) {}
  std::uint32_t choose(std::string_view, std::uint32_t, std::uint32_t ordinal) override {
    return ordinal <= given_.size() ? given_[ordinal - 1] : 0;
  }

 private:
  const std::vector<std::uint32_t>& given_;
};

}  // namespace

void PackedMessage::append_hash(Hasher& hasher) const {
  hasher.add(type->name_hash);
  hasher.add(payload.hash());
  hasher.add(pair(from.value, to.value));
  hasher.add(instance);
}

TransitionCache::TransitionCache(Assembly assembly, std::uint64_t disk_sector)
    : assembly_(std::move(assembly)), disk_sector_(disk_sector) {
  ASSERT(!assembly_.membership.roles.empty());
}

Interned TransitionCache::intern(LocalState local) {
  local.canonicalise();
  return locals_.intern(std::move(local));
}

const Transition& TransitionCache::step(std::uint32_t local, const Stimulus& stimulus) {
  ++figures_.steps;
  const std::uint64_t key = pair(local, stimuli_.intern(stimulus).id);
  const auto known = transitions_.find(key);
  if (known != transitions_.end()) return known->second;
  ++figures_.handler_runs;
  return transitions_.emplace(key, run(local, stimulus)).first->second;
}

Transition TransitionCache::run(std::uint32_t local, const Stimulus& stimulus) {
  const NodeSpec& node = assembly_.nodes[stimulus.node.value];
  Input input;
  input.kind = stimulus.kind;
  switch (stimulus.kind) {
    case Input::Kind::message: {
      const PackedMessage& message = messages_[stimulus.subject];
      input.type = message.type;
      input.payload = &message.payload;
      input.from = message.from;
      input.instance = message.instance;
      break;
    }
    case Input::Kind::timer:
      input.slot = stimulus.subject;
      break;
    case Input::Kind::begin:
      input.begin = &operations_[stimulus.subject].as<BeginOperation>();
      break;
    case Input::Kind::crash:
      input.outcome = &stimulus.outcome;
      break;
    default:
      break;
  }
  GivenChoices choices(stimulus.choices);
  Environment environment;
  environment.self = stimulus.node;
  environment.node_count = static_cast<std::uint32_t>(assembly_.nodes.size());
  environment.membership = &assembly_.membership;
  environment.options = &node.options;
  environment.choices = &choices;
  environment.saves_in_step = true;
  environment.disk_sector = disk_sector_;

  LocalState next = locals_[local];
  Transition transition;
  Effects& effects = transition.effects;
  local_step(next, node.boot, input, environment, effects);
  if (effects.reads_clock) {
    throw InputError(node.name + " reads a clock, and time is no part of explored worlds");
  }
  if (effects.exception || effects.ignored) {
    transition.after = locals_.with_hash(local);
    return transition;
  }
  transition.after = intern(std::move(next));
  for (const Send& send : effects.sends) {
    transition.sends.push_back(messages_.intern(
        PackedMessage{send.type, send.payload, stimulus.node, send.to, send.instance}));
  }
  return transition;
}

const Observation& TransitionCache::observation(NodeId node, std::uint32_t local) {
  const auto [place, fresh] = observations_.try_emplace(pair(node.value, local));
  if (fresh) {
    place->second =
        observe_local(locals_[local], assembly_.nodes[node.value].boot, node, assembly_.membership);
  }
  return place->second;
}

}  // namespace stampede::engine
