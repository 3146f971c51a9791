#include "models/chain/master.hpp"

#include "models/consensus/commands.hpp"

namespace stampede::models::chain {

void Master::start(Context& context) {
  watch(context);
  masters.start(context.inside(masters));
}

// The decided commands are indicated anew, from the first one on.
void Master::recover(Context& context) {
  watch(context);
  masters.recover(context.inside(masters));
}

void Master::watch(Context& context) {
  detector.watch(context.members("replica"), context.inside(detector));
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

void Master::on(const Join& join, NodeId from, Context& context) {
  if (!propose({Joined{{from, join.incarnation}}}, context)) return context.ignore();
  advance(context);
}

// Of another epoch it says nothing: since then the tail may have decided without the joining node.
void Master::on(const Met& met, NodeId, Context& context) {
  const Chains known = ahead();
  const bool checks = context.options<Options>().checks_met_epoch;
  if ((checks && met.epoch != known.chain.epoch) || !known.chain.joining ||
      !propose({Changed{known.with_joined()}}, context))
    return context.ignore();
  advance(context);
}

void Master::on(const AskChain&, NodeId from, Context& context) {
  context.send(from, NewChain{chains.chain});
}

void Master::on(const detector::Suspect& suspect, Context& context) {
  context.note("suspects ", suspect.node);
  advance(context);
}

void Master::on(const detector::Restore&, Context& context) { advance(context); }

void Master::on(const consensus::Leads&, Context& context) { advance(context); }

// What was proposed may have been lost with an earlier leader.
void Master::on(const AnnounceTimeout&, Context& context) {
  if (masters.can_propose(context)) chains.announce(context);
  advance(context);
  context.arm(AnnounceTimeout{}, context.options<Options>().announce_interval);
}

Chains Master::ahead() const { return consensus::ahead<Command>(chains, applied, masters); }

bool Master::propose(const Command& command, Context& context) {
  if (!consensus::propose(command, ahead(), masters, context)) return false;
  if (!context.options<Options>().announces_decided_only) ahead().announce(context);
  return true;
}

void Master::advance(Context& context) {
  const Chains known = ahead();
  const std::size_t length =
      context.options<Options>().length_of(context.members("replica").size());
  std::optional<Chain> next = known.next(detector, length);
  if (!context.options<Options>().joins_when_met && known.chain.joining) next = known.with_joined();
  if (next) propose({Changed{*next}}, context);
}

// The others tell of it when they lead. More may have been decided in this step.
void Master::on(const consensus::Decided& decided, Context& context) {
  applied = decided.position;
  if (!decided.value) return;
  const auto& command = decided.value.as<Command>();
  const bool changes = std::holds_alternative<Changed>(command.what);
  if (!chains.apply(command)) {
    if (changes) context.reached("outdated-chain");
    return;
  }
  if (!masters.can_propose(context)) return;
  if (changes) chains.announce(context);
  advance(context);
}

}  // namespace stampede::models::chain
