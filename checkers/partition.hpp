// The parts of a history that can be judged one by one: linearizability is local, so operations on
// different keys of a service never decide about each other (Herlihy and Wing 1990, theorem 1; Horn
// and Kroening 2015).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/value_pool.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// One operation of a part: where it stands in the history, and its interval in events of the
/// history.
struct PartOperation {
  static constexpr std::uint32_t open = UINT32_MAX;

  std::uint32_t position = 0;
  std::uint32_t invoked_at = 0;
  std::uint32_t responded_at = open;

  [[nodiscard]] bool is_open() const { return responded_at == open; }
};

/// No event has this number or a greater one: what is longer cannot be partitioned.
constexpr std::uint32_t events_max = PartOperation::open - 1;

/// Numbers of operations inside a part are indexes into `operations`.
struct Part {
  std::string key;
  /// In the order of their invocations.
  std::vector<PartOperation> operations;
};

/// The completed operations of a part in the order of their responses.
std::vector<std::uint32_t> responses_of(const Part& part);
/// The operation that responded last. REQUIRES: one is completed.
const PartOperation& last_to_respond(const Part& part);

/// The parts in the order of their first operations; one part if the service has no keys, none if
/// the history is empty. Keys that one operation has are in one part, and so are all if an
/// operation may depend on any. REQUIRES: at most `events_max` events.
std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type);

/// The same; `visit(part, operation)` is told of each operation, in the order of their invocations,
/// and of the number of its part. What the operation and its result hold was fetched already, which
/// is most of what it costs to look at them.
template <class Visit>
std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type,
                            const Visit& visit);

/// The part of each operation by its position, and what the parts are called: for services whose
/// operations have several keys.
struct ConnectedKeys {
  std::vector<std::uint32_t> part_of;
  std::vector<std::string> names;
};
ConnectedKeys connect_keys(const engine::History& history, const engine::ServiceType& type);

/// The same by `key(operation)`, a text that the operation holds.
template <class KeyOf, class Visit>
std::vector<Part> partition_by(const engine::History& history, const KeyOf& key,
                               const Visit& visit);

/// The part as it was just after event `last`, which is one of its responses: what was invoked by
/// then, and whatever had not responded is open.
Part prefix_of(const Part& part, std::uint32_t last);

/// What happens to one operation of a part in a sub-history.
enum class Fate : std::uint8_t { kept, opened, deleted };

/// The part with `fates[i]` done to operation i.
Part sub_part(const Part& part, const std::vector<Fate>& fates);

/// Brings what operations of a history hold, and their results, near before they are looked at:
/// they are spread over memory, and fetched early their latencies overlap.
class Prefetcher {
 public:
  explicit Prefetcher(const engine::History& history) : operations_(history.operations()) {
    for (const engine::HistoryOperation& operation : operations_) {
      operation_size_ = operation.operation.type().size;
      if (!operation.result) continue;
      result_size_ = operation.result.type().size;
      break;
    }
  }

  [[gnu::always_inline]] void fetch(std::size_t position) const {
    if (position >= operations_.size()) return;
    operations_[position].operation.prefetch(operation_size_);
    operations_[position].result.prefetch(result_size_);
  }
  /// The entry of the operation itself.
  [[gnu::always_inline]] void fetch_entry(std::size_t position) const {
    __builtin_prefetch(&operations_[position]);
  }

 private:
  const std::vector<engine::HistoryOperation>& operations_;
  std::size_t operation_size_ = 0;
  std::size_t result_size_ = 0;
};

template <class KeyOf, class Visit>
std::vector<Part> partition_by(const engine::History& history, const KeyOf& key,
                               const Visit& visit) {
  const std::vector<engine::HistoryOperation>& operations = history.operations();
  ASSERT(history.event_count() <= events_max);
  const Prefetcher prefetcher(history);
  ValuePool keys;
  std::vector<Part> parts;
  constexpr std::size_t distance = 16;
  for (std::size_t position = 0; position < operations.size(); ++position) {
    prefetcher.fetch(position + distance);
    const engine::HistoryOperation& operation = operations[position];
    const std::string_view name = key(operation.operation);
    const std::uint32_t number = keys.intern(name);
    if (number == parts.size()) parts.emplace_back().key = name;
    parts[number].operations.push_back({static_cast<std::uint32_t>(position),
                                        static_cast<std::uint32_t>(operation.invoked_at),
                                        static_cast<std::uint32_t>(operation.responded_at)});
    visit(number, operation);
  }
  return parts;
}

template <class Visit>
std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type,
                            const Visit& visit) {
  if (type.key != nullptr) return partition_by(history, type.key, visit);
  if (type.keys != nullptr) {
    const ConnectedKeys connected = connect_keys(history, type);
    std::size_t position = 0;
    const auto part_of = [&](const engine::Operation&) -> std::string_view {
      return connected.names[connected.part_of[position++]];
    };
    return partition_by(history, part_of, visit);
  }
  const auto whole = [](const engine::Operation&) { return std::string_view(); };
  return partition_by(history, whole, visit);
}

}  // namespace stampede::checkers
