// Worlds that differ only in the names of interchangeable nodes, brought to one of them: the one
// whose hash is least among all renamings. All of the group is tried, so an orbit is one world,
// exactly.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/core/renaming.hpp"
#include "engine/explore/packed_world.hpp"
#include "engine/explore/transition_cache.hpp"

namespace stampede::engine {

struct SymmetrySettings {
  /// Sets of nodes that may change names with each other; empty = no symmetry.
  std::vector<std::vector<NodeId>> classes;
  std::function<void(ProcessValue&, const Renaming&)> rename_process;
  std::function<Payload(const Payload&, const Renaming&)> rename_payload;
};

/// A timer, a local state, or a message in flight, as it would be under other names.
TimerSlot renamed(TimerSlot timer, const SymmetrySettings& settings, const Renaming& renaming);
LocalState renamed(LocalState local, const SymmetrySettings& settings, const Renaming& renaming);
PackedMessage renamed(PackedMessage message, const SymmetrySettings& settings,
                      const Renaming& renaming);

class Symmetry {
 public:
  /// Beyond this many renamings a group is not worth its time.
  static constexpr std::size_t group_max = 5'040;

  Symmetry(TransitionCache& transitions, SymmetrySettings settings);

  [[nodiscard]] bool is_trivial() const { return group_.size() <= 1; }
  [[nodiscard]] std::size_t group_size() const { return group_.size(); }
  /// How many renamings the classes have, whether they are used or not.
  [[nodiscard]] static std::size_t size_of(const std::vector<std::vector<NodeId>>& classes);
  /// Renames the world, its hash left alone. What monitors know and what is spent is not renamed.
  void canonicalise(PackedWorld& world);

  /// A local state or a message under the renaming with this number, of `group_size()`; number 0
  /// renames nothing. `share`: its contribution to the hash of a world.
  struct Image {
    std::uint32_t id = 0;
    std::uint64_t share = 0;
  };
  Image local(std::uint32_t id, std::size_t renaming);
  Image message(std::uint32_t id, std::size_t renaming);
  [[nodiscard]] TimerSlot timer(TimerSlot timer, std::size_t renaming) const;

 private:
  /// A local state or message under each renaming.
  struct Images {
    std::vector<std::uint32_t> ids;
    std::vector<std::uint64_t> shares;  // of the hash
  };
  const Images& images_of_local(std::uint32_t local);
  const Images& images_of_message(std::uint32_t message);
  std::uint32_t renamed_local(std::uint32_t local, const Renaming& renaming);
  std::uint32_t renamed_message(std::uint32_t message, const Renaming& renaming);
  const Images& images(PairMap& places, std::uint32_t id, bool is_local);

  TransitionCache& transitions_;
  SymmetrySettings settings_;
  std::vector<Renaming> group_;
  PairMap local_places_;
  PairMap message_places_;
  GrowingVector<std::unique_ptr<Images>> images_;
};

}  // namespace stampede::engine
