// models/viewstamped/exploration.cpp: which messages can have no effect any more, and which fields
// nobody will read.
//
// The arguments rest on three facts, each of which some option or crash can take away:
//   views   a replica's view-number never falls: not while it is up, and over a crash only if it is
//           persisted. StartView of any view and NewState of any view (defects) lower it.
//   entry   a replica enters a view once: from there on it is in it as normal, or in a later one.
//   growth  within a view log and commit-number only grow. A crash loses them; StartView accepted
//           twice, or a log truncated in its view, shortens them.
#include <algorithm>

#include "engine/world/model.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

/// One member as its messages find it.
struct Receiver {
  const Core& core;
  const Options& options;
  NodeId self{};
  const engine::Group& group;
  bool may_crash = false;

  [[nodiscard]] bool views_never_fall() const {
    return options.accept_start_view != StartViewRule::any && options.transfer_checks_answer &&
           (!may_crash || options.recovery == RecoveryRule::view_persisted);
  }
  [[nodiscard]] bool falls_back() const {
    return options.late_start_view_change == LateStartViewChange::fall_back;
  }
  [[nodiscard]] bool enters_views_once() const {
    return options.accept_start_view == StartViewRule::newer_or_changing && !falls_back();
  }
  [[nodiscard]] bool log_only_grows() const {
    return !may_crash && enters_views_once() && !options.transfer_truncates &&
           !options.transfer_raises_view && !options.transfer_raises_last_normal_view &&
           options.commit_number == CommitUpdate::maximum &&
           options.late_do_view_change == LateDoViewChange::answer;
  }
  [[nodiscard]] bool is_primary_of(ViewNumber view) const {
    return core.primary(view, group) == self;
  }
  /// Normal in no view below this any more. What it fetches a view's state for is forgotten in a
  /// crash: that it comes back in that view rests on what others know.
  [[nodiscard]] ViewNumber lowest_view() const {
    return may_crash ? core.view_number : std::max(core.view_number, core.transfer.view_number);
  }
  [[nodiscard]] bool dead_where_members_change(const engine::Payload& message) const;
  [[nodiscard]] bool normal_in(ViewNumber view) const {
    return core.status == Status::normal && core.view_number == view;
  }
};

// Prepare and Commit are for backups that are normal in their view, or tell of a later one.
bool is_dead(const Receiver& at, const Prepare& message) {
  return message.view_number < at.lowest_view() ||
         (message.view_number == at.core.view_number && at.is_primary_of(message.view_number));
}

// A commit-number that is known already changes nothing, unless the log has lost what it covers.
bool is_dead(const Receiver& at, const Commit& message) {
  if (message.view_number < at.lowest_view()) return true;
  if (message.view_number != at.core.view_number) return false;
  return at.is_primary_of(message.view_number) ||
         (at.log_only_grows() &&
          message.commit_number <= std::min(at.core.commit_number, at.core.op_number()));
}

// For the primary of its view alone; what this backup has acknowledged before, or what is
// committed, needs no second PrepareOk.
bool is_dead(const Receiver& at, const PrepareOk& message) {
  if (message.view_number < at.lowest_view() || !at.is_primary_of(message.view_number)) return true;
  return at.normal_in(message.view_number) && at.log_only_grows() &&
         message.op_number <= at.core.commit_number;
}

// The primary answers a late one with StartView; a backup has no use for one once its own
// DoViewChange is out or the view has started.
bool is_dead(const Receiver& at, const StartViewChange& message) {
  if (message.view_number < at.lowest_view()) return true;
  if (message.view_number != at.core.view_number || at.is_primary_of(message.view_number))
    return false;
  if (at.falls_back()) return false;
  return at.core.status == Status::normal ||
         (at.core.status == Status::view_change && at.core.view_change.sent_do_view_change &&
          at.options.recovery != RecoveryRule::crash_vectors);
}

bool is_dead(const Receiver& at, const DoViewChange& message) {
  return message.view_number < at.lowest_view();
}

// A view is entered once.
bool is_dead(const Receiver& at, const StartView& message) {
  if (message.view_number < at.lowest_view()) return true;
  return at.enters_views_once() && at.normal_in(message.view_number);
}

bool is_dead(const Receiver& at, const GetState& message) {
  return message.view_number < at.lowest_view();
}

// An answer that brings nothing new in the view it is for.
bool is_dead(const Receiver& at, const NewState& message) {
  if (message.view_number < at.lowest_view()) return true;
  const bool known =
      at.log_only_grows() && message.after + message.entries.size() <= at.core.op_number();
  if (at.core.status == Status::transitioning) return at.core.holds_beginning() && known;
  if (!at.normal_in(message.view_number)) return false;
  return at.is_primary_of(message.view_number) || known;
}

// The commit-number never falls while its replica is up.
bool is_dead(const Receiver& at, const NewCheckpoint& message) {
  return at.log_only_grows() && message.checkpoint.op_number <= at.core.commit_number;
}

/// A nonce is used in one recovery and never again.
bool is_dead_answer(const Receiver& at, const RecoveryResponse& message) {
  if (at.options.recovery_checks_nonce)
    return at.core.status != Status::recovering || at.core.recovery.nonce != message.nonce;
  return at.core.status != Status::recovering && !at.may_crash;
}

// Counted in transition, and a replica is in that once in each epoch.
bool is_dead(const Receiver& at, const EpochStarted&) {
  return at.core.status != Status::transitioning;
}

bool is_dead(const Receiver& at, const EpochReady&) {
  return at.core.status != Status::transitioning || !at.core.is_member(at.self, at.group);
}

template <class M>
bool dead_in_epoch(const Receiver& at, const engine::Payload& message) {
  const M* found = message.get<M>();
  if (found == nullptr) return false;
  if (!at.core.is_of_epoch(found->view_number))
    return found->view_number < at.core.epochs.current.first_view;
  return is_dead(at, *found);
}

template <class M>
bool dead_as(const Receiver& at, const engine::Payload& message) {
  const M* found = message.get<M>();
  return found != nullptr && is_dead(at, *found);
}

// VRR 7. What asks, or comes from who leads, is answered in every later epoch, so it is never dead.
// What is of an older epoch is dropped, and what is of a later one makes its receiver ask for that.
// A crash takes a replica back to the first epoch. The facts above hold within one.
bool Receiver::dead_where_members_change(const engine::Payload& message) const {
  if (may_crash || !views_never_fall() || !options.epochs_rise) return false;
  return dead_in_epoch<Prepare>(*this, message) || dead_in_epoch<PrepareOk>(*this, message) ||
         dead_in_epoch<DoViewChange>(*this, message) || dead_in_epoch<StartView>(*this, message) ||
         dead_in_epoch<NewState>(*this, message) || dead_in_epoch<NewCheckpoint>(*this, message) ||
         dead_in_epoch<EpochReady>(*this, message) || dead_in_epoch<EpochStarted>(*this, message);
}

}  // namespace

bool Core::is_dead(const engine::DeadQuery& query, const Options& options) const {
  const Receiver at{*this, options, query.receiver, query.group, query.may_crash};
  if (query.group.may_change())
    return query.local.up && at.dead_where_members_change(query.message);
  if (const auto* answer = query.message.get<RecoveryResponse>())
    return (query.local.up || options.recovery_checks_nonce) && is_dead_answer(at, *answer);
  if (!query.local.up || !at.views_never_fall()) return false;
  return dead_as<Prepare>(at, query.message) || dead_as<Commit>(at, query.message) ||
         dead_as<PrepareOk>(at, query.message) || dead_as<StartViewChange>(at, query.message) ||
         dead_as<DoViewChange>(at, query.message) || dead_as<StartView>(at, query.message) ||
         dead_as<GetState>(at, query.message) || dead_as<NewState>(at, query.message) ||
         dead_as<NewCheckpoint>(at, query.message);
}

void Core::normalise(const Options& options) {
  // It only stretches timeouts, and a search has no time.
  view_changes_in_a_row = 0;
  // Read only until the DoViewChange is out; a new view change begins with none.
  if (view_change.sent_do_view_change) view_change.start_view_changes.clear();
  // A count for a committed number commits nothing.
  if (options.commit_number == CommitUpdate::maximum) {
    PerNode<OpNumber> open;
    for (const auto& [node, op_number] : prepare_oks) {
      if (op_number > commit_number) open[node] = op_number;
    }
    prepare_oks = std::move(open);
  }
}

}  // namespace stampede::models::viewstamped
