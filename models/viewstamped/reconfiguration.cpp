// models/viewstamped/reconfiguration.cpp: VRR 7, members that change in a run. An epoch is the time
// of one configuration; its last operation is the RECONFIGURATION, which names the next one.
//
// 1. Nothing follows a RECONFIGURATION in its epoch. So when it is committed, the log up to there
//    is decided, and who tells of it tells what is right in every view and every later epoch.
// 2. A replica takes part in an epoch when it holds that log, and knows of f'+1 members that hold
//    it. Before, it votes for nothing: so each quorum of the epoch meets one of those f'+1.
// 3. Replaced replicas hold the log until f'+1 members take part. Until the first of them does,
//    nothing depends on the new group; from then on it survives what f' says.
// 4. Messages of other epochs are refused. A replica of an older epoch is told of the newer one, so
//    no quorum of an old group comes about whose members have heard of it, and by 1 none that has
//    not does harm.
#include <algorithm>
#include <iterator>

#include "models/consensus/requests.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

// ----- the end of an epoch -----

bool Core::ends_with_change(const Context& context) const {
  if (op_number() <= epochs.current.op_number || log.size() == log.base()) return false;
  const auto* change = consensus::reconfiguration_of(log.back().request);
  return change != nullptr && leaves_for(change->reconfigure, context);
}

// The defect: who is replaced goes on as if nothing had happened.
bool Core::leaves_for(const std::vector<NodeId>& next, const Context& context) {
  return context.options<Options>().replaced_leave ||
         std::binary_search(next.begin(), next.end(), context.self());
}

// VRR 7.1: with f PREPAREOKs the primary ends the epoch, COMMITs to the other old replicas, and
// sends STARTEPOCH to those that are added. Whoever learns of that commit ends the epoch as well.
void Core::end_epoch(Context& context) {
  ASSERT(status == Status::normal && commit_number == op_number());
  const std::vector<NodeId>& ending = members(context.group());
  const auto* change = consensus::reconfiguration_of(log.back().request);
  Epoch next{epochs.current.first_view + views_per_epoch, commit_number, log.back().view_number,
             ending, change->reconfigure};
  if (is_primary(context)) {
    tell(Commit{view_number, commit_number}, context);
    std::vector<NodeId> added;
    std::set_difference(next.members.begin(), next.members.end(), ending.begin(), ending.end(),
                        std::back_inserter(added));
    tell(added, StartEpoch{next}, context);
  }
  epochs = {std::move(next), {}};
  become_transitioning(context.self(), context);
}

std::vector<NodeId> Core::both_groups() const {
  const Epoch& epoch = epochs.current;
  std::vector<NodeId> both;
  std::set_union(epoch.old_members.begin(), epoch.old_members.end(), epoch.members.begin(),
                 epoch.members.end(), std::back_inserter(both));
  return both;
}

// ----- hearing of epochs -----

// VRR 7.1: messages of older epochs are dropped, and their sender is told: not whenever it says
// something, but when it asks, or leads, and so will again (StartViewChange, Recovery, GetState,
// Commit). Of later epochs anything tells.
void Core::answer_other_epoch(ViewNumber view, NodeId from, Context& context) const {
  if (view < epochs.current.first_view) {
    context.send(from, StartEpoch{epochs.current});
  } else {
    context.send(from, CheckEpoch{epochs.current.first_view});
  }
}

void Core::ask_for_epoch(Context& context) const {
  tell(context.group().everybody(), CheckEpoch{epochs.current.first_view}, context);
}

void Core::on(const CheckEpoch& message, NodeId from, Context& context) {
  if (message.view_number >= epochs.current.first_view) return context.ignore();
  context.send(from, StartEpoch{epochs.current});
}

void Core::on(const StartEpoch& message, NodeId from, Context& context) {
  const ViewNumber first = message.epoch.first_view;
  const Options& options = context.options<Options>();
  if (!leaves_for(message.epoch.members, context)) return context.ignore();
  if (first < epochs.current.first_view) return answer_other_epoch(first, from, context);
  if (first == epochs.current.first_view &&
      (options.epochs_rise || status >= Status::transitioning))
    return answer_start_epoch(from, context);
  // It has been further, and recovers: its list of members is older than its view-number.
  if (stable.view_number >= first + views_per_epoch) return context.ignore();
  const bool recovers = status == Status::recovering;
  epochs = {message.epoch, {}};
  // What it promised in this epoch it does not know any more; without a disk never again.
  const bool may_have_promised =
      recovers && (options.recovery != RecoveryRule::view_persisted || stable.view_number >= first);
  if (may_have_promised) {
    context.reached("recovery-in-later-epoch");
    return begin_recovery(context);
  }
  become_transitioning(from, context);
}

// VRR 7.1.1: a duplicate STARTEPOCH is answered with EPOCHSTARTED again.
void Core::answer_start_epoch(NodeId from, Context& context) {
  if (!is_member(context.self(), context) || status == Status::recovering) return context.ignore();
  const ViewNumber first = epochs.current.first_view;
  if (status < Status::transitioning) return context.send(from, EpochStarted{first});
  if (!is_ready(context)) return context.ignore();
  context.send(from, EpochReady{first});
}

// ----- the beginning of an epoch -----

void Core::become_ready(Context& context) {
  ASSERT(status == Status::transitioning);
  const Options& options = context.options<Options>();
  if (options.members_wait && options.epochs_rise)
    ASSERT(op_number() == epochs.current.op_number && commit_number == op_number());
  if (is_member(context.self(), context)) {
    epochs.started.insert(context.self());
    tell(EpochReady{epochs.current.first_view}, context);
  }
  count_started(context);
}

void Core::on(const EpochReady& message, NodeId from, Context& context) {
  if (drops(message.view_number, from, context)) return;
  // Those who are replaced wait for members who take part.
  if (status != Status::transitioning || !is_member(context.self(), context))
    return context.ignore();
  epochs.started.insert(from);
  count_started(context);
}

void Core::on(const EpochStarted& message, NodeId from, Context& context) {
  if (drops(message.view_number, from, context)) return;
  if (status != Status::transitioning) return context.ignore();
  epochs.started.insert(from);
  count_started(context);
}

// VRR 7.1.1 and 7.1.2: members serve, and who is replaced shuts down when f'+1 members have
// started. Differs from the paper: members wait for each other, too. What the primary commits alone
// in the epoch is nothing, so this puts off no answer.
void Core::count_started(Context& context) {
  const bool member = is_member(context.self(), context);
  const bool waits = member || context.options<Options>().replaced_wait;
  if (waits && epochs.started.size() <= failures(context)) return;
  if (!member) {
    context.reached("replaced");
    return become_spare(context);
  }
  if (!is_ready(context)) return;
  context.reached("epoch-started");
  epochs.started.clear();
  become_normal(epochs.current.first_view, context);
  tell(both_groups(), EpochStarted{epochs.current.first_view}, context);
}

void Core::resend_in_transition(Context& context) {
  if (!is_ready(context)) return ask_next_for_state(context);
  for (const NodeId member : epochs.current.members) {
    if (!epochs.started.contains(member)) context.send(member, StartEpoch{epochs.current});
  }
}

// ----- the log of the epochs before -----

// Nobody who takes part in this epoch lacks any of it. In whatever status: it is decided.
bool Core::tells_beginning(const GetState& message, NodeId from, Context& context) const {
  const Epoch& epoch = epochs.current;
  if (message.op_number >= epoch.op_number || message.view_number != epoch.first_view) return false;
  if (status == Status::spare || !holds_beginning()) {
    context.ignore();
    return true;
  }
  if (message.op_number < log.base()) {
    ASSERT(!checkpoints.kept.empty());
    context.send(from,
                 NewCheckpoint{std::max(view_number, epoch.first_view), checkpoints.kept.back()});
    return true;
  }
  NewState answer{epoch.first_view, message.op_number, {}, epoch.op_number};
  for (OpNumber position = message.op_number + 1; position <= epoch.op_number; ++position)
    answer.entries.push_back(log.at(position));
  context.send(from, std::move(answer));
  return true;
}

bool Core::takes_beginning(const NewState& message, Context& context) {
  if (status != Status::transitioning) return false;
  if (message.view_number != transfer.view_number || message.after != transfer.after ||
      holds_beginning()) {
    context.ignore();
    return true;
  }
  Log told = log_up_to(message.after);
  for (const LogEntry& entry : message.entries) told.push_back(entry);
  replace_log(told, context);
  advance_commit(message.commit_number, context);
  context.reached("epoch-transfer");
  become_ready(context);
  return true;
}

// ----- what is shown -----

// Who takes part in an epoch shows its members: from then on the new group is what must survive.
// Before the first change it has none.
NodeSet Core::shown_configuration(NodeId self) const {
  const Epoch& epoch = epochs.current;
  NodeSet shown;
  const bool waits = status == Status::transitioning;
  // Until the first change is through nothing is shown; who joins shows nothing either.
  if (waits && (epoch.first_view == views_per_epoch ||
                !std::binary_search(epoch.old_members.begin(), epoch.old_members.end(), self)))
    return shown;
  for (const NodeId node : waits ? epoch.old_members : epoch.members) shown.insert(node);
  return shown;
}

}  // namespace stampede::models::viewstamped
