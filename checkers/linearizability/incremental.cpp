#include "checkers/linearizability/incremental.hpp"

#include <algorithm>

namespace stampede::checkers {

using engine::Payload;
using engine::Result;

const IncrementalLinearizability::TookEffect* IncrementalLinearizability::Configuration::find(
    OperationId id) const {
  const auto found =
      std::find_if(ahead.begin(), ahead.end(), [&](const TookEffect& one) { return one.id == id; });
  return found == ahead.end() ? nullptr : &*found;
}

IncrementalLinearizability::Configuration IncrementalLinearizability::Configuration::with(
    const TookEffect& done, Payload next_state) const {
  Configuration next{std::move(next_state), ahead};
  const auto place = std::find_if(next.ahead.begin(), next.ahead.end(),
                                  [&](const TookEffect& one) { return done.id < one.id; });
  next.ahead.insert(place, done);
  return next;
}

IncrementalLinearizability::Configuration IncrementalLinearizability::Configuration::without(
    OperationId id) const {
  Configuration next = *this;
  std::erase_if(next.ahead, [&](const TookEffect& one) { return one.id == id; });
  return next;
}

void IncrementalLinearizability::invoke(OperationId id, const engine::Operation& operation) {
  const std::string key(type_.key == nullptr ? "" : type_.key(operation));
  Part& part = parts_[key];
  if (part.given_up) return;
  if (part.configurations.empty()) part.configurations.push_back({type_.initial, {}});
  part.in_progress.push_back({id, operation});
  part_of_[id] = &part;
}

Verdict IncrementalLinearizability::respond(OperationId id, const Result& result) {
  const auto found = part_of_.find(id);
  if (found == part_of_.end()) return verdict_;  // of a key that was given up
  Part& part = *found->second;
  part_of_.erase(found);
  if (part.given_up || verdict_ == Verdict::violated) return verdict_;
  if (!explain_alone(part, result) && !explain(part, id, result)) {
    part = {};
    part.given_up = true;
    if (verdict_ == Verdict::ok) conclude(part, Verdict::undecided);
    return verdict_;
  }
  if (part.configurations.empty()) {
    conclude(part, Verdict::violated);
  } else {
    std::erase_if(part.in_progress, [&](const InProgress& one) { return one.id == id; });
  }
  return verdict_;
}

void IncrementalLinearizability::conclude(const Part& part, Verdict verdict) {
  verdict_ = verdict;
  for (const auto& [key, candidate] : parts_) {
    if (&candidate == &part) key_ = key;
  }
}

bool IncrementalLinearizability::explain_alone(Part& part, const Result& result) const {
  if (part.in_progress.size() != 1) return false;
  std::vector<Configuration> explained;
  for (const Configuration& configuration : part.configurations) {
    if (!configuration.ahead.empty()) return false;
    auto [state, returned] = type_.apply(configuration.state, part.in_progress.front().operation);
    if (!(returned == result)) continue;
    Configuration next{std::move(state), {}};
    if (std::find(explained.begin(), explained.end(), next) == explained.end()) {
      explained.push_back(std::move(next));
    }
  }
  part.configurations = std::move(explained);
  return true;
}

bool IncrementalLinearizability::explain(Part& part, OperationId id, const Result& result) const {
  std::vector<Configuration> explained;
  std::vector<Configuration> seen = std::move(part.configurations);
  for (std::size_t next = 0; next < seen.size(); ++next) {
    if (const TookEffect* done = seen[next].find(id)) {
      if (!(done->result == result)) continue;
      Configuration without = seen[next].without(id);
      if (std::find(explained.begin(), explained.end(), without) == explained.end()) {
        explained.push_back(std::move(without));
      }
      continue;
    }
    for (const InProgress& other : part.in_progress) {
      if (seen[next].find(other.id) != nullptr) continue;
      auto [state, returned] = type_.apply(seen[next].state, other.operation);
      // The responding operation comes last: what differs in its result is not looked at again.
      if (other.id == id && !(returned == result)) continue;
      Configuration after = seen[next].with({other.id, std::move(returned)}, std::move(state));
      if (seen.size() + explained.size() >= max_configurations_) return false;
      if (std::find(seen.begin(), seen.end(), after) == seen.end()) {
        seen.push_back(std::move(after));
      }
    }
  }
  part.configurations = std::move(explained);
  return true;
}

std::size_t IncrementalLinearizability::configurations() const {
  std::size_t count = 0;
  for (const auto& [key, part] : parts_) count += part.configurations.size();
  return count;
}

}  // namespace stampede::checkers
