// models/viewstamped/core.hpp: one member of Viewstamped Replication Revisited, as a core
// (models/consensus/consensus.hpp) that other protocols may embed: normal operation (VRR 4.1), view
// changes (4.2), recovery (4.3), checkpoints (5.1) and state transfer (5.2). The README lists every
// decision where the paper leaves one open.
#pragma once

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
enum class Status { normal, view_change, recovering, transferring };
STAMPEDE_ENUM(Status, normal, view_change, recovering, transferring);

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

struct Core {
  using Messages =
      engine::Messages<Prepare, PrepareOk, Commit, StartViewChange, DoViewChange, StartView,
                       Recovery, RecoveryResponse, GetState, NewState, NewCheckpoint>;
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

  [[nodiscard]] OpNumber op_number() const { return log.size(); }
  [[nodiscard]] bool is_primary(const Context& context) const {
    return primary(view_number, context) == context.self();
  }
  /// Round robin over the members (VRR 4).
  [[nodiscard]] static NodeId primary(ViewNumber view, const Context& context) {
    return context.members()[view % context.members().size()];
  }
  /// f: how many failures the group survives, n = 2f+1 or 2f+2.
  [[nodiscard]] static std::size_t failures(const Context& context) {
    return context.group().tolerated();
  }
  /// n-f (VRR 2.2), which is f+1 for n = 2f+1: who takes part in a view change.
  [[nodiscard]] static std::size_t quorum(const Context& context) {
    return context.group().quorums().taking_over;
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

  // ----- messages; each is made here only -----
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

  // ----- steps shared by handlers -----
  /// Indicates what is now known committed and in the log.
  void advance_commit(OpNumber target, Context& context);
  /// Takes a commit-number out of a message (option commit_number).
  void learn_commit(OpNumber known, Context& context);
  void commit_next(Context& context);
  void try_commit(Context& context);
  /// A new log takes the place of the old one. REQUIRES: can_hold.
  void replace_log(const Log& other, Context& context);
  /// This replica has what the log has forgotten, as entries of its own or in a checkpoint.
  [[nodiscard]] bool can_hold(const Log& other, const Context& context) const;
  /// The own log goes on in `other`, whatever that has forgotten.
  [[nodiscard]] bool continues_in(const Log& other, const Context& context) const;
  /// Takes over the state that belongs to the beginning of the log.
  void restore(Context& context);
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
               view_change, view_changes_in_a_row, recovery, transfer, crash_vector, checkpoints);
static_assert(consensus::Core<Core>);

void observe(const Core& core, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::viewstamped
