#include "scenarios/running/judging.hpp"

#include <algorithm>

#include "checkers/consistency/sessions.hpp"
#include "checkers/description.hpp"
#include "checkers/judges.hpp"

namespace stampede::scenarios {
namespace {

/// The decision of the response from which on it is impossible; or else that of the last of those
/// that are impossible together, which are all where nobody knows fewer.
std::uint64_t step_of(const checkers::Finding& finding, const engine::History& history) {
  std::uint64_t step = 0;
  if (finding.impossible_at_event != 0) {
    for (const engine::HistoryOperation& operation : history.operations()) {
      if (operation.responded_at == finding.impossible_at_event) step = operation.responded_step;
    }
    return step;
  }
  for (const std::size_t position : finding.core)
    step = std::max(step, history.operations()[position].responded_step);
  if (!finding.core.empty()) return step;
  for (const engine::HistoryOperation& operation : history.operations())
    step = std::max(step, operation.responded_step);
  return step;
}

}  // namespace

HistoryVerdicts judge_history(const Scenario& scenario, const engine::History& history,
                              std::string_view known_to_hold, const checkers::Limits& limits) {
  HistoryVerdicts verdicts;
  std::optional<checkers::Sessions> sessions;
  for (const std::string& check : scenario.checks) {
    const checkers::HistoryJudge* judge = checkers::find_judge_of(check);
    if (judge == nullptr || check == known_to_hold) continue;
    if (!judge->in_real_time && !sessions) sessions = checkers::sessions_of(history);
    const auto bound = scenario.bounds.find(check);
    const checkers::Finding finding =
        judge->judge({judge->in_real_time ? history : sessions->history, scenario.cluster.service},
                     bound == scenario.bounds.end() ? checkers::Bound() : bound->second, limits);
    if (finding.verdict == engine::Verdict::undecided)
      verdicts.undecided.push_back(check + ": " + finding.limit);
    if (finding.verdict != engine::Verdict::violated) continue;
    verdicts.violations.push_back(
        {check, step_of(finding, history), tell_briefly(finding, history), {}});
  }
  return verdicts;
}

}  // namespace stampede::scenarios
