#include "models/viewstamped/checkpoint_facts.hpp"

#include <map>

namespace stampede::models::viewstamped {
namespace {

/// A checkpoint as others see it: hashes of the log up to there, and of the state.
struct ShownCheckpoint {
  std::uint64_t prefix = 0;
  std::uint64_t state = 0;
};
STAMPEDE_VALUE(ShownCheckpoint, prefix, state);

struct OneStatePerCheckpoint {
  std::map<OpNumber, ShownCheckpoint> known{};
  static constexpr unsigned watches = engine::observed_log_base | engine::observed_executed;

  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    if (!judge.world.up(change.node)) return;
    const Core* core = judge.world.showing<Core>(change.node, change.group);
    if (core == nullptr || core->checkpoints.kept.empty()) return;
    const Checkpoint& newest = core->checkpoints.kept.back();
    const ShownCheckpoint shown{newest.prefix_hash, newest.state.hash()};
    const ShownCheckpoint& first = known.try_emplace(newest.op_number, shown).first->second;
    if (first == shown) return;
    judge.violated("the checkpoint of " + judge.world.name(change.node) + " at number " +
                       std::to_string(newest.op_number) + " is of another " +
                       (first.prefix == shown.prefix ? "state" : "log") +
                       " than the one that was shown first",
                   {change.node});
  }
};
STAMPEDE_VALUE(OneStatePerCheckpoint, known);

}  // namespace

bool concerns_checkpoints(const Options& options) {
  return options.checkpoint_interval > 0 || options.log_cut != LogCut::oldest_checkpoint ||
         !options.log_needs_checkpoint;
}

engine::Property one_state_per_checkpoint() {
  return engine::monitor_property("viewstamped/one-state-per-checkpoint",
                                  "Checkpoints of one op-number are of one log and one state.",
                                  OneStatePerCheckpoint{});
}

namespace facts {

std::optional<std::string> stands_on_nothing(const Core& core, const engine::NodeView& node) {
  const std::vector<Checkpoint>& kept = core.checkpoints.kept;
  const OpNumber newest = kept.empty() ? 0 : kept.back().op_number;
  const std::string place = node.name() + " has checkpoint " + std::to_string(newest);
  if (newest > core.commit_number)
    return place + " and commit-number " + std::to_string(core.commit_number);
  if (core.log.base() > newest)
    return place + " and a log that begins behind number " + std::to_string(core.log.base());
  return std::nullopt;
}

}  // namespace facts

}  // namespace stampede::models::viewstamped
