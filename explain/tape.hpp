// A run on tape: done again, held in memory, and wound to any of its steps. What explains runs reads
// this: every decision with what it comes from, and the world behind it as it was.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/core/names.hpp"
#include "engine/world/world.hpp"
#include "scenarios/running/rerun.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::explain {

/// One decision of a run. Steps are numbered from 1; 0 is none.
struct Step {
  engine::EventKind kind{};
  /// Complete: its time and the choices that were taken included.
  engine::Decision decision;
  /// The world's digest behind it.
  std::uint64_t digest = 0;
  /// Where it happens; no_node for marks of faults.
  NodeId node = no_node;
  /// Which copy a duplicate made; else 0.
  std::uint32_t copied = 0;
  /// Of the node, behind it: its starts so far.
  std::uint32_t incarnation = 0;
  /// The step that sent the message, made the copy of it, armed the timer, asked for the save or the
  /// disk, crashed whom it restarts, or began the fault that it ends.
  std::uint64_t cause = 0;
  /// The step before it at its node. What happens to a message on its way is at no node.
  std::uint64_t before = 0;
};

class Tape {
 public:
  /// Runs the scenario. Memory: some 500 bytes a decision, and at most `snapshots_max` worlds.
  explicit Tape(scenarios::Scenario scenario, const scenarios::RunSettings& settings = {});

  static constexpr std::size_t snapshots_max = 128;

  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const scenarios::RunResult& result() const { return result_; }
  [[nodiscard]] const engine::NodeNames& names() const { return names_; }
  /// The number of its last step.
  [[nodiscard]] std::uint64_t size() const { return steps_.size(); }
  /// So many first steps are boots, which every world makes by itself.
  [[nodiscard]] std::uint64_t boots() const { return boots_; }
  /// REQUIRES: 1 <= number <= size().
  [[nodiscard]] const Step& step(std::uint64_t number) const { return steps_.at(number - 1); }

  /// The world behind this step, until the next call. REQUIRES: boots() <= number <= size(). Takes
  /// at most size() / 64 decisions; none for the next step.
  const engine::World& world_at(std::uint64_t number);
  /// The same, for whoever goes on another way from there.
  [[nodiscard]] std::unique_ptr<engine::World> copy_at(std::uint64_t number);
  /// Tells the observer all events of these steps again. REQUIRES: first is 1 or behind the boots,
  /// and first <= last <= size().
  void tell(std::uint64_t first, std::uint64_t last, engine::WorldObserver& observer);

 private:
  void play_again();
  void keep_snapshot();
  void wind_to(std::uint64_t number);
  void advance(engine::World& world) const;

  scenarios::Scenario scenario_;
  scenarios::RunResult result_;
  engine::NodeNames names_;
  std::uint64_t boots_ = 0;
  std::vector<Step> steps_;
  /// Of every so many steps, ascending; the first is behind the boots.
  std::vector<std::unique_ptr<const engine::World>> snapshots_;
  std::uint64_t steps_between_ = 64;
  std::unique_ptr<engine::World> world_;
};

/// The tape of a stored run, with what `settings` changes. InputError if it comes out otherwise than
/// it was stored although nothing is changed: another build ran it.
Tape stored_tape(const traces::RunRecord& record, const scenarios::RerunSettings& settings = {});

}  // namespace stampede::explain
