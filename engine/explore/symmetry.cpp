#include "engine/explore/symmetry.hpp"

#include <algorithm>

#include "engine/process/durable.hpp"

namespace stampede::engine {

std::size_t Symmetry::size_of(const std::vector<std::vector<NodeId>>& classes) {
  std::size_t size = 1;
  for (const auto& nodes : classes) {
    for (std::size_t i = 2; i <= nodes.size(); ++i)
      size = std::min<std::size_t>(size * i, SIZE_MAX / 64);
  }
  return size;
}

Symmetry::Symmetry(TransitionCache& transitions, SymmetrySettings settings)
    : transitions_(transitions), settings_(std::move(settings)) {
  Renaming identity;
  for (std::uint32_t i = 0; i < transitions_.nodes().size(); ++i)
    identity.nodes.push_back(NodeId{i});
  group_ = {identity};
  if (size_of(settings_.classes) > group_max) return;
  for (const std::vector<NodeId>& nodes : settings_.classes) {
    std::vector<Renaming> larger;
    std::vector<NodeId> order = nodes;
    std::sort(order.begin(), order.end());
    const std::vector<NodeId> from = order;
    do {
      for (Renaming renaming : group_) {
        for (std::size_t i = 0; i < from.size(); ++i) renaming.nodes[from[i].value] = order[i];
        larger.push_back(std::move(renaming));
      }
    } while (std::next_permutation(order.begin(), order.end()));
    group_ = std::move(larger);
  }
}

TimerSlot renamed(TimerSlot timer, const SymmetrySettings& settings, const Renaming& renaming) {
  timer.value = settings.rename_payload(timer.value, renaming);
  rename_keys(timer.instance, timer.type->keys, renaming);
  return timer;
}

LocalState renamed(LocalState local, const SymmetrySettings& settings, const Renaming& renaming) {
  settings.rename_process(local.process, renaming);
  if (local.cell)
    local.cell = rename_cell(local.process.type(), local.cell, renaming, settings.rename_payload);
  for (HeldOutput& output : local.held) {
    if (output.kind == HeldOutput::Kind::save) {
      output.cell =
          rename_cell(local.process.type(), output.cell, renaming, settings.rename_payload);
    } else if (output.kind == HeldOutput::Kind::send) {
      output.send.payload = settings.rename_payload(output.send.payload, renaming);
      output.send.to = renaming.of(output.send.to);
      rename_keys(output.send.instance, output.send.type->keys, renaming);
    }  // what a client is told names no nodes that may change names
  }
  for (TimerSlot& slot : local.timers) slot = renamed(std::move(slot), settings, renaming);
  return local;
}

PackedMessage renamed(PackedMessage message, const SymmetrySettings& settings,
                      const Renaming& renaming) {
  message.payload = settings.rename_payload(message.payload, renaming);
  message.from = renaming.of(message.from);
  message.to = renaming.of(message.to);
  rename_keys(message.instance, message.type->keys, renaming);
  return message;
}

std::uint32_t Symmetry::renamed_local(std::uint32_t id, const Renaming& renaming) {
  const NodeId node{transitions_.facts(id).node};
  return transitions_.intern(renaming.of(node),
                             renamed(transitions_.local(id), settings_, renaming));
}

std::uint32_t Symmetry::renamed_message(std::uint32_t id, const Renaming& renaming) {
  return transitions_.intern(renamed(transitions_.message(id), settings_, renaming));
}

const Symmetry::Images& Symmetry::images(PairMap& places, std::uint32_t id, bool is_local) {
  std::uint32_t place = places.find(id, 0);
  if (place != PairMap::none) return *images_[place];
  const std::lock_guard guard(transitions_.lock());
  place = places.find(id, 0);
  if (place != PairMap::none) return *images_[place];
  auto made = std::make_unique<Images>();
  for (const Renaming& renaming : group_) {
    const std::uint32_t image =
        is_local ? renamed_local(id, renaming) : renamed_message(id, renaming);
    made->ids.push_back(image);
    made->shares.push_back(is_local ? transitions_.facts(image).contribution
                                    : transitions_.message_contribution(image));
  }
  place = images_.push_back(std::move(made));
  places.insert(id, 0, place);
  return *images_[place];
}

const Symmetry::Images& Symmetry::images_of_local(std::uint32_t local) {
  return images(local_places_, local, true);
}

const Symmetry::Images& Symmetry::images_of_message(std::uint32_t message) {
  return images(message_places_, message, false);
}

Symmetry::Image Symmetry::local(std::uint32_t id, std::size_t renaming) {
  const Images& images = images_of_local(id);
  return {images.ids.at(renaming), images.shares.at(renaming)};
}

Symmetry::Image Symmetry::message(std::uint32_t id, std::size_t renaming) {
  const Images& images = images_of_message(id);
  return {images.ids.at(renaming), images.shares.at(renaming)};
}

TimerSlot Symmetry::timer(TimerSlot timer, std::size_t renaming) const {
  return renamed(std::move(timer), settings_, group_.at(renaming));
}

void Symmetry::canonicalise(PackedWorld& world) {
  if (is_trivial()) return;
  thread_local std::vector<std::uint64_t> hashes;
  hashes.assign(group_.size(), 0);
  const auto add = [&](const Images& images) {
    const std::uint64_t* shares = images.shares.data();
    std::uint64_t* sums = hashes.data();
    for (std::size_t i = 0; i < group_.size(); ++i) sums[i] += shares[i];
  };
  for (const std::uint32_t local : world.locals) add(images_of_local(local));
  for (const std::uint32_t message : world.messages) add(images_of_message(message));
  const auto best =
      static_cast<std::size_t>(std::min_element(hashes.begin(), hashes.end()) - hashes.begin());
  std::vector<std::uint32_t> renamed(world.locals.size());
  for (const std::uint32_t local : world.locals) {
    const std::uint32_t image = images_of_local(local).ids[best];
    renamed[transitions_.facts(image).node] = image;
  }
  world.locals = std::move(renamed);
  for (std::uint32_t& message : world.messages) message = images_of_message(message).ids[best];
  std::sort(world.messages.begin(), world.messages.end());
}

}  // namespace stampede::engine
