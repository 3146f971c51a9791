// A run on tape: done again, held in memory, and wound to any of its steps. What explains runs
// reads this: every decision with what it comes from, and the world behind it as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/names.hpp"
#include "engine/world/world.hpp"
#include "scenarios/running/rerun.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::explain {

/// What is known of one decision of a run without looking at it. Steps are numbered from 1; 0 is
/// none.
struct StepFacts {
  engine::EventKind kind{};
  /// Where it happens; no_node for marks of faults.
  NodeId node = no_node;
  /// The world's digest behind it.
  std::uint64_t digest = 0;
  /// Which copy a duplicate made; else 0.
  std::uint32_t copied = 0;
  /// Of the node, behind it: its starts so far.
  std::uint32_t incarnation = 0;
  /// The step that sent the message, made the copy of it, armed the timer, asked for the save or
  /// the disk, crashed whom it restarts, or began the fault that it ends.
  std::uint64_t cause = 0;
  /// The step before it at its node. What happens to a message on its way is at no node.
  std::uint64_t before = 0;
};

struct Step : StepFacts {
  /// Complete: its time and the choices that were taken included.
  engine::Decision decision{};
};

class Tape {
 public:
  /// The world behind a step; false: no more of them.
  using Seen = std::function<bool(std::uint64_t number, const engine::World& world)>;

  /// Runs the scenario, and shows the world behind the boots and behind each later step as it is
  /// made again for the snapshots. Memory: some 100 bytes a decision, 400 more where a client
  /// begins an operation, and at most `snapshots_max` worlds.
  explicit Tape(scenarios::Scenario scenario, const scenarios::RunSettings& settings = {},
                const Seen& seen = {});

  static constexpr std::size_t snapshots_max = 64;

  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const scenarios::RunResult& result() const { return result_; }
  [[nodiscard]] const engine::NodeNames& names() const { return names_; }
  /// The number of its last step.
  [[nodiscard]] std::uint64_t size() const { return steps_.size(); }
  /// So many first steps are boots, which every world makes by itself.
  [[nodiscard]] std::uint64_t boots() const { return boots_; }
  /// REQUIRES: 1 <= number <= size(). The second is for whoever goes through many of them.
  [[nodiscard]] Step step(std::uint64_t number) const;
  [[nodiscard]] const StepFacts& facts(std::uint64_t number) const {
    return steps_.at(number - 1).facts;
  }

  /// The world behind this step, until the next call. REQUIRES: boots() <= number <= size(). Takes
  /// at most size() / 32 decisions, or 64; none for the step before which it stands.
  const engine::World& world_at(std::uint64_t number);
  /// The same, for whoever goes on another way from there.
  [[nodiscard]] std::unique_ptr<engine::World> copy_at(std::uint64_t number);
  /// Makes these steps again, one by one, and shows the world behind each, with what the step did
  /// (`last_effects`, `new_messages`), until `seen` says false. REQUIRES: boots() < first.
  void follow(std::uint64_t first, std::uint64_t last, const Seen& seen);
  /// Tells the observer all events of these steps again, and shows the world behind each. REQUIRES:
  /// first is 1 or behind the boots, and first <= last <= size().
  void tell(std::uint64_t first, std::uint64_t last, engine::WorldObserver& observer,
            const Seen& seen = {});
  /// How many decisions all this has taken since the run was taped.
  [[nodiscard]] std::uint64_t made_again() const { return made_again_; }

 private:
  /// A step as it is kept.
  struct Kept {
    StepFacts facts;
    engine::Time at{};
    /// Position in `decisions_` of what else there is to its decision.
    std::uint32_t decision = 0;
    /// Which message or timer of that name.
    std::uint32_t nth = 0;
    std::uint32_t copy = 0;
    /// Where the world has it.
    std::uint32_t slot = 0;
  };
  class Taker;
  class WithCauses;

  void play_again(const Seen& seen);
  void keep_snapshot();
  void wind_to(std::uint64_t number);
  void find_slot(Kept& kept) const;
  void advance(engine::World& world);
  [[nodiscard]] engine::Decision decision_of(const Kept& kept) const;

  scenarios::Scenario scenario_;
  scenarios::RunResult result_;
  engine::NodeNames names_;
  std::uint64_t boots_ = 0;
  std::vector<Kept> steps_;
  /// Without times and ordinals: each once.
  std::vector<engine::Decision> decisions_;
  /// Of every so many steps, ascending; the first is behind the boots.
  std::vector<std::unique_ptr<const engine::World>> snapshots_;
  std::uint64_t steps_between_ = 64;
  std::unique_ptr<engine::World> world_;
  std::uint64_t made_again_ = 0;
};

/// The tape of a stored run, with what `settings` changes. InputError if it comes out otherwise
/// than it was stored although nothing is changed: another build ran it.
Tape stored_tape(const traces::RunRecord& record, const scenarios::RerunSettings& settings = {},
                 const Tape::Seen& seen = {});

/// The tape of a stored run, whether or not it is the run that was stored.
struct ComparedTape {
  Tape tape;
  /// Against what is stored.
  traces::ReplayResult replay;
};
ComparedTape compared_tape(const traces::Store& store, const traces::RunRecord& record,
                           const scenarios::RerunSettings& settings);

}  // namespace stampede::explain
