// Carries out the faults of a scenario in a timed simulation: when they begin and end, on whom,
// within the protocol's failure budget.
//
// Every draw is keyed by the fault's name and occurrence: removing one fault leaves the others as
// they were.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/simulate/simulation.hpp"
#include "faults/fault.hpp"

namespace stampede::faults {

struct NemesisSettings {
  /// A crash is allowed only while every group of the node has fewer members down or recovering
  /// than it tolerates, in each configuration that one of its members runs in; else no limit.
  bool within_budget = true;
  std::uint64_t disk_sector = 512;
};

class Nemesis final : public engine::FaultInjector {
 public:
  Nemesis(std::vector<Fault> faults, const NemesisSettings& settings);

  void start(engine::Simulation& simulation) override;
  void wake(engine::Simulation& simulation, std::uint32_t token) override;
  void decided(engine::Simulation& simulation, const engine::MessageSeen* delivered) override;
  [[nodiscard]] bool watches() const override { return watching_; }
  void stop(engine::Simulation& simulation) override;

  /// Begins the fault of this name once more, whatever its rate and its time say; one that has to
  /// wait for its chance does. False if there is none, or faults have stopped.
  bool begin_by_hand(engine::Simulation& simulation, std::string_view name);
  /// Ends all its occurrences. False if there is none, or it does not last.
  bool end_by_hand(engine::Simulation& simulation, std::string_view name);

  struct Hits {
    std::string name;
    std::string kind;
    /// How often it began and did something.
    std::uint64_t count = 0;
  };
  /// Per fault, sequences' items included.
  [[nodiscard]] std::vector<Hits> hits() const;

 private:
  /// How to take back what one occurrence did.
  struct Undo {
    std::vector<std::pair<NodeId, NodeId>> cuts;
    std::vector<NodeId> crashed;
    std::vector<NodeId> paused;
    std::vector<engine::Network::RuleId> rules;
    std::vector<std::pair<NodeId, std::int32_t>> drifts;
    std::vector<std::pair<NodeId, engine::Duration>> offsets;
    [[nodiscard]] bool empty() const {
      return cuts.empty() && crashed.empty() && paused.empty() && rules.empty() && drifts.empty() &&
             offsets.empty();
    }
  };
  struct State {
    const Fault* fault = nullptr;
    /// The sequence it is an item of, or -1.
    std::int32_t sequence = -1;
    std::uint32_t position = 0;
    std::uint32_t occurrence = 0;
    std::uint32_t trigger_seen = 0;
    std::uint64_t hits = 0;
    struct Active {
      std::uint32_t occurrence;
      Undo undo;
      std::uint32_t until_seen = 0;
    };
    std::vector<Active> active;
  };
  enum class Phase : std::uint8_t { begin, retry, end };
  struct Wakeup {
    std::uint32_t state;
    Phase phase;
    std::uint32_t occurrence;
  };

  void add(const Fault& fault, std::int32_t sequence, std::uint32_t position);
  void schedule(engine::Simulation& simulation, engine::Time at, Wakeup wakeup);
  void schedule_next(engine::Simulation& simulation, std::uint32_t index);
  void begin(engine::Simulation& simulation, std::uint32_t index, std::uint32_t occurrence);
  void begin_surely(engine::Simulation& simulation, std::uint32_t index, std::uint32_t occurrence);
  /// Its position, or nothing. Items of a sequence begin with it.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  void end(engine::Simulation& simulation, std::uint32_t index, std::uint32_t occurrence);
  void advance_sequence(engine::Simulation& simulation, std::uint32_t index,
                        std::uint32_t occurrence);
  [[nodiscard]] std::uint64_t draw(const engine::Simulation& simulation, engine::Domain domain,
                                   const State& state, std::uint32_t occurrence) const;

  enum class Begun { done, nothing, not_now };
  // process_faults.cpp, network_faults.cpp, clock_faults.cpp
  Begun act(engine::Simulation& simulation, const Crash& crash, std::uint64_t draw, Undo& undo);
  Begun act(engine::Simulation& simulation, const Pause& pause, std::uint64_t draw, Undo& undo);
  Begun act(engine::Simulation& simulation, const Boot& boot, std::uint64_t draw, Undo& undo);
  Begun act(engine::Simulation& simulation, const Partition& partition, std::uint64_t draw,
            Undo& undo);
  Begun act(engine::Simulation& simulation, const LinkFault& link, std::uint64_t draw, Undo& undo);
  Begun act(engine::Simulation& simulation, const ClockFault& clock, std::uint64_t draw,
            Undo& undo);
  Begun act(engine::Simulation& simulation, const Wait& wait, std::uint64_t draw, Undo& undo);
  Begun act(engine::Simulation& simulation, const Sequence& sequence, std::uint64_t draw,
            Undo& undo);
  void undo(engine::Simulation& simulation, Undo& undo);

  std::vector<Fault> faults_;
  NemesisSettings settings_;
  std::vector<State> states_;
  std::vector<Wakeup> wakeups_;
  bool watching_ = false;
  bool stopped_ = false;
};

}  // namespace stampede::faults
