// Fills an index of fields while a run is done: told of its events first, and then of the states
// that its steps leave.
#pragma once

#include <vector>

#include "viewer/field_index.hpp"
#include "viewer/state_changes.hpp"

namespace stampede::viewer {

class Indexer final : public engine::WorldObserver {
 public:
  /// `also` sees all events, too.
  Indexer(FieldIndex& index, engine::WorldObserver& also) : index_(index), also_(also) {}

  void event(const engine::Event& event) override;
  /// The world behind the boots, and then behind each step, whose events were told before.
  void see(std::uint64_t step, const engine::World& world);

 private:
  FieldIndex& index_;
  engine::WorldObserver& also_;
  /// By step - 1.
  std::vector<NodeId> nodes_;
  StateChanges changes_;
  bool begun_ = false;
};

}  // namespace stampede::viewer
