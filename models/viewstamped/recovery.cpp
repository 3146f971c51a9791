// models/viewstamped/recovery.cpp: VRR 4.3, recovery, with two repairs of its published defect: the
// persisted view-number, or crash vectors (Michael, Ports, Sharma, Szekeres: Recovering Shared
// Objects Without Stable Storage, DISC 2017, Algorithm 1).
#include <algorithm>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

/// The latest answer of a primary; nullptr if there is none.
const RecoveryResponse* latest_with_state(const PerNode<RecoveryResponse>& responses) {
  const RecoveryResponse* latest = nullptr;
  for (const auto& [node, response] : responses) {
    if (response.state && (latest == nullptr || response.view_number > latest->view_number))
      latest = &response;
  }
  return latest;
}

}  // namespace

// VRR 4.3 step 1, under a new nonce: answers to an earlier recovery count no more.
void Core::begin_recovery(Context& context) {
  ASSERT(status == Status::recovering);
  recovery = {context.unique(), {}};
  if (context.options<Options>().recovery == RecoveryRule::crash_vectors) {
    // The first nonce of an incarnation is also its name; nonces grow with incarnations.
    std::uint64_t& own = crash_vector[context.self()];
    if (own == 0) own = recovery.nonce;
    recovery.nonce = own;
  }
  request_recovery(context);
}

void Core::request_recovery(Context& context) {
  if (context.group().may_change()) ask_for_epoch(context);
  if (is_member(context.self(), context))
    tell(Recovery{recovery.nonce, std::max(stable.view_number, epochs.current.first_view)},
         context);
  const Options& options = context.options<Options>();
  if (options.recovery_asks_again) context.arm(RecoveryTimeout{}, options.recovery_timeout);
}

// An answer can be lost, and the primary of the newest view may have answered before its view began
// (README, A12): ask again. What has come counts on, and what is on its way will: otherwise a
// recovery whose answers need longer than the timeout would never end.
void Core::on(const RecoveryTimeout&, Context& context) {
  ASSERT(status == Status::recovering);
  context.reached("recovery-retry");
  request_recovery(context);
}

// VRR 4.3 step 2: only replicas in normal status answer; log, op-number and commit-number come from
// the primary alone.
void Core::on(const Recovery& message, NodeId from, Context& context) {
  if (refuses(message.view_number, from, context)) return;
  const Options& options = context.options<Options>();
  if (options.recovery == RecoveryRule::crash_vectors) {
    std::uint64_t& known = crash_vector[from];
    // Votes of the incarnation before are void from here on.
    if (message.nonce > known) {
      known = message.nonce;
      view_change.start_view_changes.erase(from);
      view_change.do_view_changes.erase(from);
    }
    if (status != Status::normal) return;
  }
  if (status != Status::normal) return context.ignore();
  if (message.view_number > view_number) {
    // The sender promised itself to a later view: it can only come back in that one.
    return become_view_changing(message.view_number, context);
  }
  RecoveryResponse response{view_number, message.nonce, std::nullopt, crash_vector};
  if (is_primary(context)) response.state = PrimaryState{log, commit_number};
  context.send(from, std::move(response));
}

void Core::on(const RecoveryResponse& message, NodeId from, Context& context) {
  if (refuses_quietly(message.view_number, from, context)) return;
  if (status != Status::recovering) return context.ignore();
  // Only the primary of a view tells its log.
  ASSERT(message.state.has_value() == (from == primary(message.view_number, context)));
  const Options& options = context.options<Options>();
  if (options.recovery_checks_nonce && message.nonce != recovery.nonce) return context.ignore();
  if (!is_current(from, message.crash_vector)) return context.ignore();
  // Each replica's latest word counts, whichever arrives last.
  const RecoveryResponse* earlier = recovery.recovery_responses.find(from);
  if (earlier != nullptr && message.view_number < earlier->view_number) return context.ignore();
  learn_crashes(message.crash_vector);
  recovery.recovery_responses[from] = message;
  finish_recovery(context);
}

// VRR 4.3 step 3: f+1 answers, among them that of the primary of the latest view seen in them.
void Core::finish_recovery(Context& context) {
  const PerNode<RecoveryResponse>& responses = recovery.recovery_responses;
  drop_stale(recovery.recovery_responses);
  if (responses.size() < quorum(context)) return;
  ViewNumber latest = 0;
  for (const auto& [node, response] : responses) latest = std::max(latest, response.view_number);
  // Nobody answers this attempt in a lower view than it named; answers to another one may be
  // counted (recovery_checks_nonce).
  if (latest < stable.view_number) return;
  const RecoveryResponse* from_primary = latest_with_state(responses);
  if (from_primary == nullptr) return;
  if (from_primary->view_number != latest &&
      context.options<Options>().recovery_needs_latest_primary)
    return;
  const PrimaryState state = from_primary->state.value();
  if (!can_hold(state.log, context))
    return request_state(primary(latest, context), latest, known_up_to(), context);
  context.reached(latest > stable.view_number ? "recovery-across-views" : "recovery");
  replace_log(state.log, context);
  become_normal(latest, context);
  if (op_number() > 0) acknowledge(primary(latest, context), context);
  advance_commit(std::min(state.commit_number, op_number()), context);
}

}  // namespace stampede::models::viewstamped
