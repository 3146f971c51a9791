#include "models/viewstamped/epoch_facts.hpp"

#include <map>
#include <string>

#include "models/viewstamped/core.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::Judge;
using engine::ObservationChanged;

struct OneGroupServes {
  /// By their first views.
  std::map<ViewNumber, Epoch> known{};
  static constexpr unsigned watches = engine::observed_roles | engine::observed_epoch |
                                      engine::observed_committed | engine::observed_configuration;

  void on(const ObservationChanged& change, Judge& judge) {
    if (!judge.world.up(change.node)) return;
    const Core* core = judge.world.showing<Core>(change.node, change.group);
    if (core == nullptr) return;
    const Epoch& epoch = core->epochs.current;
    const std::string name = judge.world.name(change.node);
    if (epoch.first_view != 0 &&
        !(known.try_emplace(epoch.first_view, epoch).first->second == epoch))
      judge.violated(name + " knows other members of the epoch of view " +
                         std::to_string(epoch.first_view) +
                         ", or another beginning, than was shown first",
                     {change.node});
    const auto next = known.find(epoch.first_view + views_per_epoch);
    if (next == known.end() || core->commit_number <= next->second.op_number) return;
    if (core->status != Status::normal) return;
    judge.violated(name + " commits number " + std::to_string(core->commit_number) + " in view " +
                       std::to_string(core->view_number) + ", whose epoch ended with number " +
                       std::to_string(next->second.op_number),
                   {change.node});
  }
};
STAMPEDE_VALUE(OneGroupServes, known);

}  // namespace

engine::Property one_group_serves() {
  return engine::monitor_property("viewstamped/one-group-serves",
                                  "An epoch has one configuration, and nothing is committed in it "
                                  "behind its last operation.",
                                  OneGroupServes{});
}

}  // namespace stampede::models::viewstamped
