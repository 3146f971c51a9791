#include "explain/other_draws.hpp"

#include <algorithm>

#include "explain/schedules.hpp"

namespace stampede::explain {

OtherDraws::OtherDraws(const Tape& tape, scenarios::Fingerprint failure,
                       std::uint64_t decisions_max)
    : scenario_(tape.scenario()),
      failure_(std::move(failure)),
      left_(tape.result().scripted ? 0 : decisions_max),
      seed_(scenario_.seed) {}

std::optional<OtherDraws::Drawn> OtherDraws::next(const std::function<bool()>& go_on) {
  while (left_ != 0 && go_on()) {
    scenario_.seed = ++seed_;
    const scenarios::RunResult result = scenarios::run(scenario_, {});
    left_ -= std::min(left_, result.decisions);
    const auto found =
        std::find_if(result.violations.begin(), result.violations.end(), [&](const auto& one) {
          return one.violation.property == failure_.property && one.violation.step != 0;
        });
    if (found == result.violations.end()) continue;
    Tape tape(scenario_);
    left_ -= std::min(left_, tape.size());
    if (found->violation.step <= tape.boots()) continue;
    if (fingerprint_of(tape, found->violation) == failure_)
      return Drawn{seed_, schedule_of(tape, found->violation.step)};
  }
  return std::nullopt;
}

}  // namespace stampede::explain
