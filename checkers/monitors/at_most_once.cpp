// `at-most-once`: no operation is executed twice, by one replica or at two positions.
#include <algorithm>
#include <map>
#include <set>

#include "checkers/monitors/agreement.hpp"
#include "engine/core/per_node.hpp"

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::ObservationChanged;

/// Operation numbers of one client that were executed.
struct Numbers {
  /// All of 1 .. up_to.
  std::uint32_t up_to = 0;
  std::set<std::uint32_t> beyond{};

  bool insert(std::uint32_t number) {
    if (number == up_to + 1 && beyond.empty()) {
      ++up_to;  // in order, as nearly always
      return true;
    }
    if (number <= up_to || !beyond.insert(number).second) return false;
    while (beyond.erase(up_to + 1) != 0) ++up_to;
    return true;
  }
};
STAMPEDE_VALUE(Numbers, up_to, beyond);

/// first .. last, both included.
struct Positions {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
STAMPEDE_VALUE(Positions, first, last);

struct AtMostOnce {
  /// Highest executed length of each replica since it last started.
  PerNode<std::uint64_t> highest{};
  /// Operations of the longest executed log so far, and its length.
  std::map<ClientId, Numbers> executed{};
  std::uint64_t length = 0;
  /// Of these, nobody has shown the entries yet: a snapshot stood for them.
  std::vector<Positions> unseen{};
  static constexpr unsigned watches = engine::observed_executed;

  void on(const engine::Crashed& crashed, Judge&) { highest.erase(crashed.node); }

  void on(const ObservationChanged& change, Judge& judge) {
    const engine::Observation& after = change.after;
    const std::uint64_t now = std::min<std::uint64_t>(after.executed, after.log.size());
    if (!judge.world.up(change.node) || now <= change.before.executed) return;
    std::uint64_t& high = highest[change.node];
    if (change.before.executed < high) {
      const std::uint64_t again = change.before.executed + 1;
      const std::string which =
          again > after.log.base() ? " (" + to_string(after.log.at(again)) + ")" : "";
      judge.violated(judge.world.name(change.node) + " executed operation number " +
                         std::to_string(again) + which + " a second time",
                     {change.node});
    }
    high = std::max(high, now);
    if (!unseen.empty()) look_at_unseen(change, judge);
    look_at_forgotten(change, judge);
    if (length < after.log.base()) {
      unseen.push_back({length + 1, after.log.base()});
      length = after.log.base();
    }
    for (; length < now; ++length) look_at(length + 1, after.log, change.node, judge);
  }

  /// What is executed and forgotten in one step was shown before it.
  void look_at_forgotten(const ObservationChanged& change, Judge& judge) {
    const engine::ObservedLog& log = change.before.log;
    const std::uint64_t forgotten = change.after.log.base();
    if (forgotten <= length || log.base() > length || forgotten > log.size()) return;
    if (!log.agrees(change.after.log, forgotten)) return;  // a snapshot of something else
    for (; length < forgotten; ++length) look_at(length + 1, log, change.node, judge);
  }

  void look_at(std::uint64_t position, const engine::ObservedLog& log, NodeId node, Judge& judge) {
    const OperationId id = log.at(position);
    if (id.number == 0) return;  // a no-op
    if (executed[id.client].insert(id.number)) return;
    judge.violated("operation " + to_string(id) + " was executed at two positions, the later is " +
                       std::to_string(position),
                   {node});
  }

  void look_at_unseen(const ObservationChanged& change, Judge& judge) {
    const std::uint64_t first = change.after.log.base() + 1;
    const std::uint64_t last =
        std::min<std::uint64_t>(change.after.executed, change.after.log.size());
    std::vector<Positions> left;
    for (const Positions& some : unseen) {
      const Positions here{std::max(first, some.first), std::min(last, some.last)};
      if (here.first > here.last) {
        left.push_back(some);
        continue;
      }
      for (std::uint64_t position = here.first; position <= here.last; ++position)
        look_at(position, change.after.log, change.node, judge);
      if (some.first < here.first) left.push_back({some.first, here.first - 1});
      if (here.last < some.last) left.push_back({here.last + 1, some.last});
    }
    unseen = std::move(left);
  }
};
STAMPEDE_VALUE(AtMostOnce, highest, executed, length, unseen);

}  // namespace

engine::Property at_most_once() {
  return engine::monitor_property("at-most-once", "No operation is executed twice.", AtMostOnce{});
}

}  // namespace stampede::checkers
