#include "checkers/partition.hpp"

#include <algorithm>

namespace stampede::checkers {

// An open response stays open when it is cut to the width of a part's events.
static_assert(static_cast<std::uint32_t>(engine::HistoryOperation::open) == PartOperation::open);

std::vector<Part> partition(const engine::History& history, const engine::ServiceType& type) {
  return partition(history, type, [](std::uint32_t, const engine::HistoryOperation&) {});
}

namespace {

/// Sets of keys that operations connect.
class KeySets {
 public:
  std::uint32_t number_of(std::string_view key) {
    const std::uint32_t number = keys_.intern(key);
    if (number == parent_.size()) {
      parent_.push_back(number);
      names_.emplace_back(key);
    }
    return number;
  }
  std::uint32_t root(std::uint32_t key) {
    while (parent_[key] != key) key = parent_[key] = parent_[parent_[key]];
    return key;
  }
  void connect(std::uint32_t first, std::uint32_t second) {
    // The key that was seen first stands for all.
    const auto [low, high] = std::minmax({root(first), root(second)});
    parent_[high] = low;
  }
  /// By key that stands for others: what they all are, `k1, k2 and 7 more`.
  std::vector<std::string> names() {
    constexpr std::size_t listed_max = 3;
    std::vector<std::string> names(parent_.size());
    std::vector<std::size_t> members(parent_.size());
    for (std::uint32_t key = 0; key < parent_.size(); ++key) {
      std::string& name = names[root(key)];
      if (++members[root(key)] <= listed_max) name += (name.empty() ? "" : ", ") + names_[key];
    }
    for (std::size_t key = 0; key < names.size(); ++key) {
      if (members[key] > listed_max)
        names[key] += " and " + std::to_string(members[key] - listed_max) + " more";
    }
    return names;
  }

 private:
  ValuePool keys_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::string> names_;
};

}  // namespace

ConnectedKeys connect_keys(const engine::History& history, const engine::ServiceType& type) {
  const std::vector<engine::HistoryOperation>& operations = history.operations();
  ConnectedKeys connected;
  connected.part_of.assign(operations.size(), 0);
  KeySets sets;
  for (std::size_t position = 0; position < operations.size(); ++position) {
    const auto keys = type.keys(operations[position].operation);
    if (!keys || keys->empty()) return {std::vector<std::uint32_t>(operations.size(), 0), {""}};
    connected.part_of[position] = sets.number_of(keys->front());
    for (const std::string_view key : *keys)
      sets.connect(connected.part_of[position], sets.number_of(key));
  }
  for (std::uint32_t& part : connected.part_of) part = sets.root(part);
  connected.names = sets.names();
  return connected;
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
