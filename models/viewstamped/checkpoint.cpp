// models/viewstamped/checkpoint.cpp: VRR 5.1 and the last paragraph of 5.2: checkpoints, logs that
// begin behind one, and how a replica comes to what such a log has forgotten.
//
// 1. A checkpoint holds what is committed, so it is right in every view, and who has it may tell it
//    in every status.
// 2. A replica takes a log only with what that has forgotten: its own log goes on in it, or it has
//    a checkpoint. Until then it keeps its log, its views and what it promised: a log whose
//    beginning nobody can tell any more counts for nothing (README, A27).
// 3. So whoever holds a log holds the state below it, and f+1 holders of an operation are f+1
//    replicas that can bring it back.
// 4. A fetch has no timer of its own. What needs the checkpoint is sent again, as everything is,
//    and asks again.
#include <algorithm>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {

// VRR 5.1: after each checkpoint the log before it may be discarded; keeping more of it saves
// others who are behind a transfer of state.
void Core::checkpoint(OpNumber position, engine::Payload state, const Context& context) {
  const Options& options = context.options<Options>();
  std::vector<Checkpoint>& kept = checkpoints.kept;
  ASSERT(position <= commit_number);
  kept.push_back({position, log.prefix_hash(position), std::move(state)});
  if (kept.size() > std::max<std::uint64_t>(1, options.checkpoints_kept)) kept.erase(kept.begin());
  const OpNumber cut =
      options.log_cut == LogCut::commit_number ? commit_number : kept.front().op_number;
  if (cut > log.base()) log = log.forgetting(cut);
}

void Core::on(const NewCheckpoint& message, NodeId from, Context& context) {
  if (drops(message.view_number, from, context)) return;
  const Checkpoint& told = message.checkpoint;
  if (told.op_number <= commit_number || status == Status::spare) return context.ignore();
  if (status == Status::normal) {
    // Others have forgotten what this backup misses in its own view.
    if (message.view_number != view_number || told.op_number <= op_number())
      return context.ignore();
    checkpoints.fetched = told;
    return use_fetched(from, context);
  }
  if (checkpoints.fetched && checkpoints.fetched->op_number >= told.op_number)
    return context.ignore();
  checkpoints.fetched = told;
  if (status == Status::transitioning && told.op_number >= epochs.current.op_number)
    return begin_behind(message.view_number, from, context);
  use_fetched(from, context);
}

void Core::use_fetched(NodeId from, Context& context) {
  switch (status) {
    case Status::normal:
      // One log per view: the own one is the beginning of what the checkpoint covers.
      replace_log(log_up_to(known_up_to()), context);
      acknowledge(primary(view_number, context), context);
      return request_missing(from, context);
    case Status::view_change:
      if (!is_primary(context)) return request_beginning(from, view_number, context);
      transfer = {};
      return count_do_view_changes(context);
    case Status::recovering:
      return finish_recovery(context);
    case Status::transferring:
    case Status::transitioning:
      return request_beginning(from, transfer.view_number, context);
    case Status::spare:
      return;
  }
}

// Others have gone on in the epoch, and have forgotten where it began. Who holds more than that may
// vote, and fetches the log of a view like everybody who is behind.
void Core::begin_behind(ViewNumber view, NodeId from, Context& context) {
  const OpNumber decided = known_up_to();
  replace_log(log_up_to(decided), context);
  advance_commit(decided, context);
  if (op_number() == epochs.current.op_number) return become_ready(context);
  if (!is_member(context.self(), context)) return count_started(context);
  epochs.started.clear();
  transfer = {};
  // A view that this replica leads has not started without it.
  if (primary(view, context) == context.self()) return become_view_changing(view, context);
  become_transferring(view, from, context);
}

bool Core::can_hold(const Log& other, const Context& context) const {
  if (other.base() <= commit_number || continues_in(other, context)) return true;
  if (!context.options<Options>().log_needs_checkpoint) return true;
  const std::optional<Checkpoint>& fetched = checkpoints.fetched;
  return fetched && fetched->op_number >= other.base() && fetched->op_number <= other.size();
}

bool Core::continues_in(const Log& other, const Context& context) const {
  const OpNumber end = other.base();
  if (end < log.base() || end > log.size()) return false;
  return !context.options<Options>().suffix_is_compared ||
         log.prefix_hash(end) == other.prefix_hash(end);
}

void Core::restore(Context& context) {
  if (!checkpoints.fetched) {
    // The defect takes what was forgotten for executed.
    ASSERT(!context.options<Options>().log_needs_checkpoint);
    commit_number = log.base();
    return;
  }
  const Checkpoint& fetched = *checkpoints.fetched;
  ASSERT(fetched.op_number >= log.base() && fetched.op_number <= op_number());
  ASSERT(log.prefix_hash(fetched.op_number) == fetched.prefix_hash);
  commit_number = fetched.op_number;
  checkpoints.kept = {fetched};
  context.reached("restored");
  context.indicate(consensus::Restored{commit_number, fetched.state});
  checkpoints.fetched.reset();
}

}  // namespace stampede::models::viewstamped
