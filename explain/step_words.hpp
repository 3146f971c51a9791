// Steps of a run in words, in the terms of its protocol: the names of its messages and timers, and
// of the members of its nodes. Nothing here knows a protocol.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/core/difference.hpp"
#include "engine/core/names.hpp"
#include "explain/rehearsal.hpp"

namespace stampede::explain {

/// `r0`, `r0 and r1`, `r0, r1 and r2`.
std::string and_list(const std::vector<std::string>& names);

/// The process of a node as a tree, nodes by name.
engine::Document state_of(const engine::LocalState& local, const engine::NodeNames& names);

/// What is said of steps. It learns from the messages of a run which members matter to others than
/// the node itself: those that messages carry.
class StepWords {
 public:
  /// `names` outlive it.
  explicit StepWords(const engine::NodeNames& names) : names_(names) {}

  void learn(const engine::NamedType& type, const engine::Payload& message);

  /// What a message says: `{view_number: 1, op_number: 2}`, its first plain members; empty if it
  /// has none.
  [[nodiscard]] std::string content(const engine::Payload& payload) const;
  /// What a step made of its node and of the outside: `view_number 0 -> 1; it sent Commit to r1`.
  /// Empty if it did nothing.
  [[nodiscard]] std::string outcome(const Rehearsed& step) const;
  /// What the other step would have done that this one did not, from the same state: `ignored it`.
  /// Empty if nothing that has a name.
  [[nodiscard]] std::string otherwise(const Rehearsed& did, const Rehearsed& other) const;
  /// Members of the message that the node has under the same name with another value: `although its
  /// own view_number was 2`; empty if there are none.
  [[nodiscard]] std::string although(const engine::Payload& message,
                                     const engine::LocalState& local) const;

 private:
  [[nodiscard]] std::vector<engine::Change> told(std::vector<engine::Change> changes,
                                                 bool more_is_told) const;
  [[nodiscard]] std::string states_otherwise(const Rehearsed& did, const Rehearsed& other) const;
  [[nodiscard]] std::string said_otherwise(const Rehearsed& did, const Rehearsed& other) const;
  [[nodiscard]] std::string sends_otherwise(const Rehearsed& did, const Rehearsed& other) const;
  [[nodiscard]] std::string members_otherwise(const Rehearsed& did, const Rehearsed& other) const;
  [[nodiscard]] std::string timers_otherwise(const Rehearsed& did, const Rehearsed& other) const;

  const engine::NodeNames& names_;
  std::set<std::uint32_t> types_;
  /// Names of members of messages.
  std::set<std::string> carried_;
};

}  // namespace stampede::explain
