#include "models/viewstamped/core_facts.hpp"

namespace stampede::models::viewstamped {
namespace {

using engine::NodeView;

/// Each wait ends by a message or by a timer; without it one lost message stops the replica. Of
/// those in normal status the one that tells of commits is the primary: no other replica has its
/// CommitTimeout fire, and the primary no ViewChangeTimeout.
// Inlined by force: it is asked of each replica after each of its steps.
[[gnu::always_inline]] inline const char* missing_timer(const Core& core, const NodeView& node) {
  switch (core.status) {
    case Status::normal:
      if (node.armed(CommitTimeout{})) {
        if (core.commit_number >= core.op_number()) return nullptr;
        return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
      }
      if (node.armed(ViewChangeTimeout{})) return nullptr;
      return node.lacks(ViewChangeTimeout{}) && node.lacks(CommitTimeout{})
                 ? "has neither CommitTimeout nor ViewChangeTimeout"
                 : nullptr;
    case Status::view_change:
    case Status::transferring:
      if (node.lacks(ViewChangeTimeout{})) return "has no ViewChangeTimeout";
      return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
    case Status::transitioning:
      return node.lacks(ResendTimeout{}) ? "has no ResendTimeout" : nullptr;
    case Status::spare:
      return nullptr;
    case Status::recovering:
      return node.lacks(RecoveryTimeout{}) ? "has no RecoveryTimeout" : nullptr;
  }
  return nullptr;
}

std::string told(const Core& core, const NodeView& node, const char* what) {
  return node.name() + " is " + boost::describe::enum_to_string(core.status, "?") + " in view " +
         std::to_string(core.view_number) + " and " + what;
}

}  // namespace

namespace facts {

template <bool votes_stay, bool view_is_saved>
std::optional<std::string> out_of_order(const Core& core, const NodeView& node) {
  const Status status = core.status;
  const ViewNumber view = core.view_number;
  const bool fetches = status == Status::transferring || status == Status::transitioning;
  const char* what = nullptr;
  if (core.last_normal_view > view) {
    what = "was normal in a later view";
  } else if (view_is_saved && core.stable.view_number < view) {
    what = "would recover in an earlier view";
  } else if ((status == Status::recovering) == core.recovery.empty()) {
    what = status == Status::recovering ? "has no nonce" : "waits for answers to a Recovery";
  } else if (fetches != (core.transfer.view_number > view)) {
    what = fetches ? "fetches no later view" : "waits for a NewState";
  } else if (!votes_stay && status != Status::view_change && !core.view_change.empty()) {
    what = "counts votes of a view change";
  } else if (status != Status::normal && !core.prepare_oks.empty()) {
    what = "counts PrepareOks";
  } else {
    what = missing_timer(core, node);
  }
  if (what == nullptr) return std::nullopt;
  return told(core, node, what);
}

template std::optional<std::string> out_of_order<true, true>(const Core&, const NodeView&);
template std::optional<std::string> out_of_order<true, false>(const Core&, const NodeView&);
template std::optional<std::string> out_of_order<false, true>(const Core&, const NodeView&);
template std::optional<std::string> out_of_order<false, false>(const Core&, const NodeView&);

}  // namespace facts

}  // namespace stampede::models::viewstamped
