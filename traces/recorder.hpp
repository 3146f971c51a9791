// Writes the events of a run into a database as they happen.
#pragma once

#include "engine/world/world.hpp"
#include "traces/run_writer.hpp"

namespace stampede::traces {

class Recorder final : public engine::WorldObserver {
 public:
  explicit Recorder(RunWriter& writer) : writer_(writer) {}
  void event(const engine::Event& event) override { writer_.add(event); }

 private:
  RunWriter& writer_;
};

}  // namespace stampede::traces
