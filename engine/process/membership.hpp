// Groups: nodes that hold one configuration together, how many of them may fail, and how many of
// them decide. A world has any number of groups, and a node may be in several: a replica of a
// chain that also is one of the masters.
//
// The first group is the protocol's main one. Which of them a part of a node belongs to is said by
// engine/process/layer_groups.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/value.hpp"
#include "engine/process/clients.hpp"

namespace stampede::engine {

enum class GroupKind { servers, clients };
STAMPEDE_ENUM(GroupKind, servers, clients);

/// How many of its n members a protocol survives being down or recovering at one instant.
enum class Tolerance {
  none,         // 0
  third,        // (n-1)/3: Byzantine ones
  minority,     // (n-1)/2
  all_but_one,  // n-1: a chain
  any,          // n: the protocol promises nothing that depends on it
};
STAMPEDE_ENUM(Tolerance, none, third, minority, all_but_one, any);

[[nodiscard]] std::size_t tolerated(Tolerance rule, std::size_t members);

/// The most members that are fewer than half, and the fewest that are more.
[[nodiscard]] constexpr std::size_t minority_of(std::size_t members) {
  return members == 0 ? 0 : (members - 1) / 2;
}
[[nodiscard]] constexpr std::size_t majority_of(std::size_t members) { return members / 2 + 1; }
/// The most members that are fewer than a third.
[[nodiscard]] constexpr std::size_t third_of(std::size_t members) {
  return members == 0 ? 0 : (members - 1) / 3;
}

/// Which sets of members decide, by their sizes.
struct QuorumSystem {
  /// Members that have an operation before it is acknowledged.
  std::size_t acknowledging = 0;
  /// Members whose state somebody knows before leading on from it.
  std::size_t taking_over = 0;

  [[nodiscard]] static QuorumSystem majority(std::size_t members) {
    return {majority_of(members), majority_of(members)};
  }
  /// Two of them have a correct member in common, whichever third of them is faulty (Cachin,
  /// Guerraoui, Rodrigues 2011, section 2.7.3): (n+f)/2 + 1 of n with f = (n-1)/3.
  [[nodiscard]] static QuorumSystem byzantine(std::size_t members) {
    const std::size_t quorum = (members + third_of(members)) / 2 + 1;
    return {quorum, quorum};
  }
  /// Whoever takes over meets a member that has what was acknowledged.
  [[nodiscard]] bool intersects(std::size_t members) const {
    return acknowledging + taking_over > members;
  }
  friend bool operator==(const QuorumSystem&, const QuorumSystem&) = default;
};

/// What holds of a group whoever is in it.
struct GroupRules {
  GroupKind kind = GroupKind::servers;
  Tolerance tolerance = Tolerance::minority;
  QuorumSystem (*quorums)(std::size_t members) = &QuorumSystem::majority;
};

/// Clients hold nothing together: any of them may fail.
inline constexpr GroupRules client_rules{GroupKind::clients, Tolerance::any,
                                         &QuorumSystem::majority};

class Group {
 public:
  /// `spares` are nodes that may become members while a run goes on. REQUIRES: both ascending and
  /// nobody in both; the quorums of servers intersect.
  Group(std::string name, std::vector<NodeId> members, const GroupRules& rules = {},
        std::vector<NodeId> spares = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] GroupKind kind() const { return rules_.kind; }
  [[nodiscard]] Tolerance tolerance() const { return rules_.tolerance; }
  /// Ascending.
  [[nodiscard]] const std::vector<NodeId>& members() const { return members_; }
  [[nodiscard]] bool contains(NodeId node) const {
    return std::binary_search(members_.begin(), members_.end(), node);
  }
  [[nodiscard]] const std::vector<NodeId>& spares() const { return spares_; }
  /// Members and spares, ascending: all who may ever be members.
  [[nodiscard]] const std::vector<NodeId>& everybody() const { return everybody_; }
  /// Its members are others, or fewer or more, in another configuration.
  [[nodiscard]] bool may_change() const { return !spares_.empty(); }
  /// The same group in another configuration. REQUIRES: ascending, of everybody.
  [[nodiscard]] Group with(std::vector<NodeId> members) const;
  /// How many members may be down or recovering at one instant.
  [[nodiscard]] std::size_t tolerated() const { return tolerated_; }
  [[nodiscard]] const QuorumSystem& quorums() const { return quorums_; }
  /// With so many members.
  [[nodiscard]] QuorumSystem quorums(std::size_t members) const { return rules_.quorums(members); }

 private:
  std::string name_;
  std::vector<NodeId> members_;
  std::vector<NodeId> spares_;
  std::vector<NodeId> everybody_;
  GroupRules rules_;
  // Of this number of members: handlers ask for these.
  std::size_t tolerated_ = 0;
  QuorumSystem quorums_;
};

/// All groups of a world.
class Membership {
 public:
  /// REQUIRES: a name that no other group has.
  void add(Group group);

  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  /// REQUIRES: at least one group.
  [[nodiscard]] const Group& main() const { return groups_.front(); }
  /// nullptr if there is no such group.
  [[nodiscard]] const Group* find(std::string_view name) const;
  /// AssertionFailed if there is no such group.
  [[nodiscard]] const Group& at(std::string_view name) const;
  /// Its position among the groups.
  [[nodiscard]] std::uint32_t position(const Group& group) const {
    return static_cast<std::uint32_t>(&group - groups_.data());
  }
  /// All nodes of groups of clients.
  [[nodiscard]] const Clients& clients() const { return clients_; }
  /// All nodes of groups of servers, ascending, spares among them.
  [[nodiscard]] std::vector<NodeId> servers() const;
  /// It is a spare of some group and a member of none: it does not run before somebody boots it.
  [[nodiscard]] bool is_spare(NodeId node) const;

 private:
  std::vector<Group> groups_;
  Clients clients_;
};

}  // namespace stampede::engine
