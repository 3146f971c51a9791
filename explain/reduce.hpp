// The reductions of a schedule: each makes candidates, plays them, and keeps the first that leads
// to the same failure.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "explain/lenient.hpp"

namespace stampede::explain {

/// Items that go together, by their ids.
using ItemGroup = std::vector<std::uint32_t>;

class Reducer {
 public:
  /// `go_on` is asked before each candidate; once it says false, none is played any more.
  /// `schedule` leads to the target of the player.
  Reducer(std::shared_ptr<const LenientPlayer> player, Schedule schedule,
          std::function<bool()> go_on);

  [[nodiscard]] const Schedule& schedule() const { return schedule_; }
  [[nodiscard]] const LenientPlayer& player() const { return *player_; }
  /// To attempt on what else is found in its world.
  [[nodiscard]] const std::shared_ptr<const LenientPlayer>& shared_player() const {
    return player_;
  }
  [[nodiscard]] std::uint64_t candidates() const { return candidates_; }
  /// Decisions of them.
  [[nodiscard]] std::uint64_t played() const { return decisions_; }
  [[nodiscard]] bool stopped() const { return stopped_; }

  /// Takes the candidate if it leads to the target.
  bool attempt(const Schedule& candidate);
  /// The same on another world, which stays if it does.
  bool attempt_on(std::shared_ptr<const LenientPlayer> player, const Schedule& candidate);
  /// Takes the candidate if it does and all of it is done.
  bool attempt_whole(const Schedule& candidate);

  /// Takes the candidate, reduced, if that is smaller than what there is.
  bool attempt_smaller(const Schedule& candidate);

  /// What the violation comes from, and nothing else; or, where a property looks at several nodes,
  /// what their last steps come from.
  void cut_to_cone();
  /// Removes groups, halves of them at first and single ones at last.
  void remove(std::vector<ItemGroup> groups);
  /// All kinds of groups by turns, until none of them can be removed: single items at last.
  void remove_all_kinds();
  /// What is left depends on what is tried first: the same again in other orders, until none of
  /// them has given less for a while, or decisions_max have been played.
  void remove_in_other_orders(const Schedule& from, std::uint64_t decisions_max);
  /// What belongs together next to each other, in the order in which one comes from the other.
  void put_in_order();

 private:
  [[nodiscard]] std::set<std::uint32_t> cone_of(const std::set<std::uint32_t>& roots) const;
  bool keep_only(const std::set<std::uint32_t>& ids);
  void take(Schedule schedule);
  void drop_ignored();
  [[nodiscard]] std::optional<Schedule> play(const LenientPlayer& player,
                                             const Schedule& candidate);

  std::shared_ptr<const LenientPlayer> player_;
  Schedule schedule_;
  std::function<bool()> go_on_;
  std::uint64_t candidates_ = 0;
  std::uint64_t decisions_ = 0;
  /// 0: as they happened.
  std::uint64_t order_ = 0;
  bool stopped_ = false;
};

/// Groups of a schedule, each kind by itself.
std::vector<ItemGroup> fault_groups(const Schedule& schedule);
std::vector<ItemGroup> operation_groups(const Schedule& schedule);
std::vector<ItemGroup> node_groups(const Schedule& schedule, const std::vector<NodeId>& nodes);
std::vector<ItemGroup> timer_groups(const Schedule& schedule);
std::vector<ItemGroup> single_groups(const Schedule& schedule);

}  // namespace stampede::explain
