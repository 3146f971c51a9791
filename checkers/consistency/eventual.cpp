#include "checkers/consistency/eventual.hpp"

#include <algorithm>
#include <map>

#include "checkers/open_shape.hpp"
#include "checkers/partition.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

struct Settled {
  std::size_t last_change = SIZE_MAX;
  /// One that has no response.
  std::size_t open_change = SIZE_MAX;
  std::uint64_t since = 0;
};

bool looks(const engine::ServiceType& type, const HistoryOperation& operation) {
  return only_reads(open_shape(type, operation.operation));
}

Settled settle(const engine::History& history, const engine::ServiceType& type, const Part& part,
               Patience& patience) {
  Settled settled;
  for (const PartOperation& entry : part.operations) {
    patience.spend(4);
    const HistoryOperation& operation = history.operations()[entry.position];
    if (looks(type, operation)) continue;
    if (operation.is_open()) {
      settled.open_change = entry.position;
    } else if (!type.is_pure(operation.operation, operation.result) &&
               operation.responded_at >= settled.since) {
      settled.since = operation.responded_at;
      settled.last_change = entry.position;
    }
  }
  return settled;
}

/// Each client's last completed look since then, in the order of clients.
std::vector<std::size_t> last_looks(const engine::History& history, const engine::ServiceType& type,
                                    const Part& part, const Settled& settled, Patience& patience) {
  std::map<std::uint32_t, std::size_t> by_client;
  for (const PartOperation& entry : part.operations) {
    patience.spend(4);
    const HistoryOperation& operation = history.operations()[entry.position];
    const bool late = settled.last_change == SIZE_MAX || operation.invoked_at > settled.since;
    if (operation.is_open() || !late || !looks(type, operation)) continue;
    by_client[operation.id.client.value] = entry.position;
  }
  std::vector<std::size_t> positions;
  positions.reserve(by_client.size());
  for (const auto& [client, position] : by_client) positions.push_back(position);
  return positions;
}

Finding check(const engine::History& history, const engine::ServiceType& type, Patience& patience) {
  Finding result;
  if (type.shape == nullptr || type.is_pure == nullptr) {
    result.limit = "the service does not tell its reads";
    return result;
  }
  std::string unsettled;
  bool compared = false;  // two clients looked at a key once it was settled
  const std::vector<Part> parts =
      partition(history, type, [&](std::uint32_t, const HistoryOperation&) { patience.spend(); });
  for (const Part& part : parts) {
    const Settled settled = settle(history, type, part, patience);
    const std::vector<std::size_t> looks = last_looks(history, type, part, settled, patience);
    compared = compared || looks.size() > 1;
    for (const std::size_t position : looks) {
      const HistoryOperation& first = history.operations()[looks.front()];
      const HistoryOperation& other = history.operations()[position];
      if (other.result == first.result) continue;
      const std::string where = part.key.empty() ? "" : " of key " + part.key;
      if (settled.open_change != SIZE_MAX) {
        unsettled = "last looks" + where + " differ, but a change of it has no response";
        continue;
      }
      result.verdict = Verdict::violated;
      result.key = part.key;
      result.core = {looks.front(), position};
      if (settled.last_change != SIZE_MAX) result.core.push_back(settled.last_change);
      std::sort(result.core.begin(), result.core.end());
      result.reason = Sentence("the last looks of two clients", {});
      result.reason.say(where).say(", after its last change was over, differ: ");
      result.reason.say(first.result.to_json() + " and " + other.result.to_json());
      return result;
    }
  }
  if (!unsettled.empty()) {
    result.limit = unsettled;
  } else if (!compared) {
    result.judged_nothing = true;
    result.limit = "no two clients look at a key after its last change was over";
  } else {
    result.verdict = Verdict::ok;
  }
  return result;
}

}  // namespace

Finding check_convergence(const engine::History& history, const engine::ServiceType& type,
                          const Limits& limits) {
  Patience patience(limits.stop);
  try {
    return check(history, type, patience);
  } catch (const Stopped& stopped) {
    Finding result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
