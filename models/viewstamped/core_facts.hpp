// models/viewstamped/core_facts.hpp: facts that hold of each node that keeps a core, by itself.
#pragma once

#include "models/viewstamped/checkpoint_facts.hpp"

namespace stampede::models::viewstamped {

namespace facts {
/// What a status has gathered is there in that status, and ends with it: it is of no use in another
/// one, and wrong in the same one again. Each wait has its timer. `votes_stay`: the defect
/// late_do_view_change goes on counting. `view_is_saved`: no message of a view leaves before its
/// number is on its way to disk.
template <bool votes_stay, bool view_is_saved>
std::optional<std::string> out_of_order(const Core& core, const engine::NodeView& node);
}  // namespace facts

/// Facts of each process that keeps a core as its member `core`: `core_facts<&Replica::core>(...)`.
template <auto core>
std::vector<engine::Property> core_facts(const Options& options) {
  const auto in_order = []<bool votes_stay, bool view_is_saved>() {
    return engine::part_property<core, &facts::out_of_order<votes_stay, view_is_saved>>(
        "viewstamped/replica-in-order",
        "A replica holds what belongs to its status and view, and waits under a timer.");
  };
  const bool votes_stay = options.late_do_view_change == LateDoViewChange::rerun;
  const bool view_is_saved = options.recovery == RecoveryRule::view_persisted;
  std::vector<engine::Property> list;
  if (votes_stay) {
    list.push_back(view_is_saved ? in_order.template operator()<true, true>()
                                 : in_order.template operator()<true, false>());
  } else {
    list.push_back(view_is_saved ? in_order.template operator()<false, true>()
                                 : in_order.template operator()<false, false>());
  }
  if (concerns_checkpoints(options)) {
    list.push_back(engine::part_property<core, &facts::stands_on_nothing>(
        "viewstamped/log-stands-on-checkpoint",
        "A replica that has forgotten the beginning of its log has a checkpoint of it."));
  }
  return list;
}

/// What a core reaches: for Model::probes of whoever keeps one.
inline std::vector<std::string> core_probes() {
  return {"view-change",
          "truncated-suffix",
          "recovery",
          "recovery-across-views",
          "recovery-retry",
          "state-transfer-begun",
          "state-transfer",
          "state-transfer-within-view",
          "transfer-ends-view-change",
          "view-change-interrupts-transfer",
          "primary-deposed",
          "restored",
          "epoch-ended",
          "epoch-transfer",
          "epoch-started",
          "replaced",
          "recovery-in-later-epoch"};
}

/// What breaks first where a core tells before it has saved (`saves_first: false`).
inline constexpr const char* broken_by_unsaved = "viewstamped/promise-kept";

}  // namespace stampede::models::viewstamped
