// What a model declares so that fewer worlds need a look, proven while the search runs, over what
// it meets. A declaration that does not hold stops the search: its verdict would be about another
// protocol.
//
// 1. Dead messages, by induction. A message that was taken out at a local state is followed along
//    every step that the search takes from there, crashes and restarts too: in no state on the way
//    may its delivery have an effect. Together: the search without the reduction, in which it stays
//    in flight, reaches nothing more.
// 2. Normal form, by induction as well: whatever happens at a normal state and is met comes to the
//    same at each state that a step left and that has this normal form; and so on from the states
//    that it leaves there. The node shows the same in both, and whoever judges single steps says
//    the same of either.
// 3. Symmetry: steps and renamings commute.
//
// Every case that the search meets is looked at while that is a small share of its work; beyond
// that, one of so many, chosen by contents: of dead messages one message of so many, and that one
// completely.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/explore/symmetry.hpp"
#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {

/// A declaration that does not hold, by two states of one node.
struct WrongDeclaration {
  /// `dead-messages`, `normal-form` or `symmetry`.
  std::string reduction;
  std::string what;
  NodeId node{};
  LocalState state;
  NodeId other_node{};
  LocalState other_state;
  /// The message that it is about, or what happens at the state.
  std::optional<PackedMessage> message{};
  /// Instead of a message, or on the way from the one state to the other: `the timer
  /// ViewChangeTimeout`, `a crash`.
  std::string by{};
};

struct ProofFigures {
  std::string reduction;
  std::uint64_t cases = 0;
  /// 1: all that the search has met.
  std::uint64_t one_of = 1;
};

class Proof {
 public:
  /// True if the receiver in this local state will ignore the message for ever.
  using Dead = std::function<bool(std::uint32_t local, std::uint32_t message, bool crashes)>;
  struct Claims {
    /// May be empty.
    Dead dead;
    bool has_normal_form = false;
    /// The property of a monitor, by its position.
    std::function<std::string(std::size_t)> property;
    /// How many crashes a schedule may have.
    std::uint32_t crashes = 0;
    bool crashes_unlimited = false;
  };

  Proof(TransitionCache& transitions, Symmetry& symmetry, Claims claims);

  /// The search takes the message out at this local state. REQUIRES: the lock of the cache is held.
  void dropped(std::uint32_t local, std::uint32_t message, bool crashes) {
    if (claims_.dead) dropped_.push_back({local, message, crashes});
  }
  /// Goes on with dead messages if enough is new; false if what is declared does not hold.
  /// `generated`: successors the search has looked at. By any thread.
  bool advance(std::uint64_t generated);
  /// Everything, after the last decision of a search.
  void finish(std::uint64_t generated);

  /// While no thread searches.
  [[nodiscard]] const std::optional<WrongDeclaration>& wrong() const { return wrong_; }
  /// Of each reduction that is in use.
  [[nodiscard]] std::vector<ProofFigures> figures() const;

 private:
  struct Dropped {
    std::uint32_t local = 0;
    std::uint32_t message = 0;
    bool crashes = false;
  };
  struct Edge {
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    std::uint32_t transition = 0;
    bool is_crash = false;
  };
  /// A message in flight at a local state; `place`: among those that were taken out for its node.
  struct Case {
    std::uint32_t local = 0;
    std::uint32_t place = 0;
    bool crashes = false;
  };

  // ----- dead messages -----
  void prove_dead(std::uint64_t generated);
  void make_room();
  void add_edges();
  void add(const Case& one);
  void carry(const Case& one, const Edge& edge);
  void follow();
  void prove_ignored();
  /// A step to this state from one at which the message was followed; nullptr if there is none.
  [[nodiscard]] const Edge* edge_to(std::uint32_t local, std::uint32_t message);
  [[nodiscard]] std::optional<WrongDeclaration> has_effect(std::uint32_t local,
                                                           std::uint32_t message);
  [[nodiscard]] std::uint32_t place_of(std::uint32_t message);
  [[nodiscard]] bool is_sampled(std::uint32_t message) const;
  [[nodiscard]] bool may_crash_again() const {
    return claims_.crashes_unlimited || claims_.crashes > 1;
  }

  // ----- normal form and symmetry -----
  /// A state as a step left it, and the normal form that is kept instead.
  struct Raw {
    std::uint32_t state = 0;
    std::uint32_t normal = 0;
    [[nodiscard]] std::uint64_t key() const { return std::uint64_t{state} << 32 | normal; }
  };
  void prove_normal_form(std::uint64_t generated);
  void add_raw(const Raw& raw);
  /// Everything that is met at the normal form, done at the raw state.
  void compare(const Raw& raw);
  /// What is ignored at the normal form, or was taken out as dead by it.
  [[nodiscard]] std::vector<std::uint32_t> ignored_at(std::uint32_t normal) const;
  /// The transition's step comes to the same from a state as it was left, outcome by outcome.
  bool repeats(std::uint32_t id, std::uint32_t before);
  /// All outcomes together do, in whatever order; `first`: of those at the normal form, or
  /// `nothing`, where the subject is ignored.
  void comes_to(const Raw& raw, std::uint32_t subject, std::uint64_t wanted, std::uint32_t first);
  /// Goes on from a step between states as they were left. False if, of those who judge single
  /// steps, others than `speakers` say something of it.
  bool agree(const Transition& as_left, std::uint32_t normal, std::uint64_t speakers,
             std::uint32_t subject);
  [[nodiscard]] WrongDeclaration differing(std::string what, const Raw& raw) const;
  [[nodiscard]] WrongDeclaration differing(std::string what, const Raw& raw, std::uint32_t subject,
                                           std::uint32_t at) const;
  void prove_symmetry(std::uint64_t generated);
  [[nodiscard]] std::uint64_t expected(std::uint32_t met);
  [[nodiscard]] std::uint64_t expected_renamed(const TransitionCache::Met& met,
                                               std::size_t renaming);
  /// The same input under other names; nothing if there is none.
  [[nodiscard]] std::optional<std::uint32_t> renamed_subject(const TransitionCache::Met& met,
                                                             std::size_t renaming);
  [[nodiscard]] std::string name_of(std::uint32_t subject, std::uint32_t local) const;
  [[nodiscard]] std::optional<PackedMessage> message_of(std::uint32_t subject) const;
  [[nodiscard]] NodeId node_of(std::uint32_t local) const {
    return NodeId{transitions_.facts(local).node};
  }

  TransitionCache& transitions_;
  Symmetry& symmetry_;
  Claims claims_;
  std::optional<WrongDeclaration> wrong_;

  std::vector<Dropped> dropped_;
  std::size_t dropped_done_ = 0;
  std::size_t edges_done_ = 0;
  std::size_t looked_at_ = 0;
  /// By local state.
  std::vector<std::vector<Edge>> edges_;
  std::vector<std::array<std::vector<std::uint64_t>, 2>> dead_at_;
  std::vector<std::vector<std::uint32_t>> to_deliver_;
  /// Local states with something in `to_deliver_`.
  std::vector<std::uint32_t> waiting_;
  /// By node, and by message.
  std::vector<std::vector<std::uint32_t>> messages_;
  std::vector<std::uint32_t> places_;
  std::vector<Case> open_;
  /// Cases of messages that are still followed.
  std::uint64_t followed_ = 0;
  std::vector<std::uint64_t> expected_;
  /// By local state: positions in `met()`.
  std::vector<std::vector<std::uint32_t>> met_at_;
  std::vector<Raw> raw_;
  std::unordered_set<std::uint64_t> raw_seen_;  // looked up, never iterated
  /// By normal form: some of the states that have it.
  std::vector<std::vector<std::uint32_t>> left_as_;
  std::uint64_t compared_ = 0;
  ProofFigures dead_{"dead-messages", 0, 1};
  ProofFigures normal_form_{"normal-form", 0, 1};
  ProofFigures commutes_{"symmetry", 0, 1};
};

}  // namespace stampede::engine
