// Parts that behave as a register: reads, writes and compare-and-sets of whole values, by the
// shapes that the service promises, with values as numbers. What zones and the register automaton
// work on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checkers/partition.hpp"

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
  std::uint32_t initial = 0;
};

/// Makes a RegisterPart of operations that are added one by one, while others are at hand: what
/// they hold is put together first, and turned into numbers at the end, part by part.
class RegisterPartBuilder {
 public:
  explicit RegisterPartBuilder(const engine::ServiceType& type)
      : type_(&type), fits_(type.shape != nullptr) {}

  /// The next operation of the part; what it returned does not count if it is `open`.
  void add(const engine::HistoryOperation& seen, bool open);
  /// Nothing if an operation has a shape that registers do not have.
  std::optional<RegisterPart> take();

 private:
  /// An operation, and the lengths of its two texts, which are next in `texts_`.
  struct Entry {
    RegisterOperation::Kind kind;
    bool open;
    std::uint32_t reads;
    std::uint32_t writes;
  };

  const engine::ServiceType* type_;
  bool fits_;
  std::vector<Entry> entries_;
  std::string texts_;
  std::optional<std::string> initial_;
};

/// The same for one part of the history alone.
std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part);

}  // namespace stampede::checkers
