// Parts that behave as a register: reads, writes and compare-and-sets of whole values, by the
// shapes that the service promises, with values as numbers. What zones and the register automaton
// work on.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "checkers/open_shape.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// What one operation does to a register; values are numbers.
struct RegisterOperation {
  enum class Kind : std::uint8_t { read, write, cas, failed_cas };
  static constexpr std::uint32_t no_value = UINT32_MAX;

  Kind kind = Kind::read;
  bool open = false;
  /// Value needed: by read and cas; for failed_cas the value that must not be there.
  std::uint32_t reads = no_value;
  /// Value left behind, by write and cas.
  std::uint32_t writes = no_value;
};

struct RegisterPart {
  /// By the index in the part.
  std::vector<RegisterOperation> operations;
  std::uint32_t value_count = 0;
  std::uint32_t initial = RegisterOperation::no_value;
};

/// Makes RegisterParts of operations that are added one by one, in the order of the history and
/// while they are at hand.
class RegisterParts {
 public:
  /// The history, and the results in it, must outlive it. `expected`: how many operations come.
  RegisterParts(const engine::ServiceType& type, std::size_t expected);

  /// The next operation of the part with this number; what it returned does not count if it is
  /// `open`.
  void add(std::uint32_t part, const engine::HistoryOperation& seen, bool open);
  /// Nothing if an operation has a shape that registers do not have.
  std::optional<RegisterPart> take(std::uint32_t part);

 private:
  struct Building {
    RegisterPart part;
    bool fits = true;
  };
  /// A value that is being fetched, and where its number belongs.
  struct Waiting {
    struct Place {
      std::uint32_t part;
      std::uint32_t operation;
      std::uint32_t RegisterOperation::*member;
    };
    ValuePool::Probe value;
    Place place;
  };

  void add(std::uint32_t part, const engine::Operation& operation, const engine::Shape& shape,
           bool open);
  void await(const engine::ShapeValue& value, const Waiting::Place& place);
  Building& building_of(std::uint32_t part);
  /// Numbers the values of all that wait.
  void settle();
  std::uint32_t number_of(const ValuePool::Probe& value);
  void find_initial(std::uint32_t part, const engine::Operation& operation);

  const engine::ServiceType* type_;
  std::vector<Building> parts_;
  ValuePool values_;                           // each of one part
  std::vector<std::uint32_t> number_in_part_;  // by value
  std::array<Waiting, 16> waiting_{};
  std::size_t waiting_count_ = 0;
  std::vector<KeptShape> first_reads_;  // what initial values may refer to
};

/// The same for one part of the history alone.
std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part,
                                               Patience& patience);

}  // namespace stampede::checkers
