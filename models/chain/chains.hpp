// models/chain/chains.hpp: what a master knows, and the commands by which it changes.
//
// 1. A command that does not fit what is known has no effect: whoever issued it knew less.
// 2. Links are only ever taken away, or added at the end when the tail has met them: every link has
//    what its predecessors had made stable.
#pragma once

#include <variant>

#include "models/chain/messages.hpp"

namespace stampede::models::chain {

/// A replica has begun a life.
struct Joined {
  Link link{};
};
STAMPEDE_VALUE(Joined, link);
/// The next chain.
struct Changed {
  Chain chain{};
};
STAMPEDE_VALUE(Changed, chain);

struct Command {
  std::variant<Joined, Changed> what{};
};
STAMPEDE_VALUE(Command, what);

struct Chains {
  Chain chain{};
  /// Newest incarnation of each replica.
  PerNode<std::uint64_t> joined{};

  /// False if the command does not fit, or changes nothing.
  bool apply(const Command& command);
  bool apply(const Joined& joined_now);
  bool apply(const Changed& changed);
  /// The next chain, if a link is lost, or somebody may join one of fewer than `length` links. The
  /// last link is never taken away.
  [[nodiscard]] std::optional<Chain> next(const Detector& detector, std::size_t length) const;
  /// The next chain, in which the joining node is the tail. REQUIRES: there is one.
  [[nodiscard]] Chain with_joined() const;
  /// Tells all replicas of the chain.
  void announce(Context& context) const;

  // ----- steps -----
  /// The chain may follow the present one.
  [[nodiscard]] bool fits(const Chain& next) const;
  /// The replica has not begun another life since.
  [[nodiscard]] bool alive(const Link& link) const;
  /// It is alive, and nobody suspects it.
  [[nodiscard]] bool usable(const Link& link, const Detector& detector) const;
  /// A usable replica that is not among these links.
  [[nodiscard]] std::optional<Link> candidate(const Chain& among, const Detector& detector) const;
};
STAMPEDE_VALUE(Chains, chain, joined);

}  // namespace stampede::models::chain
