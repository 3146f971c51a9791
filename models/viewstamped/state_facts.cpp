#include "models/viewstamped/state_facts.hpp"

#include <map>
#include <string>

#include "models/viewstamped/messages.hpp"

namespace stampede::models::viewstamped {
namespace {

struct OneStatePerOperation {
  /// Digests, by how many operations were executed.
  std::map<OpNumber, std::uint64_t> known{};
  static constexpr unsigned watches = engine::observed_executed;

  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    const OpNumber executed = change.after.executed;
    if (executed == 0) return;  // all begin alike
    const auto state = judge.world.state_digest(change.node, judge.group());
    if (!judge.world.up(change.node) || !state) return;
    if (known.try_emplace(executed, *state).first->second == *state) return;
    judge.violated(judge.world.name(change.node) + " has executed " + std::to_string(executed) +
                       " operations, and the state of its service is another one than was first "
                       "seen after as many",
                   {change.node});
  }
};
STAMPEDE_VALUE(OneStatePerOperation, known);

}  // namespace

engine::Property one_state_per_operation() {
  return engine::monitor_property(
      "viewstamped/one-state-per-operation",
      "Who has executed as many operations has the same state of the service.",
      OneStatePerOperation{});
}

}  // namespace stampede::models::viewstamped
