// `agreement`: what nodes show as committed never differs.
#include "checkers/monitors/agreement.hpp"

#include <algorithm>

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::ObservationChanged;
using engine::ObservedLog;

/// What stands at a position. Operations count from 1: no number means that nobody asked for it.
std::string entry_text(OperationId id) { return id.number == 0 ? "a no-op" : to_string(id); }

/// The same behind another entry at that position.
std::string entry_text(OperationId id, OperationId other) {
  if (id.number == 0 && other.number == 0) return "another no-op";
  return id == other ? to_string(id) + " in another entry" : entry_text(id);
}

/// A committed log, and who showed it last.
struct Committed {
  ObservedLog log{};
  std::uint64_t length = 0;
  NodeId shown_by = no_node;
};
STAMPEDE_VALUE(Committed, log, length, shown_by);

/// The longest committed log ever seen. Where it does not reach back to the first position, because
/// a node showed a snapshot of what nobody had shown as committed before, the ones before it too.
struct Agreement {
  Committed newest{};
  std::vector<Committed> older{};
  static constexpr unsigned watches =
      engine::observed_committed | engine::observed_log_longer | engine::observed_log_other;

  void on(const ObservationChanged& change, Judge& judge) {
    const ObservedLog& shown = change.after.log;
    const std::uint64_t known = std::min<std::uint64_t>(change.after.committed, shown.size());
    // What this node shows as committed is what it showed before: judged then.
    if (change.log_extended() &&
        known == std::min<std::uint64_t>(change.before.committed, change.before.log.size()))
      return;
    for (const Committed& one : older) {
      if (contradicts(one, shown, known)) return report(one, change, judge);
    }
    if (contradicts(newest, shown, known)) return report(newest, change, judge);
    if (known <= newest.length) return;
    if (shown.base() == 0) {
      newest.log = shown;
    } else if (shown.base() <= newest.length) {
      newest.log.continue_as(shown, newest.length, known);
    } else {
      if (newest.length > 0) older.push_back(newest);
      newest.log = shown;
    }
    newest.length = known;
    newest.shown_by = change.node;
  }

  static bool contradicts(const Committed& one, const ObservedLog& shown, std::uint64_t known) {
    const std::uint64_t common = std::min(known, one.length);
    return shown.can_compare(one.log, common) && !shown.agrees(one.log, common);
  }
  static void report(const Committed& one, const ObservationChanged& change, Judge& judge) {
    const ObservedLog& shown = change.after.log;
    const std::size_t position = shown.first_difference(one.log);
    const std::string number = std::to_string(position);
    const std::string other = judge.world.name(one.shown_by);
    const std::string self = judge.world.name(change.node);
    const bool forgotten = position <= shown.base() || position <= one.log.base();
    judge.violated(forgotten
                       ? "the first " + number + " operations, as " + self +
                             " has committed them, are not those that " + other + " has committed"
                       : "operation number " + number + " is " + entry_text(one.log.at(position)) +
                             " as committed by " + other + " and " +
                             entry_text(shown.at(position), one.log.at(position)) +
                             " as committed by " + self,
                   {one.shown_by, change.node});
  }
};
STAMPEDE_VALUE(Agreement, newest, older);

}  // namespace

engine::Property agreement() {
  return engine::monitor_property(
      "agreement", "At most one operation is ever committed at a position of the log.",
      Agreement{});
}

}  // namespace stampede::checkers
