#include "checkers/incremental.hpp"

#include <algorithm>

namespace stampede::checkers {

void IncrementalLinearizability::invoke(OperationId id, const engine::Operation& operation) {
  const std::string key = type_.key == nullptr ? std::string() : type_.key(operation);
  Part& part = parts_[key];
  if (part.given_up) return;
  if (!part.specification) {
    part.specification = std::make_unique<engine::Specification>(type_);
    part.configurations.insert({engine::Specification::initial_state});
  }
  const auto free = std::find(part.slots.begin(), part.slots.end(), no_operation);
  const auto slot = static_cast<std::uint32_t>(free - part.slots.begin());
  if (free == part.slots.end()) {
    part.slots.push_back(no_operation);
    std::set<Configuration> wider;
    for (Configuration configuration : part.configurations) {
      configuration.push_back(0);
      wider.insert(wider.end(), std::move(configuration));
    }
    part.configurations = std::move(wider);
  }
  part.slots[slot] = part.specification->intern_operation(operation);
  in_progress_[id] = {&part, slot};
}

Judgement IncrementalLinearizability::respond(OperationId id, const engine::Result& result) {
  const auto found = in_progress_.find(id);
  if (found == in_progress_.end()) return verdict_;  // of a key that was given up
  Part& part = *found->second.part;
  const std::uint32_t slot = found->second.slot;
  in_progress_.erase(found);
  if (part.given_up || verdict_ == Judgement::violated) return verdict_;
  const auto name = [&] {
    for (const auto& [key, candidate] : parts_) {
      if (&candidate == &part) return key;
    }
    return std::string();
  };
  if (!linearize(part, slot, part.specification->intern_result(result))) {
    part.given_up = true;
    part.configurations.clear();
    part.specification.reset();
    if (verdict_ == Judgement::ok) key_ = name();
    verdict_ = Judgement::undecided;
  } else if (part.configurations.empty()) {
    key_ = name();
    verdict_ = Judgement::violated;
  } else {
    part.slots[slot] = no_operation;
  }
  return verdict_;
}

bool IncrementalLinearizability::linearize(Part& part, std::uint32_t slot, std::uint32_t result) {
  std::set<Configuration> explained;
  std::set<Configuration> seen = part.configurations;
  std::vector<Configuration> left(part.configurations.begin(), part.configurations.end());
  while (!left.empty()) {
    Configuration configuration = std::move(left.back());
    left.pop_back();
    if (const std::uint32_t had = configuration[1 + slot]; had != 0) {
      if (had - 1 != result) continue;
      configuration[1 + slot] = 0;
      explained.insert(std::move(configuration));
      continue;
    }
    for (std::uint32_t other = 0; other < part.slots.size(); ++other) {
      if (part.slots[other] == no_operation || configuration[1 + other] != 0) continue;
      const auto [state, returned] = part.specification->apply(configuration[0], part.slots[other]);
      Configuration next = configuration;
      next[0] = state;
      next[1 + other] = 1 + returned;
      if (seen.size() + explained.size() >= max_configurations_) return false;
      if (seen.insert(next).second) left.push_back(std::move(next));
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
