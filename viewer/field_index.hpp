// What the steps of a run carry and change, by the names of fields: who looks for a value need not
// look into every step.
//
// 1. A field of a step is a key in what it carries, or in what it changes in the state of its node,
//    with its value; what stands in an array belongs to the array's key.
// 2. Values that are written with more than `value_length_max` letters are found by what is in
//    them.
// 3. Names and values are compared without regard to the case of ASCII letters. So does the page.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace stampede::viewer {

class FieldIndex {
 public:
  static constexpr std::size_t value_length_max = 200;

  /// The step carries this compact JSON; under `key`, unless that is empty.
  void note(std::uint64_t step, std::string_view json, std::string_view key = {});
  /// The step makes this edit (engine/core/edit.hpp) in a state.
  void note_edit(std::uint64_t step, std::string_view edit);

  /// The steps that have the field, in any order and some perhaps twice, each with its value: their
  /// number, the steps, of each the number of its value (all u32, little-endian), and all values as
  /// a JSON array.
  [[nodiscard]] std::string field(std::string_view name) const;
  /// The steps (u32, little-endian), ascending and each once, that have a field in whose name or
  /// value the word is.
  [[nodiscard]] std::string word(std::string_view word) const;

 private:
  struct Posting {
    std::uint32_t step = 0;
    /// A position in `values_`.
    std::uint32_t value = 0;
  };
  class Walk;

  /// Numbers texts from 0.
  class Texts {
   public:
    Texts() = default;
    Texts(const Texts&) = delete;
    Texts& operator=(const Texts&) = delete;
    std::uint32_t number_of(std::string_view text);
    /// size() if it is not known.
    [[nodiscard]] std::size_t find(std::string_view text) const;
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] const std::string& at(std::size_t number) const { return all_[number]; }
    /// Of each, whether this is in it, which is in lower case.
    [[nodiscard]] std::vector<bool> having(std::string_view word) const;

   private:
    struct Hash {
      std::size_t operator()(std::string_view text) const;
    };
    /// Where they stay, so that views of them hold.
    std::deque<std::string> all_;
    boost::unordered_flat_map<std::string_view, std::uint32_t, Hash> numbers_;
  };

  Texts names_;
  Texts values_;
  /// By name.
  std::vector<std::vector<Posting>> postings_;
};

}  // namespace stampede::viewer
