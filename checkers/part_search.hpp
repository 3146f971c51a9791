// One resumable search for a linearization of one part.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "checkers/partition.hpp"

namespace stampede::checkers {

class PartSearch {
 public:
  enum class Status {
    /// order() is a linearization.
    linearizable,
    /// No linearization exists: the search is exhausted.
    impossible,
    /// The budget is spent; call run() again to go on.
    paused,
    /// The memory allowed is used up.
    out_of_memory,
  };

  virtual ~PartSearch() = default;
  /// Visits at most `configurations` more configurations, using at most `memory_bytes`.
  virtual Status run(std::uint64_t configurations, std::uint64_t memory_bytes) = 0;
  /// Indexes of the part's operations in linearization order. REQUIRES: the last run said
  /// linearizable.
  [[nodiscard]] virtual std::vector<std::uint32_t> order() const = 0;
  /// Configurations visited so far.
  [[nodiscard]] virtual std::uint64_t configurations() const = 0;
  /// An estimate, by the sizes of all containers.
  [[nodiscard]] virtual std::uint64_t memory_bytes() const = 0;
};

/// The fastest search that is right for the part: on register values where all shapes allow it,
/// else on service states. Keeps no reference to any of the arguments but `type`.
std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part);

}  // namespace stampede::checkers
