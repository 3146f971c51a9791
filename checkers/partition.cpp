#include "checkers/partition.hpp"

#include <algorithm>

namespace stampede::checkers {

// An open response stays open when it is cut to the width of a part's events.
static_assert(static_cast<std::uint32_t>(engine::HistoryOperation::open) == PartOperation::open);

std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type) {
  return partition(history, type, [](std::uint32_t, const engine::HistoryOperation&) {});
}

std::vector<std::uint32_t> responses_of(const Part& part) {
  std::vector<std::uint64_t> by_time;
  by_time.reserve(part.operations.size());
  for (std::uint32_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& operation = part.operations[index];
    if (!operation.is_open()) {
      by_time.push_back(std::uint64_t{operation.responded_at} << 32 | index);
    }
  }
  std::sort(by_time.begin(), by_time.end());
  std::vector<std::uint32_t> responses;
  responses.reserve(by_time.size());
  for (const std::uint64_t entry : by_time) responses.push_back(static_cast<std::uint32_t>(entry));
  return responses;
}

const PartOperation& last_to_respond(const Part& part) {
  const PartOperation* last = nullptr;
  for (const PartOperation& operation : part.operations) {
    if (operation.is_open()) continue;
    if (last == nullptr || operation.responded_at > last->responded_at) last = &operation;
  }
  ASSERT(last != nullptr);
  return *last;
}

Part prefix_of(const Part& part, std::uint32_t last) {
  Part prefix;
  prefix.key = part.key;
  for (const PartOperation& operation : part.operations) {
    if (operation.invoked_at > last) break;
    prefix.operations.push_back(operation);
    if (operation.responded_at > last) prefix.operations.back().responded_at = PartOperation::open;
  }
  return prefix;
}

Part sub_part(const Part& part, const std::vector<Fate>& fates) {
  Part sub;
  sub.key = part.key;
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    if (fates[index] == Fate::deleted) continue;
    sub.operations.push_back(part.operations[index]);
    if (fates[index] == Fate::opened) sub.operations.back().responded_at = PartOperation::open;
  }
  return sub;
}

}  // namespace stampede::checkers
