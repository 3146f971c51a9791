// Other ways on from a step of a run: what nodes, clients, faults and the network still did up to
// its violation, to be done again in another order (no_return.hpp says which orders).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "explain/tape.hpp"

namespace stampede::explain {

/// A world on its way to the end of a continuation.
struct Continued {
  std::unique_ptr<engine::World> world;
  /// By lane: how many of its decisions are done or left out.
  std::vector<std::uint32_t> done;
};

/// One way on.
struct Move {
  static constexpr std::uint32_t no_lane = UINT32_MAX;
  engine::Decision decision;
  /// Whose next decision it is; none of deliveries and of writes that reach the disk.
  std::uint32_t lane = no_lane;
  /// The lane's decision is left out: a loss need not happen.
  bool left_out = false;
};

class Continuation {
 public:
  /// Up to the violation at the step `until`.
  Continuation(Tape& tape, const engine::Violation& violation, std::uint64_t until);

  [[nodiscard]] Continued from(std::uint64_t step) const;
  /// All ways on; empty at the end. What is blocked for ever is left out first.
  std::vector<Move> moves(Continued& at) const;
  /// Of each way on its own world.
  [[nodiscard]] Continued copy(const Continued& of) const;
  void make(Continued& at, const Move& move) const;
  /// The property is broken; `ended`: histories are judged then.
  [[nodiscard]] bool broken(const Continued& at, bool ended) const;
  /// Of what decides how it goes on; neither time nor names of messages count.
  [[nodiscard]] std::uint64_t hash(const Continued& at) const;

 private:
  /// Decisions in the order of their steps, at one node or of one link.
  struct Lane {
    std::vector<std::uint64_t> steps;
  };
  [[nodiscard]] bool enabled(const engine::World& world, const engine::Decision& decision,
                             std::uint64_t step) const;
  [[nodiscard]] bool dead(const Continued& at, const engine::InFlight& message) const;
  /// By lane: how many of its decisions are done when no more of some kind come.
  using Ends = std::vector<std::uint32_t>;
  [[nodiscard]] static bool comes(const Continued& at, const Ends& ends);
  void add_deliveries(const Continued& at, std::vector<Move>& moves) const;
  void add_own(const Continued& at, std::vector<Move>& moves) const;

  Tape& tape_;
  std::string property_;
  bool by_monitor_ = false;
  std::vector<Lane> lanes_;
  Ends crashes_end_;
  /// By type.
  std::map<std::string, Ends, std::less<>> timers_end_;
};

}  // namespace stampede::explain
