#include "engine/explore/packed_world.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

// The hash is a sum over components, each mixed with its place: one changes without looking at the
// others, and equal messages, which share a place, still count each.
constexpr std::uint64_t network_place = UINT64_MAX;
constexpr std::uint64_t contribution(std::uint64_t place, std::uint64_t content) {
  return mix(mix(hash_seed, place), content);
}

}  // namespace

PackedWorld::PackedWorld(const std::vector<Interned>& nodes, const std::vector<Interned>& monitors)
    : nodes_(static_cast<std::uint32_t>(nodes.size())),
      fixed_(static_cast<std::uint32_t>(nodes.size() + monitors.size())) {
  for (const std::vector<Interned>* part : {&nodes, &monitors}) {
    for (const Interned& component : *part) {
      hash_ += contribution(ids_.size(), component.hash);
      ids_.push_back(component.id);
    }
  }
}

void PackedWorld::set(std::size_t position, Interned before, Interned after) {
  ASSERT(ids_[position] == before.id);
  ids_[position] = after.id;
  hash_ += contribution(position, after.hash) - contribution(position, before.hash);
}

bool PackedWorld::in_flight(std::uint32_t message) const {
  const auto all = messages();
  return std::binary_search(all.begin(), all.end(), message);
}

void PackedWorld::add_message(Interned message) {
  ids_.insert(std::upper_bound(ids_.begin() + fixed_, ids_.end(), message.id), message.id);
  hash_ += contribution(network_place, message.hash);
}

void PackedWorld::remove_message(Interned message) {
  const auto place = std::lower_bound(ids_.begin() + fixed_, ids_.end(), message.id);
  ASSERT(place != ids_.end() && *place == message.id);
  ids_.erase(place);
  hash_ -= contribution(network_place, message.hash);
}

}  // namespace stampede::engine
