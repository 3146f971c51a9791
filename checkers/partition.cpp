#include "checkers/partition.hpp"

#include "checkers/text_pool.hpp"

namespace stampede::checkers {

using engine::HistoryOperation;

namespace {
/// Operations are spread over memory: fetched early, their latencies overlap.
constexpr std::size_t prefetch_distance = 8;
}  // namespace

std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type) {
  const std::vector<HistoryOperation>& operations = history.operations();
  ASSERT(operations.size() < UINT32_MAX);
  constexpr std::uint32_t none = UINT32_MAX;
  TextPool keys;
  std::vector<Part> parts;
  std::vector<std::uint32_t> part_of(operations.size());
  std::vector<std::uint32_t> index_in_part(operations.size());
  std::vector<std::uint32_t> response_at(history.event_count(), none);

  for (std::uint32_t position = 0; position < operations.size(); ++position) {
    const HistoryOperation& operation = operations[position];
    if (position + prefetch_distance < operations.size()) {
      __builtin_prefetch(operations[position + prefetch_distance].operation.content());
    }
    const std::uint32_t number =
        type.key == nullptr ? 0 : keys.intern(type.key(operation.operation));
    if (number == parts.size()) {
      parts.emplace_back();
      if (type.key != nullptr) parts.back().key = keys.text(number);
    }
    Part& part = parts[number];
    part_of[position] = number;
    index_in_part[position] = static_cast<std::uint32_t>(part.operations.size());
    part.operations.push_back({position, operation.invoked_at, operation.responded_at});
    if (!operation.is_open()) response_at[operation.responded_at] = position;
  }
  for (const std::uint32_t position : response_at) {
    if (position != none) parts[part_of[position]].responses.push_back(index_in_part[position]);
  }
  return parts;
}

Part prefix_of(const Part& part, std::size_t last) {
  const std::uint64_t end = part.operations[part.responses[last]].responded_at;
  Part prefix;
  prefix.key = part.key;
  for (const PartOperation& operation : part.operations) {
    if (operation.invoked_at > end) break;
    prefix.operations.push_back(operation);
    if (operation.responded_at > end)
      prefix.operations.back().responded_at = HistoryOperation::open;
  }
  prefix.responses.assign(part.responses.begin(),
                          part.responses.begin() + static_cast<std::ptrdiff_t>(last) + 1);
  return prefix;
}

Part sub_part(const Part& part, const std::vector<Fate>& fates) {
  Part sub;
  sub.key = part.key;
  std::vector<std::uint32_t> renumbered(part.operations.size());
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    if (fates[index] == Fate::deleted) continue;
    renumbered[index] = static_cast<std::uint32_t>(sub.operations.size());
    sub.operations.push_back(part.operations[index]);
    if (fates[index] == Fate::opened) sub.operations.back().responded_at = HistoryOperation::open;
  }
  for (const std::uint32_t index : part.responses) {
    if (fates[index] == Fate::kept) sub.responses.push_back(renumbered[index]);
  }
  return sub;
}

}  // namespace stampede::checkers
