#include "checkers/partition.hpp"

#include <algorithm>
#include <array>

#include "checkers/text_pool.hpp"

namespace stampede::checkers {

using engine::HistoryOperation;

namespace {

/// Operations and results are spread over memory: fetched early, their latencies overlap.
void prefetch(const std::vector<HistoryOperation>& operations, std::size_t position) {
  constexpr std::size_t distance = 16;
  if (position + distance >= operations.size()) return;
  const HistoryOperation& later = operations[position + distance];
  __builtin_prefetch(later.operation.content());
  __builtin_prefetch(static_cast<const char*>(later.operation.content()) + 64);
  if (later.result) __builtin_prefetch(later.result.content());
}

}  // namespace

std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type,
                            const PartVisitor& visit) {
  return partition(history, type.key == nullptr ? KeyOf() : KeyOf(type.key), visit);
}

std::vector<Part> partition(const engine::History& history, const KeyOf& key,
                            const PartVisitor& visit) {
  const std::vector<HistoryOperation>& operations = history.operations();
  ASSERT(operations.size() < UINT32_MAX);
  constexpr std::uint32_t none = UINT32_MAX;
  TextPool keys;
  std::vector<Part> parts;
  struct Place {
    std::uint32_t part;
    std::uint32_t index;
  };
  std::vector<Place> response_at(history.event_count(), Place{none, 0});

  // In small groups: a key that was copied a moment ago is read without waiting for the copy.
  constexpr std::uint32_t group = 16;
  std::array<std::string, group> names;
  const auto count = static_cast<std::uint32_t>(operations.size());
  for (std::uint32_t first = 0; first < count; first += group) {
    const std::uint32_t end = std::min(first + group, count);
    for (std::uint32_t position = first; position < end; ++position) {
      prefetch(operations, position);
      if (key) names[position - first] = key(operations[position].operation);
    }
    for (std::uint32_t position = first; position < end; ++position) {
      const HistoryOperation& operation = operations[position];
      const std::uint32_t number = key ? keys.intern(names[position - first]) : 0;
      if (number == parts.size()) parts.emplace_back().key = names[position - first];
      Part& part = parts[number];
      if (!operation.is_open()) {
        const auto index = static_cast<std::uint32_t>(part.operations.size());
        response_at[operation.responded_at] = {number, index};
      }
      part.operations.push_back({position, operation.invoked_at, operation.responded_at});
      if (visit) visit(number, operation);
    }
  }
  for (Part& part : parts) part.responses.reserve(part.operations.size());
  for (const Place& place : response_at) {
    if (place.part != none) parts[place.part].responses.push_back(place.index);
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
