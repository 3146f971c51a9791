// The parts of a history that can be judged one by one: linearizability is local, so operations on
// different keys of a service never decide about each other (Herlihy and Wing 1990, theorem 1; Horn
// and Kroening 2015).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::checkers {

/// One operation of a part: where it stands in the history, and its interval in events of the
/// history.
struct PartOperation {
  std::uint32_t position = 0;
  std::uint64_t invoked_at = 0;
  std::uint64_t responded_at = engine::HistoryOperation::open;

  [[nodiscard]] bool is_open() const { return responded_at == engine::HistoryOperation::open; }
};

/// Numbers of operations inside a part are indexes into `operations`.
struct Part {
  std::string key;
  /// In the order of their invocations.
  std::vector<PartOperation> operations;
  /// The completed ones in the order of their responses.
  std::vector<std::uint32_t> responses;
};

/// Told of each operation, in the order of their invocations, and of the number of its part. What
/// the operation and its result hold was fetched already, which is most of what it costs to look at
/// them.
using PartVisitor = std::function<void(std::uint32_t, const engine::HistoryOperation&)>;

/// What keeps operations apart; empty if nothing does.
using KeyOf = std::function<std::string(const engine::Operation&)>;

/// The parts in the order of their first operations; one part if the service has no keys, none if
/// the history is empty.
std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type,
                            const PartVisitor& visit = {});
std::vector<Part> partition(const engine::History& history, const KeyOf& key,
                            const PartVisitor& visit);

/// The part as it was just after response number `last` (an index into `responses`): what was
/// invoked by then, and whatever had not responded is open.
Part prefix_of(const Part& part, std::size_t last);

/// What happens to one operation of a part in a sub-history.
enum class Fate : std::uint8_t { kept, opened, deleted };

/// The part with `fates[i]` done to operation i.
Part sub_part(const Part& part, const std::vector<Fate>& fates);

}  // namespace stampede::checkers
