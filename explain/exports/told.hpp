// A run as exports see it: each step with what it did, and where it stands among the others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explain/tape.hpp"

namespace stampede::explain {

/// As engine::Event, kept.
struct ToldEvent {
  engine::EventKind kind{};
  NodeId node = no_node;
  NodeId peer = no_node;
  std::string type{};
  std::uint32_t nth = 0;
  /// JSON, or empty.
  std::string detail{};
};

struct ToldStep {
  std::uint64_t number = 0;
  engine::Time time{};
  ToldEvent decision{};
  std::vector<ToldEvent> effects{};
  /// As in Step.
  std::uint64_t cause = 0;
  /// Of the node, behind it, as JSON; empty while it is down, and where nobody asked for states.
  std::string state{};
};

/// A run, and all that an export may ask of it.
struct Exported {
  const Tape& tape;
  const engine::NodeNames& names;
  /// By number - 1.
  std::vector<ToldStep> steps;

  [[nodiscard]] const ToldStep& step(std::uint64_t number) const { return steps.at(number - 1); }
  /// The place of what happens at no node: losses, copies and faults.
  static constexpr const char* network = "network";
  /// Places are the nodes, and behind them the network.
  [[nodiscard]] std::size_t place_count() const { return names.size() + 1; }
  [[nodiscard]] std::size_t place_of(const ToldStep& step) const;
  [[nodiscard]] std::string place_name(std::size_t place) const;
};

/// `states`: of nodes are wanted, too. Memory: some kilobytes a step.
Exported told(Tape& tape, bool states);

/// True for a message that reached its receiver, handled or not.
bool is_arrival(engine::EventKind kind);
/// `deliver Prepare`, `crash`, `begin_fault partition`: the same for all of its kind.
std::string title(const ToldEvent& event);
/// The same with the other end of a message: `deliver Prepare from r0`.
std::string headline(const ToldEvent& event, const engine::NodeNames& names);

}  // namespace stampede::explain
