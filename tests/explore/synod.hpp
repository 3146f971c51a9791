// Single-decree Paxos in one process of a few rules, and what may be declared of it, with the
// mistakes that such declarations hide from a search.
#pragma once

#include <set>

#include "engine/explore/state_space.hpp"

namespace stampede::tests {

enum class Mistake {
  none,
  votes_below_its_promise,
  compares_rounds,
  counts_stale_promises,
  uses_a_nonce_twice
};
STAMPEDE_ENUM(Mistake, none, votes_below_its_promise, compares_rounds, counts_stale_promises,
              uses_a_nonce_twice);

struct SynodBallot {
  std::uint32_t round = 0;
  NodeId node{};
};
STAMPEDE_VALUE(SynodBallot, round, node);

struct Ask {
  SynodBallot ballot{};
};
STAMPEDE_VALUE(Ask, ballot);
struct Agree {
  SynodBallot ballot{};
};
STAMPEDE_VALUE(Agree, ballot);
struct Propose {
  SynodBallot ballot{};
};
STAMPEDE_VALUE(Propose, ballot);
struct WhatWasPromised {
  std::uint64_t nonce = 0;
};
STAMPEDE_VALUE(WhatWasPromised, nonce);
struct ThisWasPromised {
  std::uint64_t nonce = 0;
  SynodBallot ballot{};
};
STAMPEDE_VALUE(ThisWasPromised, nonce, ballot);
struct Stand {};
STAMPEDE_VALUE(Stand);

struct Synod {
  using Messages = engine::Messages<Ask, Agree, Propose, WhatWasPromised, ThisWasPromised>;
  using Timers = engine::Timers<Stand>;
  Mistake mistake = Mistake::none;
  SynodBallot promised{};
  SynodBallot voted{};
  SynodBallot standing{};
  std::set<NodeId> agreed{};
  std::uint64_t nonce = 0;

  [[nodiscard]] bool is_old(const SynodBallot& ballot) const {
    return mistake == Mistake::compares_rounds ? ballot.round < promised.round : ballot < promised;
  }

  void start(Context& context) { context.arm(Stand{}, engine::milliseconds(1)); }
  void recover(Context& context) {
    nonce = mistake == Mistake::uses_a_nonce_twice ? 7 : context.unique();
    context.broadcast(WhatWasPromised{nonce});
  }
  void on(const Stand&, Context& context) {
    standing = {promised.round + 1, context.self()};
    agreed.clear();
    context.broadcast(Ask{standing});
    context.arm(Stand{}, engine::milliseconds(1));
  }
  void on(const Ask& ask, NodeId from, Context& context) {
    if (nonce != 0 || is_old(ask.ballot)) return context.ignore();
    promised = ask.ballot;
    context.send(from, Agree{ask.ballot});
  }
  void on(const Agree& agree, NodeId from, Context& context) {
    const bool mine = mistake == Mistake::counts_stale_promises || agree.ballot == standing;
    if (!mine || agreed.contains(from)) return context.ignore();
    agreed.insert(from);
    if (agreed.size() == 1) context.broadcast(Propose{standing});
  }
  void on(const Propose& propose, NodeId, Context& context) {
    const bool below = propose.ballot < promised;
    if (mistake != Mistake::votes_below_its_promise && is_old(propose.ballot))
      return context.ignore();
    if (voted == propose.ballot) return context.ignore();
    voted = propose.ballot;
    if (!below) promised = propose.ballot;
  }
  void on(const WhatWasPromised& ask, NodeId from, Context& context) {
    if (nonce != 0) return context.ignore();
    context.send(from, ThisWasPromised{ask.nonce, promised});
  }
  void on(const ThisWasPromised& answer, NodeId, Context& context) {
    if (nonce == 0 || answer.nonce != nonce) return context.ignore();
    promised = std::max(promised, answer.ballot);
    nonce = 0;
  }
};
STAMPEDE_VALUE(Synod, mistake, promised, voted, standing, agreed, nonce);
static_assert(engine::Process<Synod>);

/// True of the protocol without a mistake. A promise is lost in a crash, and a nonce is used once.
inline bool is_dead_in_synod(const engine::LocalState& local, const engine::Payload& message,
                             bool may_crash) {
  const auto& synod = *engine::process_as<Synod>(local.process);
  if (const auto* answer = message.get<ThisWasPromised>())
    return synod.nonce == 0 || synod.nonce != answer->nonce;
  if (may_crash || !local.up) return false;
  if (const auto* ask = message.get<Ask>()) return ask->ballot < synod.promised;
  if (const auto* agree = message.get<Agree>()) return agree->ballot != synod.standing;
  if (const auto* propose = message.get<Propose>()) return propose->ballot < synod.promised;
  return false;
}

inline engine::Assembly synods(Mistake mistake, std::uint32_t count) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (std::uint32_t i = 0; i < count; ++i) {
    Synod synod;
    synod.mistake = mistake;
    assembly.nodes.push_back({"s" + std::to_string(i), "synod", engine::make_process(synod), {}});
    members.push_back(NodeId{i});
  }
  assembly.membership.add({"synod", std::move(members)});
  return assembly;
}

}  // namespace stampede::tests
