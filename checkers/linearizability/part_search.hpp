// One resumable search for a linearization of one part.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "checkers/linearizability/specialists/register_part.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

class PartSearch {
 public:
  enum class Status {
    /// order() is a linearization.
    linearizable,
    /// No linearization exists: the search is exhausted.
    impossible,
    /// So many configurations were visited; call run() again to go on.
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
  /// The same, without a copy; the search is over.
  virtual std::vector<std::uint32_t> take_order() { return order(); }
  /// The greatest number of responses that were once all linearized, with everything before them.
  [[nodiscard]] virtual std::size_t reached() const { return 0; }
  /// Configurations visited so far.
  [[nodiscard]] virtual std::uint64_t configurations() const = 0;
  /// An estimate, by the sizes of all containers.
  [[nodiscard]] virtual std::uint64_t memory_bytes() const = 0;
};

enum class Method {
  /// Specialists where they apply, else a search.
  fastest,
  /// A search in any case: what specialists are compared with.
  search,
};

/// The fastest judge that is right for the part: zones for registers with different values, a sweep
/// for collections that only grow, forced orders for queues and stacks, else a search on register
/// values, on texts, on sums, on what a lock was, or on service states. Keeps no reference to any
/// of the arguments but `type` and `patience`, which it spends here and in each run.
std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part,
                                             Patience& patience, Method method = Method::fastest);

/// The same where it is known already what the part is as a register, or that it is none.
std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part,
                                             std::optional<RegisterPart> values, Patience& patience,
                                             Method method);

/// A search of a part of a counter or lock that begins in the state that its operation `first`
/// tells: the sum that a read saw, the token that an acquisition was given. Null if the part is
/// something else, or `first` does not tell.
std::unique_ptr<PartSearch> make_suffix_search(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part,
                                               std::uint32_t first, Patience& patience);

}  // namespace stampede::checkers
