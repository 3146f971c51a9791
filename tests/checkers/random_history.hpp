// Histories for tests of checkers: written by hand event by event, or made by a service that now
// and then misbehaves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/world/history.hpp"

namespace stampede::tests {

/// The built-in service of that name.
const engine::ServiceType& service(std::string_view name);

/// What a random history is made of. All chances in percent.
struct HistoryShape {
  std::uint32_t clients = 3;
  std::uint32_t operations = 8;
  std::uint32_t keys = 2;
  /// Distinct values that are written; 0 = every value is new.
  std::uint32_t values = 3;
  /// An operation stays open; its client goes on under a new id. Half of them take effect.
  std::uint32_t open_percent = 0;
  /// A result is computed on some earlier state.
  std::uint32_t stale_percent = 0;
  /// An operation is acknowledged but has no effect.
  std::uint32_t lost_percent = 0;
};

/// A history of the service, the same for the same arguments. Linearizable if nothing is stale or
/// lost.
engine::History random_history(const engine::ServiceType& type, const HistoryShape& shape,
                               std::uint64_t seed);

/// Writes histories by hand; operations in JSON, as in scenarios.
class HistoryWriter {
 public:
  explicit HistoryWriter(const engine::ServiceType& type) : type_(&type) {}

  /// Invokes the next operation of client `client`; returns its position.
  std::size_t invoke(std::uint32_t client, const std::string& operation);
  void respond(std::size_t position, engine::Result result);
  /// An operation that is over before anything else happens.
  std::size_t complete(std::uint32_t client, const std::string& operation, engine::Result result);

  [[nodiscard]] const engine::History& history() const { return history_; }

 private:
  const engine::ServiceType* type_;
  engine::History history_;
  std::vector<std::uint32_t> next_number_;
};

}  // namespace stampede::tests
