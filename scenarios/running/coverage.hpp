// What runs reached, and what they never did: which handlers ran while their node showed what,
// which of them refused, how often leaders changed. A value that is written, read and merged as
// SweepSummary is; nobody pays for it who does not ask.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

/// How often an input was handled, and how often a guard of its handler refused it.
struct Handled {
  std::uint64_t handled = 0;
  std::uint64_t ignored = 0;
};
STAMPEDE_VALUE(Handled, handled, ignored);

struct Coverage {
  std::uint64_t seeds = 0;
  std::uint64_t decisions = 0;
  std::uint64_t completed_operations = 0;
  /// How often a node began to show that it leads.
  std::uint64_t elections = 0;
  /// By role and type of message or timer, `replica Prepare`, also those that never came; then by
  /// what the node showed: `leads`, `follows`, `changes`, `recovers`, or `shows nothing`.
  std::map<std::string, std::map<std::string, Handled>> inputs{};
  /// By kind, also those that never were.
  std::map<std::string, std::uint64_t> decisions_by_kind{};
  /// How often, also those that were never reached.
  std::map<std::string, std::uint64_t> probes{};
  /// By what a node showed, roughly: the first seed in which one did.
  std::map<std::string, std::uint64_t> shown_first_by{};
};
STAMPEDE_VALUE(Coverage, seeds, decisions, completed_operations, elections, inputs,
               decisions_by_kind, probes, shown_first_by);

/// Adds `other` to `coverage`; commutative and associative.
void merge(Coverage& coverage, const Coverage& other);
/// Reads what engine::to_json wrote of one; InputError, at a place in `file`, for anything else.
Coverage read_coverage(std::string_view json, const std::string& file);

/// Inputs that no node handled, `replica DoViewChange`.
std::vector<std::string> never_handled(const Coverage& coverage);
/// Probes that were not reached.
std::vector<std::string> never_reached(const Coverage& coverage);
/// Of each 1,000 seeds from `first` on, how many new things nodes showed.
std::vector<std::uint64_t> growth(const Coverage& coverage, std::uint64_t first);

/// Observes one run of the scenario.
class CoverageTaker final : public engine::WorldObserver {
 public:
  explicit CoverageTaker(const Scenario& scenario);
  void event(const engine::Event& event) override;
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }

 private:
  void count_input(const engine::Event& event, const std::string& type);
  void look_at(const engine::Event& event);

  Coverage coverage_;
  std::uint64_t seed_;
  std::vector<std::string> roles_;
  /// What each node shows.
  std::vector<std::string> status_;
};

/// What a run reached that was done: it is done again.
Coverage coverage_of(const Scenario& scenario, const RunResult& done, bool stop_on_first);

/// Which of a model's planted defects some seeds find, each by the first seed that does.
struct DefectsCaught {
  std::map<std::string, std::uint64_t> caught{};
  std::vector<std::string> missed{};
};
STAMPEDE_VALUE(DefectsCaught, caught, missed);
/// Runs the seeds with one defect after the other; nothing where the scenario has one already.
/// Asked before each run, `go_on` may end it: what is not finished is neither caught nor missed.
DefectsCaught catch_defects(const ScenarioFile& file, std::uint64_t first, std::uint64_t last,
                            const std::function<bool()>& go_on);

}  // namespace stampede::scenarios
