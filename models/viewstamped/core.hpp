// models/viewstamped/core.hpp: one member of Viewstamped Replication Revisited, as a core
// (models/consensus/consensus.hpp) that other protocols may embed: normal operation (VRR 4.1), view
// changes (4.2), recovery (4.3), checkpoints (5.1), state transfer (5.2) and reconfiguration (7).
// The README lists every decision where the paper leaves one open.
#pragma once

#include <algorithm>

#include "engine/process/observation.hpp"
#include "models/consensus/consensus.hpp"
#include "models/viewstamped/messages.hpp"
#include "models/viewstamped/options.hpp"

namespace stampede::engine {
struct DeadQuery;
struct Property;
}  // namespace stampede::engine

namespace stampede::models::viewstamped {

/// transferring: a later view was heard of and its log is being fetched; log, view-number and last
/// normal view stay as they were.
/// transitioning (VRR 7.1): it knows of an epoch in which it does not take part yet, or no more.
/// spare: it is no member, and has nothing to do before it hears of an epoch of which it is one.
enum class Status { normal, view_change, recovering, transferring, transitioning, spare };
STAMPEDE_ENUM(Status, normal, view_change, recovering, transferring, transitioning, spare);

/// What survives a crash. Differs from the paper, which keeps nothing on disk (recovery: paper).
struct Stable {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(Stable, view_number);

/// A view change under way (VRR 4.2): who takes part, and at the new primary what they hold.
struct ViewChange {
  NodeSet start_view_changes{};
  bool sent_do_view_change = false;
  PerNode<DoViewChange> do_view_changes{};

  [[nodiscard]] bool empty() const {
    return start_view_changes.empty() && !sent_do_view_change && do_view_changes.empty();
  }
};
STAMPEDE_VALUE(ViewChange, start_view_changes, sent_do_view_change, do_view_changes);

/// A recovery under way (VRR 4.3): what was asked, and who has answered.
struct RecoveryAttempt {
  std::uint64_t nonce = 0;
  PerNode<RecoveryResponse> recovery_responses{};

  [[nodiscard]] bool empty() const { return nonce == 0 && recovery_responses.empty(); }
};
STAMPEDE_VALUE(RecoveryAttempt, nonce, recovery_responses);

/// A state transfer under way (VRR 5.2).
struct Transfer {
  /// The later view, or that of the view change; its log is wanted.
  ViewNumber view_number = 0;
  /// Entries after this one were asked for.
  OpNumber after = 0;
  /// Requests sent so far: each goes to the next replica.
  std::uint32_t attempts = 0;
};
STAMPEDE_VALUE(Transfer, view_number, after, attempts);

/// VRR 5.1; all of it empty unless checkpoints are taken.
struct Checkpoints {
  /// Own ones, oldest first. The log reaches back to the newest at least.
  std::vector<Checkpoint> kept{};
  /// Another replica's, for a log that begins behind the own commit-number.
  std::optional<Checkpoint> fetched{};
};
STAMPEDE_VALUE(Checkpoints, kept, fetched);

/// VRR 7; all of it empty where the members never change.
struct Epochs {
  /// Without members: those that the group began with.
  Epoch current{};
  /// While transitioning: the members who hold all that was decided before the epoch, or, at a
  /// replica that is no member, those who take part in it.
  NodeSet started{};
};
STAMPEDE_VALUE(Epochs, current, started);

struct Core {
  using Messages =
      engine::Messages<Prepare, PrepareOk, Commit, StartViewChange, DoViewChange, StartView,
                       Recovery, RecoveryResponse, GetState, NewState, NewCheckpoint, StartEpoch,
                       EpochReady, EpochStarted, CheckEpoch>;
  using Timers = engine::Timers<ViewChangeTimeout, CommitTimeout, ResendTimeout, RecoveryTimeout>;
  using Indicates = consensus::IndicatesRestored;
  using Options = viewstamped::Options;

  ViewNumber view_number = 0;
  Status status = Status::normal;
  Log log{};
  /// All operations up to here are committed, and indicated.
  OpNumber commit_number = 0;
  ViewNumber last_normal_view = 0;
  Stable stable{};
  // What a status has gathered ends with it: of these, all but one are empty.
  PerNode<OpNumber> prepare_oks{};
  ViewChange view_change{};
  /// Doubles the timeout; forgotten only when a view has committed something.
  std::uint32_t view_changes_in_a_row = 0;
  RecoveryAttempt recovery{};
  Transfer transfer{};
  CrashVector crash_vector{};
  Checkpoints checkpoints{};
  Epochs epochs{};

  static constexpr auto durable = &Core::stable;
  using Inlined = engine::Inlined<&Core::view_change, &Core::recovery>;

  // ----- for the owner -----
  void start(Context context);
  void recover(Context context);
  /// VRR 4.1 step 3.
  void propose(Operation value, Context context);
  /// VRR 5.1: what the owner has made of all decided operations up to this one, not older than the
  /// last such. What it covers may be forgotten.
  void checkpoint(OpNumber position, engine::Payload state, const Context& context);
  [[nodiscard]] bool can_propose(const Context& context) const {
    return leads(context) && !ends_epoch(context);
  }
  /// Normal, and the primary: it answers.
  [[nodiscard]] bool leads(const Context& context) const {
    return status == Status::normal && is_primary(context);
  }
  [[nodiscard]] NodeId leader(const Context& context) const {
    return primary(view_number, context);
  }
  [[nodiscard]] std::uint64_t epoch() const { return view_number; }
  [[nodiscard]] OpNumber decided() const { return commit_number; }
  [[nodiscard]] OpNumber last() const { return op_number(); }
  [[nodiscard]] const Operation& value(OpNumber position) const { return log.at(position).request; }
  /// The properties of VRR that its proof rests on, in the order in which they are listed when one
  /// step breaks several (invariants.cpp).
  [[nodiscard]] static std::vector<engine::Property> invariants(const Options& options);
  /// For searches (exploration.cpp): whether it will ignore the message for ever, and the state
  /// without what nobody reads.
  [[nodiscard]] bool is_dead(const engine::DeadQuery& query, const Options& options) const;
  void normalise(const Options& options);

  // normal.cpp
  void on(const Prepare& prepare, NodeId from, Context& context);
  void on(const PrepareOk& ok, NodeId from, Context& context);
  void on(const Commit& commit, NodeId from, Context& context);
  void on(const CommitTimeout& timeout, Context& context);
  void on(const ResendTimeout& timeout, Context& context);
  // view_change.cpp
  void on(const StartViewChange& message, NodeId from, Context& context);
  void on(const DoViewChange& message, NodeId from, Context& context);
  void on(const StartView& message, NodeId from, Context& context);
  void on(const ViewChangeTimeout& timeout, Context& context);
  // recovery.cpp
  void on(const Recovery& message, NodeId from, Context& context);
  void on(const RecoveryResponse& message, NodeId from, Context& context);
  void on(const RecoveryTimeout& timeout, Context& context);
  // state_transfer.cpp
  void on(const GetState& message, NodeId from, Context& context);
  void on(const NewState& message, NodeId from, Context& context);
  // checkpoint.cpp
  void on(const NewCheckpoint& message, NodeId from, Context& context);
  // reconfiguration.cpp
  void on(const StartEpoch& message, NodeId from, Context& context);
  void on(const EpochReady& message, NodeId from, Context& context);
  void on(const EpochStarted& message, NodeId from, Context& context);
  void on(const CheckEpoch& message, NodeId from, Context& context);

  [[nodiscard]] OpNumber op_number() const { return log.size(); }
  [[nodiscard]] bool is_primary(const Context& context) const {
    return primary(view_number, context) == context.self();
  }
  /// Of the epoch that this replica knows.
  [[nodiscard]] const std::vector<NodeId>& members(const engine::Group& group) const {
    return epochs.current.members.empty() ? group.members() : epochs.current.members;
  }
  [[nodiscard]] bool is_member(NodeId node, const engine::Group& group) const {
    const std::vector<NodeId>& nodes = members(group);
    return std::binary_search(nodes.begin(), nodes.end(), node);
  }
  [[nodiscard]] bool is_member(NodeId node, const Context& context) const {
    return is_member(node, context.group());
  }
  /// Round robin over the members (VRR 4). REQUIRES: a view of the epoch that this replica knows.
  [[nodiscard]] NodeId primary(ViewNumber view, const engine::Group& group) const {
    const std::vector<NodeId>& nodes = members(group);
    return nodes[(view - epochs.current.first_view) % nodes.size()];
  }
  [[nodiscard]] NodeId primary(ViewNumber view, const Context& context) const {
    return primary(view, context.group());
  }
  /// The members of the group that was there first decide.
  [[nodiscard]] bool counts_first_members(const Context& context) const {
    return epochs.current.members.empty() || !context.options<Options>().quorums_follow_members;
  }
  /// f: how many failures the group survives, n = 2f+1 or 2f+2.
  [[nodiscard]] std::size_t failures(const Context& context) const {
    if (counts_first_members(context)) return context.group().tolerated();
    return engine::minority_of(epochs.current.members.size());
  }
  /// n-f (VRR 2.2), which is f+1 for n = 2f+1: who takes part in a view change.
  [[nodiscard]] std::size_t quorum(const Context& context) const {
    if (counts_first_members(context)) return context.group().quorums().taking_over;
    return epochs.current.members.size() - failures(context);
  }
  /// An operation is committed with f+1; every quorum of n-f meets one of them.
  [[nodiscard]] static engine::QuorumSystem quorums(std::size_t replicas) {
    const std::size_t failures = engine::minority_of(replicas);
    return {failures + 1, replicas - failures};
  }

  // ----- from one status to another (status.cpp); into recovering: recover() -----
  void become_normal(ViewNumber view, Context& context);
  void become_view_changing(ViewNumber view, Context& context);
  void become_transferring(ViewNumber view, NodeId from, Context& context);
  /// `from`: who may have what this replica lacks.
  void become_transitioning(NodeId from, Context& context);
  void become_spare(Context& context);
  /// What both of these begin with.
  void leave_epoch(Context& context);

  // ----- messages; each is made here only -----
  /// To all other members.
  template <class M>
  void tell(M&& message, Context& context) const {
    if (epochs.current.members.empty()) return context.broadcast(std::forward<M>(message));
    tell(epochs.current.members, message, context);
  }
  template <class M>
  void tell(const std::vector<NodeId>& nodes, const M& message, Context& context) const {
    for (const NodeId node : nodes) {
      if (node != context.self()) context.send(node, message);
    }
  }
  [[nodiscard]] Prepare prepare_message(OpNumber position) const;
  [[nodiscard]] StartViewChange start_view_change_message() const;
  [[nodiscard]] DoViewChange do_view_change_message(const Context& context) const;
  [[nodiscard]] StartView start_view_message(const Context& context) const;
  /// The log, or its end (option view_change_suffix).
  [[nodiscard]] Log told_log(const Context& context) const;
  /// To the primary of the own view.
  void acknowledge(NodeId to, Context& context) const;
  void begin_recovery(Context& context);
  void request_recovery(Context& context);
  void request_state(NodeId to, ViewNumber view, OpNumber after, Context& context) const;
  /// What the log has forgotten that `holder` told for `view`.
  void request_beginning(NodeId holder, ViewNumber view, Context& context);
  /// What this replica lacks in its own view.
  void request_missing(NodeId to, Context& context) const {
    request_state(to, view_number, op_number(), context);
  }

  // ----- epochs (reconfiguration.cpp) -----
  /// Its log ends with the last operation of its epoch: no other may follow.
  [[nodiscard]] bool ends_epoch(const Context& context) const {
    return context.group().may_change() && ends_with_change(context);
  }
  [[nodiscard]] bool ends_with_change(const Context& context) const;
  [[nodiscard]] static bool leaves_for(const std::vector<NodeId>& next, const Context& context);
  /// Its log ends with the RECONFIGURATION of its epoch: it is what was decided, known or not.
  [[nodiscard]] bool holds_decided_log() const {
    return op_number() == epochs.current.op_number && log.size() > log.base() &&
           log.back().view_number == epochs.current.appended_in;
  }
  /// The RECONFIGURATION that it ends with is committed.
  void end_epoch(Context& context);
  /// Refuses a message that is not of its epoch, and one of an epoch in which it takes no part:
  /// true if it did.
  [[nodiscard]] bool refuses(ViewNumber view, NodeId from, Context& context) {
    if (is_of_epoch(view)) return takes_no_part(context);
    answer_other_epoch(view, from, context);
    return true;
  }
  /// The same where an older epoch needs no answer: its sender asks, too, or leads.
  [[nodiscard]] bool refuses_quietly(ViewNumber view, NodeId from, Context& context) {
    return is_of_epoch(view) ? takes_no_part(context) : drops(view, from, context);
  }
  /// The same for who takes no part yet: true of messages of other epochs.
  bool drops(ViewNumber view, NodeId from, Context& context) {
    if (is_of_epoch(view)) return false;
    if (view > epochs.current.first_view) {
      answer_other_epoch(view, from, context);
    } else {
      context.ignore();
    }
    return true;
  }
  /// Ignores the message if so.
  bool takes_no_part(Context& context) const {
    if (status < Status::transitioning) return false;
    context.ignore();
    return true;
  }
  [[nodiscard]] bool is_of_epoch(ViewNumber view) const {
    return view - epochs.current.first_view < views_per_epoch;
  }
  /// Tells its sender of the own epoch, or asks for that of the sender.
  void answer_other_epoch(ViewNumber view, NodeId from, Context& context) const;
  [[nodiscard]] bool holds_beginning() const { return commit_number >= epochs.current.op_number; }
  /// It may say that it does.
  [[nodiscard]] bool is_ready(const Context& context) const {
    return holds_beginning() || !context.options<Options>().members_wait;
  }
  /// It holds all that was decided before its epoch.
  void become_ready(Context& context);
  void count_started(Context& context);
  /// GetState of a replica that lacks operations from before the epoch: true if it is one.
  bool tells_beginning(const GetState& message, NodeId from, Context& context) const;
  /// NewState that a replica in transition waits for: true if it is in transition.
  bool takes_beginning(const NewState& message, Context& context);
  /// What generic checks and budgets ask for.
  [[nodiscard]] NodeSet shown_configuration(NodeId self) const;
  /// Members of its epoch, and of the one before.
  [[nodiscard]] std::vector<NodeId> both_groups() const;
  void ask_for_epoch(Context& context) const;
  void answer_start_epoch(NodeId from, Context& context);
  /// Goes on with a transition: asks for what is missing, or who else is ready.
  void resend_in_transition(Context& context);

  // ----- steps shared by handlers -----
  /// Indicates what is now known committed and in the log.
  void advance_commit(OpNumber target, Context& context);
  /// Takes a commit-number out of a message (option commit_number).
  void learn_commit(OpNumber known, Context& context);
  void try_commit(Context& context);
  /// A new log takes the place of the old one. REQUIRES: can_hold.
  void replace_log(const Log& other, Context& context);
  /// This replica has what the log has forgotten, as entries of its own or in a checkpoint.
  [[nodiscard]] bool can_hold(const Log& other, const Context& context) const;
  /// The own log goes on in `other`, whatever that has forgotten.
  [[nodiscard]] bool continues_in(const Log& other, const Context& context) const;
  /// Takes over the state that belongs to the beginning of the log.
  void restore(Context& context);
  /// In transition: the checkpoint that was fetched is from the epoch to which it goes.
  void begin_behind(ViewNumber view, NodeId from, Context& context);
  /// Goes on with what waited for a checkpoint; `from` told it.
  void use_fetched(NodeId from, Context& context);
  /// True if the view-number is to be saved.
  [[nodiscard]] bool raise_view(ViewNumber view, const Context& context);
  void count_start_view_changes(Context& context);
  void count_do_view_changes(Context& context);
  void start_view(Context& context);
  void finish_recovery(Context& context);
  /// `heard`: the narrowest rule that starts a transfer on it.
  void heard_later_view(ViewNumber view, TransferTrigger heard, NodeId from, Context& context);
  /// State transfer in the paper's words (options transfer_truncates and transfer_raises_...).
  void transfer_literally(ViewNumber view, NodeId from, Context& context);
  void ask_next_for_state(Context& context);
  /// State is asked for behind this: what was executed, or will be known from a checkpoint.
  [[nodiscard]] OpNumber known_up_to() const;
  [[nodiscard]] Log log_up_to(OpNumber after) const;
  void arm_view_change_timeout(Context& context);
  [[nodiscard]] bool accepts_start_view(ViewNumber view, const Context& context) const;
  /// What a replica does on hearing of the view change to `view`: ignore it, join it (and be in
  /// it), or, as its primary, answer that the view has started.
  enum class Meeting { ignore, join, answer };
  Meeting meet_view_change(ViewNumber view, NodeId from, const CrashVector& theirs,
                           Context& context);

  // Michael et al. (DISC 2017), Algorithm 1; without crash vectors all is current.
  /// False if the message comes from an incarnation that is known to be gone.
  [[nodiscard]] bool is_current(NodeId from, const CrashVector& theirs) const;
  void learn_crashes(const CrashVector& theirs);
  /// Makes a quorum crash-consistent: without answers from before a crash that another answer knows
  /// of.
  template <class Answer>
  void drop_stale(PerNode<Answer>& answers) const {
    std::vector<NodeId> stale;
    for (const auto& [node, answer] : answers) {
      if (!is_current(node, answer.crash_vector)) stale.push_back(node);
    }
    for (const NodeId node : stale) answers.erase(node);
  }
};
STAMPEDE_VALUE(Core, view_number, status, log, commit_number, last_normal_view, stable, prepare_oks,
               view_change, view_changes_in_a_row, recovery, transfer, crash_vector, checkpoints,
               epochs);
static_assert(consensus::Core<Core>);

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::viewstamped
