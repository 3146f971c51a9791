#include "checkers/brute_force.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

struct Enumeration {
  const std::vector<HistoryOperation>& operations;
  const engine::ServiceType& type;

  /// Can the operations not yet `done` (a bit each) be put in order, from `state` on?
  [[nodiscard]] bool completes(std::uint32_t done, const engine::Payload& state) const {
    bool all_completed_done = true;
    for (std::size_t position = 0; position < operations.size(); ++position) {
      if (is_done(done, position)) continue;
      const HistoryOperation& operation = operations[position];
      all_completed_done = all_completed_done && operation.is_open();
      if (!may_be_next(done, operation)) continue;
      const auto [next, result] = type.apply(state, operation.operation);
      if (!operation.is_open() && !(result == operation.result)) continue;
      if (completes(done | (1U << position), next)) return true;
    }
    return all_completed_done;
  }

  /// Nothing that is left responded before this operation was invoked.
  [[nodiscard]] bool may_be_next(std::uint32_t done, const HistoryOperation& operation) const {
    for (std::size_t position = 0; position < operations.size(); ++position) {
      if (!is_done(done, position) && operations[position].responded_at < operation.invoked_at) {
        return false;
      }
    }
    return true;
  }

  static bool is_done(std::uint32_t done, std::size_t position) {
    return (done >> position & 1U) != 0;
  }
};

}  // namespace

bool is_linearizable_by_brute_force(const engine::History& history,
                                    const engine::ServiceType& type) {
  ASSERT(history.operations().size() <= 16);
  return Enumeration{history.operations(), type}.completes(0, type.initial);
}

}  // namespace stampede::checkers
