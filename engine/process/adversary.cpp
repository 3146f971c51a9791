#include "engine/process/adversary.hpp"

#include <iterator>

namespace stampede::engine {

Adversaries::Adversaries(std::vector<NodeId> identities, std::vector<Interposer> interposers)
    : identities_(std::move(identities)),
      interposers_(std::move(interposers)),
      instances_(identities_.size()) {
  ASSERT(identities_.size() == interposers_.size());
  for (std::uint32_t i = 0; i < identities_.size(); ++i) {
    const NodeId identity = identities_[i];
    ASSERT(identity.value <= i && identities_[identity.value] == identity);
    instances_[identity.value].push_back(NodeId{i});
  }
}

void Adversaries::let_out(LocalState& local, const Input& input, const Environment& environment,
                          Effects& effects, std::size_t first) const {
  if (effects.has_rare && effects.ignored) return;
  const auto begin = effects.sends.begin() + static_cast<std::ptrdiff_t>(first);
  std::vector<Send> sends(std::make_move_iterator(begin),
                          std::make_move_iterator(effects.sends.end()));
  effects.sends.erase(begin, effects.sends.end());

  const Interposer& interposer = interposers_[environment.instance.value];
  if (interposer.initial && local.up) {
    Outgoing outgoing(environment, local, effects, input.kind != Input::Kind::start,
                      interposer.forge, std::move(sends));
    interposer.step(local.interposer, outgoing);
    sends = std::move(outgoing.sends);
  }
  for (Send& send : sends) {
    for (const NodeId instance : instances_[send.to.value]) {
      effects.sends.push_back(send);
      effects.sends.back().to = instance;
    }
  }
}

}  // namespace stampede::engine
