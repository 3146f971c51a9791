// A run made step by step: by what drives it, its script or else time, and by somebody who decides
// in between. Made of choices alone: the same ones give the same run again.
//
// 1. Until its script is over or left, a scripted run is not in time: what is decided by hand comes
//    1 ms later, as in a script. In time it comes now.
// 2. What is held or cut before time begins is so when it begins.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/running/run.hpp"
#include "scenarios/running/timed.hpp"

namespace stampede::scenarios {

/// What somebody can ask of such a run.
struct Choice {
  enum class Kind {
    next,         // of what drives it
    decide,       // the decision
    hold,         // decision.message: it does not arrive by itself, until
    release,      // decision.message
    cut,          // the link of decision.message, until
    heal,         // the link of decision.message
    begin_fault,  // decision.name, of the scenario's
    end_fault,    // decision.name
    leave_script  // from here on in time
  };
  Kind kind = Kind::next;
  engine::Decision decision{};
};

/// What came of one.
struct Chosen {
  /// False, and nothing changed, where it was not possible.
  bool made = false;
  /// Of next: why there is no decision. `finished`: the script is over, or the run at rest.
  std::optional<engine::EndReason> end{};
  /// Of next: items of the script on the way that could not be done, and what does not hold.
  std::vector<ScriptRemark> skipped{};
  std::vector<ScriptRemark> failed_expectations{};
};

class SteppedRun {
 public:
  /// A started world. The scenario must outlive it. `observer` sees how it starts; may be nullptr.
  explicit SteppedRun(const Scenario& scenario, engine::WorldObserver* observer = nullptr);
  SteppedRun(const SteppedRun&) = delete;
  SteppedRun& operator=(const SteppedRun&) = delete;

  /// `observer` sees what comes of it; may be nullptr. InputError where an item of the script means
  /// several timers.
  Chosen make(const Choice& choice, engine::WorldObserver* observer = nullptr);

  [[nodiscard]] const engine::World& world() const { return *world_; }
  [[nodiscard]] bool in_time() const { return simulation_.has_value(); }
  /// Items of the script that are still to come.
  [[nodiscard]] std::size_t script_left() const { return scenario_.script.size() - played_; }
  [[nodiscard]] bool is_held(const engine::InFlight& message) const;
  [[nodiscard]] bool is_cut(NodeId from, NodeId to) const;
  /// In time: when the message arrives.
  [[nodiscard]] std::optional<engine::Time> arrival(engine::MessageSlot slot);

 private:
  Chosen choose(const Choice& choice);
  Chosen next();
  Chosen play_next();
  bool decide(engine::Decision decision);
  bool hold(const engine::MessageName& name);
  bool release(const engine::MessageName& name);
  bool cut(NodeId from, NodeId to);
  bool heal(NodeId from, NodeId to);
  bool enter_time();

  const Scenario& scenario_;
  std::unique_ptr<engine::World> world_;
  std::size_t played_ = 0;
  /// By the order of their sending, which no other message has.
  std::vector<std::uint64_t> held_;
  std::vector<std::pair<NodeId, NodeId>> cuts_;
  std::optional<faults::Nemesis> nemesis_;
  std::optional<engine::Simulation> simulation_;
};

}  // namespace stampede::scenarios
