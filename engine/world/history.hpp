// What clients saw: invocations and responses of operations, in the order in which they happened.
#pragma once

#include <string>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::engine {

/// One operation of a history.
struct HistoryOperation {
  OperationId id{};
  Operation operation;
  /// Empty while open. An operation of a crashed or impatient client stays open for ever: it may or
  /// may not take effect.
  Result result;
  /// Position of the invocation and of the response among all events of the history, from 0; open =
  /// no response.
  std::uint64_t invoked_at = 0;
  std::uint64_t responded_at = open;
  /// Decision numbers and virtual times, for people.
  std::uint64_t invoked_step = 0;
  std::uint64_t responded_step = 0;
  Time invoked_time{};
  Time responded_time{};

  static constexpr std::uint64_t open = UINT64_MAX;
  [[nodiscard]] bool is_open() const { return responded_at == open; }
};

/// A whole history, operations in the order of their invocations.
class History {
 public:
  void invoke(OperationId id, Operation operation, std::uint64_t step, Time time);
  /// A response for an operation that is not open is an AssertionFailed.
  void respond(OperationId id, Result result, std::uint64_t step, Time time);

  [[nodiscard]] const std::vector<HistoryOperation>& operations() const { return operations_; }
  [[nodiscard]] std::uint64_t event_count() const { return events_; }
  [[nodiscard]] std::size_t completed() const { return completed_; }
  /// The operation, or nullptr if it was never invoked.
  [[nodiscard]] const HistoryOperation* find(OperationId id) const {
    return operations_.empty() ? nullptr : find_among(id);
  }

 private:
  [[nodiscard]] const HistoryOperation* find_among(OperationId id) const;

  std::vector<HistoryOperation> operations_;
  std::vector<std::vector<std::uint32_t>> index_;  // by client, by number: position + 1
  std::uint64_t events_ = 0;
  std::size_t completed_ = 0;
};

}  // namespace stampede::engine
