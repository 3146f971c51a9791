// Parts that put different values somewhere and take each of them once: queues and stacks, with
// values as numbers. What the judges of both work on.
//
// A Container is the part as it stands, made once; a ContainerPart is what a prefix of it says
// about each value.
#pragma once

#include <optional>
#include <vector>

#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// A queue or a stack of different values.
struct Container {
  static constexpr std::uint32_t nothing = UINT32_MAX;

  struct Entry {
    bool adds = false;
    /// The number of the value added or taken; `nothing` for a removal that found none, or that has
    /// no response.
    std::uint32_t value = nothing;
  };

  bool is_stack = false;
  /// By the index in the part.
  std::vector<Entry> entries;
  std::uint32_t value_count = 0;
};

/// Nothing if the part is neither, or a value is added twice.
std::optional<Container> make_container(const engine::History& history,
                                        const engine::ServiceType& type, const Part& part,
                                        Patience& patience);

/// A value with the interval of its addition and that of its removal, in events. What shows that it
/// was added may respond before the addition itself does, and the other way round: its removal
/// begins after its addition began, and its addition is over when its removal is.
struct ContainerValue {
  static constexpr std::uint32_t none = UINT32_MAX;
  /// Later than all events: the response of an open removal, and of none at all.
  static constexpr std::uint64_t never = std::uint64_t{1} << 62;
  static constexpr std::uint64_t not_taken = never + 1;

  std::uint32_t added_by = none;
  std::uint32_t taken_by = none;
  std::uint64_t add_call = 0;
  std::uint64_t add_response = never;
  std::uint64_t take_call = not_taken;
  std::uint64_t take_response = not_taken + 1;

  /// From its addition's response to its removal's call the value is certainly there.
  [[nodiscard]] bool is_certain() const { return add_response < take_call; }
};

struct ContainerPart {
  /// Those that were certainly added: whose addition responded, or that were taken.
  std::vector<ContainerValue> values;
  /// Removals that found nothing, by index, in the order of their invocations.
  std::vector<std::uint32_t> empties;
  /// Removals without response. They may have taken what nobody else took.
  std::vector<std::uint32_t> open_takes;
  /// Not empty: these operations fail by themselves.
  std::vector<std::uint32_t> culprits;
};

/// Only events up to `end` count: what responded later is open.
ContainerPart make_container_part(const Container& container, const Part& part, Patience& patience,
                                  std::uint32_t end = events_max);

/// Lets open removals take values that nobody else took: those that were added first by those that
/// were invoked first.
void assign_open_takes(ContainerPart& container, const Part& part, Patience& patience);

struct ContainerAnswer {
  bool linearizable = false;
  /// linearizable: indexes of the part's operations in linearization order.
  std::vector<std::uint32_t> order;
  /// Else the operations that fail together.
  std::vector<std::uint32_t> culprits;
};

/// The gaps between events in which some value is certainly there. Gap g follows event g.
class CertainGaps {
 public:
  CertainGaps(const std::vector<ContainerValue>& values, Patience& patience);

  /// The first gap from `gap` on in which the container may be empty.
  [[nodiscard]] std::uint64_t next_free(std::uint64_t gap) const;
  struct Run {
    std::uint64_t begin;
    std::uint64_t end;
  };
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }

 private:
  std::vector<Run> runs_;
};

/// Few of the values `among` (by their place in `values`), of which one is certainly there in each
/// of the gaps. REQUIRES: one of `among` always is.
std::vector<std::uint32_t> covering_chain(const std::vector<ContainerValue>& values,
                                          const std::vector<std::uint32_t>& among,
                                          const CertainGaps::Run& gaps, Patience& patience);

/// All operations on these values, with the operations `others`; and if nobody took some of them,
/// what open removals could have taken instead.
std::vector<std::uint32_t> culprits_of(const ContainerPart& container,
                                       const std::vector<std::uint32_t>& values,
                                       std::vector<std::uint32_t> others);

/// Removals that found nothing, each with a gap in which nothing is certainly there, by their gaps.
struct PlacedEmpties {
  struct Empty {
    std::uint64_t gap;
    std::uint32_t index;
  };
  std::vector<Empty> empties;
  /// Not empty if there is no such gap for one of them: what fails together.
  std::vector<std::uint32_t> culprits;
};
PlacedEmpties place_empties(const ContainerPart& container, const Part& part,
                            const CertainGaps& certain, Patience& patience);

}  // namespace stampede::checkers
