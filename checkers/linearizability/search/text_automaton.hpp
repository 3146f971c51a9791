// The automaton of parts that hold one text, which is also extended: what a key-value store with
// appends does under one key. States are numbers of texts, but only of texts that matter.
//
// 1. A text that is no beginning of any text observed (read, or expected by a compare-and-set) is
//    never observed, whatever is appended to it: all such texts are one state, `lost`. A change
//    from it by appending leads to it again, a write leads out, and a compare-and-set cannot
//    succeed.
// 2. In `lost`, without a write left, nothing is observed any more: if an observer is left, there
//    is no way on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "checkers/linearizability/search/configuration.hpp"
#include "checkers/partition.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

/// See windowed_search.hpp for what an automaton offers.
class TextAutomaton {
 public:
  /// Nothing if an operation of the part has a shape that such texts do not have.
  static std::optional<TextAutomaton> make(const engine::History& history,
                                           const engine::ServiceType& type, const Part& part,
                                           Patience& patience);

  [[nodiscard]] std::uint32_t initial() const { return absent; }
  [[nodiscard]] const std::vector<bool>& is_ignored() const { return is_ignored_; }
  [[nodiscard]] std::uint32_t force(std::uint32_t operation, std::uint32_t state) const;
  [[nodiscard]] bool may_choose(std::uint32_t operation, std::uint32_t state,
                                std::uint32_t /*blocking*/);
  [[nodiscard]] std::uint32_t choose(std::uint32_t operation, std::uint32_t state);
  [[nodiscard]] std::uint64_t deadline(std::uint32_t operation) const {
    return operations_[operation].responded_at;
  }
  void look_at(std::uint32_t /*state*/, const std::vector<std::uint32_t>& /*in_progress*/) {}
  [[nodiscard]] std::uint32_t kind(std::uint32_t operation) const { return kinds_[operation]; }
  [[nodiscard]] std::uint32_t kind_count() const { return kind_count_; }
  void linearized(std::uint32_t operation) { count(operation, -1); }
  void undone(std::uint32_t operation) { count(operation, +1); }
  [[nodiscard]] std::uint64_t memory_bytes() const { return bytes_; }

 private:
  enum class Kind : std::uint8_t { read, write, cas, failed_cas, extend };
  /// Nothing is there; and: a text that nobody will observe.
  static constexpr std::uint32_t absent = 0;
  static constexpr std::uint32_t lost = 1;

  struct Operation {
    Kind kind = Kind::read;
    bool open = false;
    /// The state needed (by failed_cas: the one that must not be there), and the state left.
    std::uint32_t reads = lost;
    std::uint32_t writes = lost;
    /// extend: number of the suffix.
    std::uint32_t suffix = 0;
    std::uint64_t responded_at = 0;
  };

  /// The state of a text as shapes spell it: empty for absence, else '=' and the text.
  std::uint32_t state_of(const engine::ShapeValue& value);
  /// The same for a text that may be lost.
  std::uint32_t intern(std::string text);
  [[nodiscard]] bool is_beginning(const std::string& text) const;
  std::uint32_t extended(std::uint32_t state, std::uint32_t suffix);
  void count(std::uint32_t operation, std::int32_t change);

  std::vector<Operation> operations_;
  std::vector<bool> is_ignored_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t kind_count_ = 0;
  std::vector<std::string> observed_;  // sorted, all different
  std::vector<std::string> texts_;     // by state
  std::map<std::string, std::uint32_t> states_;
  std::vector<std::string> suffixes_;
  std::unordered_map<std::uint64_t, std::uint32_t> extensions_;  // looked up, never iterated
  /// Not linearized yet: completed operations that need a text, and those that write one.
  std::int32_t observers_ = 0;
  std::int32_t writers_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace stampede::checkers
