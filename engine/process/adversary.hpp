// Nodes that are not correct. An identity is what peers see, an instance is a node that runs; an
// identity may have several instances (twins), and an instance may have an interposer between its
// handlers and the network.
//
// 1. Who sends, sends to an identity; each of its instances gets a message of its own, in their
//    order. Who receives sees the identity of the sender.
// 2. An interposer sees what each step of its node sends, and says what leaves instead. What it
//    remembers is part of the node's local state; its choices are choices of the step, behind those
//    of the handlers.
// 3. At the first boot of its node an interposer does not choose: the first answer is taken.
//    Schedules begin behind the boots.
// 4. An instance is correct if it has no interposer and its identity to itself.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/process/local_step.hpp"

namespace stampede::engine {

/// What a liar may say instead of this message, or an empty list. `seal`: what it can sign is what
/// it signs itself.
using Forge = std::vector<Payload> (*)(const Payload& message, const Seal& seal);

/// Forge for messages of these types: `std::vector<M> forge(const M&, const Seal&)` is found by
/// argument-dependent look-up. Others are not forged.
template <class... M>
std::vector<Payload> forges(const Payload& message, const Seal& seal) {
  std::vector<Payload> forged;
  const auto as = [&]<class One>(const One* content) {
    if (content == nullptr) return;
    for (One& other : forge(*content, seal)) forged.push_back(Payload::of(std::move(other)));
  };
  (as(message.get<M>()), ...);
  return forged;
}

/// What a step of a faulty node sends, in the hands of its interposer.
class Outgoing {
 public:
  Outgoing(const Environment& environment, LocalState& local, Effects& effects, bool may_choose,
           Forge forge, std::vector<Send> to_send)
      : sends(std::move(to_send)),
        environment_(environment),
        local_(local),
        effects_(effects),
        may_choose_(may_choose),
        forge_(forge) {}

  /// In the order of sending, to identities.
  std::vector<Send> sends;

  [[nodiscard]] NodeId self() const { return environment_.self; }
  /// As a handler chooses.
  std::uint32_t choose(std::string_view label, std::uint32_t arity) {
    return may_choose_ ? engine::choose(environment_, effects_, label, arity) : 0;
  }
  /// What this node may say instead.
  [[nodiscard]] std::vector<Payload> alternatives(const Payload& message) const {
    return forge_ == nullptr ? std::vector<Payload>() : forge_(message, seal());
  }
  [[nodiscard]] Seal seal() const {
    return {environment_.self, trusted_counter(environment_, local_)};
  }

 private:
  const Environment& environment_;
  LocalState& local_;
  Effects& effects_;
  bool may_choose_;
  Forge forge_;
};

/// An interposer, erased: a described value I with `void on(Outgoing&)`.
struct Interposer {
  /// What it remembers at the beginning; empty = there is no interposer.
  Payload initial{};
  void (*step)(Payload& state, Outgoing& outgoing) = nullptr;
  Forge forge = nullptr;
};

template <class I>
Interposer make_interposer(I initial, Forge forge = nullptr) {
  return {Payload::of(std::move(initial)),
          [](Payload& state, Outgoing& outgoing) {
            I value = state.as<I>();
            value.on(outgoing);
            if (!(value == state.as<I>())) state = Payload::of(std::move(value));
          },
          forge};
}

/// Who is not correct in a world.
class Adversaries {
 public:
  /// By instance: its identity, which is the first of its instances, and its interposer.
  Adversaries(std::vector<NodeId> identities, std::vector<Interposer> interposers);

  [[nodiscard]] NodeId identity(NodeId instance) const { return identities_[instance.value]; }
  [[nodiscard]] bool correct(NodeId instance) const {
    return !interposers_[instance.value].initial &&
           instances_[identity(instance).value].size() == 1;
  }
  /// What leaves after a step: what its interposer says, to all instances of the receivers. The
  /// step's sends are those from position `first` on.
  void let_out(LocalState& local, const Input& input, const Environment& environment,
               Effects& effects, std::size_t first) const;

 private:
  std::vector<NodeId> identities_;
  std::vector<Interposer> interposers_;
  /// By identity; empty for what is none.
  std::vector<std::vector<NodeId>> instances_;
};

}  // namespace stampede::engine
