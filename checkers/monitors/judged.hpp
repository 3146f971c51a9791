// The judges of whole histories in a search: the history so far is a part of each world, and is
// judged at each response; by judges of histories that are over, in worlds where nothing goes on.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "checkers/judges.hpp"
#include "engine/world/property.hpp"

namespace stampede::checkers {

/// Why a search cannot tell whether its histories are right. Any thread may add to it.
class Doubts {
 public:
  void add(std::string reason) {
    const std::lock_guard lock(mutex_);
    reasons_.insert(std::move(reason));
  }
  /// In the order of their texts.
  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return {reasons_.begin(), reasons_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> reasons_;
};

/// The judge's property of a search. Where a history stays undecided, `doubts` are told.
engine::Property judged_history(const HistoryJudge& judge, const Bound& bound,
                                const engine::ServiceType& service, std::shared_ptr<Doubts> doubts);

}  // namespace stampede::checkers
