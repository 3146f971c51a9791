// models/client/workload.hpp: what clients ask for. The operation at a position of a client's plan
// is a pure function of (seed, client, position): removing one leaves the others as they were.
// Written values are unique over the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/process/service.hpp"
#include "models/client/zipf.hpp"

namespace stampede::models::client {

/// A kind of operation, and how often it is asked for.
struct Kind {
  std::string name;
  std::uint32_t weight = 0;
  /// It changes nothing.
  bool reads = false;
};

/// Operations that are drawn alike.
struct Phase {
  /// Of all clients together, dealt out evenly: each does its share, and goes on to the next phase.
  std::uint64_t operations = 100;
  /// At least one weight > 0.
  std::vector<Kind> mix;
  /// So many of the operations are of kinds that read; without it that follows from the weights. At
  /// least one kind that it asks for has a weight > 0.
  std::optional<engine::Ppm> reads;
  Zipf keys{5};
};

struct Workload {
  const engine::ServiceType* service = nullptr;
  std::vector<Phase> phases{Phase{}};

  /// Of all phases.
  [[nodiscard]] std::uint64_t operations() const;
};

/// The operation at `number` (from 1) of `client`'s plan, nothing after the last.
std::optional<Operation> planned(const Workload& workload, std::uint64_t seed, std::uint32_t client,
                                 std::uint32_t clients, std::uint32_t number);

}  // namespace stampede::models::client
