// models/client/workload.hpp: what clients ask for. The operation at a position of a client's plan
// is a pure function of (seed, client, position): removing one leaves the others as they were.
// Written values are unique over the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::client {

struct Workload {
  const engine::ServiceType* service = nullptr;
  /// Operations of the whole run, dealt out evenly to the clients.
  std::uint64_t operations = 100;
  /// Kinds of operation with their weights; at least one weight > 0.
  std::vector<std::pair<std::string, std::uint32_t>> mix;
  std::uint32_t keys = 5;
};

/// The operation at `number` (from 1) of `client`'s plan, nothing after the last.
std::optional<Operation> planned(const Workload& workload, std::uint64_t seed, std::uint32_t client,
                                 std::uint32_t clients, std::uint32_t number);

}  // namespace stampede::models::client
