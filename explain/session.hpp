// A run stepped through by hand: what is enabled, what was chosen, and the way back. What was
// chosen is a tree of turns; where the session stands is one of them.
//
// 1. A turn is a choice and nothing else: going back is making the choices up to there again. Every
//    turn knows its world's digest, which has to come out again.
// 2. What is undone stays: redo leads back, and where something else is chosen instead, a branch.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explain/enabled.hpp"
#include "scenarios/running/rerun.hpp"
#include "scenarios/running/stepped_run.hpp"

namespace stampede::explain {

/// Something that is enabled and not held.
struct Offer {
  engine::Decision decision;
  /// In time: when it would come by itself, if that is known.
  std::optional<engine::Time> due{};
  /// It goes over a link that was cut by hand: it would come to nothing by itself.
  bool cut = false;
};

/// What the nodes hold, by identity; null where one is down.
using States = std::vector<engine::Document>;
States states_of(const engine::World& world);

class Session {
 public:
  explicit Session(scenarios::ScenarioFile file, scenarios::Scenario scenario);

  [[nodiscard]] const scenarios::ScenarioFile& file() const { return file_; }
  [[nodiscard]] const scenarios::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const scenarios::SteppedRun& run() const { return *run_; }
  [[nodiscard]] const engine::World& world() const { return run_->world(); }

  /// In time by when they are due, else the oldest first.
  [[nodiscard]] std::vector<Offer> offers() const;
  [[nodiscard]] Foresight foresee(const engine::Decision& decision,
                                  const ForesightBound& bound) const;
  /// What is violated so far, what the history of operations tells included.
  [[nodiscard]] std::vector<engine::Violation> violations() const;

  /// `observer` sees what comes of it; may be nullptr. What came next before it was undone comes
  /// again, and is the same turn.
  scenarios::Chosen choose(const scenarios::Choice& choice,
                           engine::WorldObserver* observer = nullptr);

  // ----- back and forth; each returns false and changes nothing where it does not lead anywhere
  bool undo(std::uint64_t choices = 1);
  bool redo(std::uint64_t choices = 1);
  /// To the first turn that has come to this step: among those that led here, and those undone.
  bool go_to(std::uint64_t step);
  /// To a mark, or to the end of a branch, which is then gone on with.
  bool go_to(const std::string& name);

  /// Names where the session stands; a mark that is there is given anew. False if it is a branch.
  bool mark(const std::string& name);
  /// The same for what is chosen from here on: the name stands at its end. False if there is one.
  bool branch(const std::string& name);
  struct Name {
    /// Behind this decision.
    std::uint64_t step = 0;
    bool is_branch = false;
    /// The branch that is gone on with.
    bool is_current = false;
  };
  [[nodiscard]] std::map<std::string, Name> names() const;
  /// The states at a name; nothing if there is none.
  [[nodiscard]] std::optional<States> states_at(const std::string& name) const;
  /// The same at the first turn that has come to this step.
  [[nodiscard]] std::optional<States> states_at(std::uint64_t step) const;

  /// The same before the last choice.
  [[nodiscard]] States states_before() const;

  /// How many choices led here.
  [[nodiscard]] std::size_t depth() const { return way_to(here_).size(); }
  /// Makes all that led here once more for the observer, boots included.
  void tell(engine::WorldObserver& observer) const;
  /// Choices were made that `saved` has not been told of.
  [[nodiscard]] bool is_unsaved() const { return unsaved_; }
  void saved() { unsaved_ = false; }

 private:
  using Turn = std::uint32_t;
  static constexpr Turn start = 0;
  struct Taken {
    Turn before = start;
    /// The one that was chosen last behind it; itself if none.
    Turn behind = start;
    /// nullptr = next, of which there are many.
    std::shared_ptr<const scenarios::Choice> choice;
    std::uint64_t step = 0;
    std::uint64_t digest = 0;
  };
  struct Named {
    Turn turn = start;
    bool is_branch = false;
  };

  /// The turns that lead there, the first one first.
  [[nodiscard]] std::vector<Turn> way_to(Turn turn) const;
  [[nodiscard]] std::unique_ptr<scenarios::SteppedRun> run_to(
      Turn turn, engine::WorldObserver* observer = nullptr) const;
  void advance(scenarios::SteppedRun& run, Turn turn,
               engine::WorldObserver* observer = nullptr) const;
  void stand_at(Turn turn);
  [[nodiscard]] std::optional<Turn> find(std::uint64_t step) const;
  void keep_what_followed();
  [[nodiscard]] bool is_next_again() const;

  scenarios::ScenarioFile file_;
  /// Behind a pointer: the run refers to it.
  std::unique_ptr<const scenarios::Scenario> owned_scenario_;
  const scenarios::Scenario& scenario_;
  std::unique_ptr<scenarios::SteppedRun> run_;
  std::vector<Taken> turns_;
  Turn here_ = start;
  std::map<std::string, Named> names_;
  std::string current_ = "main";
  bool unsaved_ = false;
};

/// Over a stored run, at its start. InputError if it comes out otherwise than it was stored
/// although nothing is changed.
Session stored_session(const traces::RunRecord& record, const scenarios::RerunSettings& settings);

}  // namespace stampede::explain
