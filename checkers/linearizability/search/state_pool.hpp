// States of services as small numbers, equal ones the same, compared by content; with what they
// take.
#pragma once

#include <algorithm>
#include <vector>

#include "checkers/number_map.hpp"
#include "engine/process/payload.hpp"

namespace stampede::checkers {

class StatePool {
 public:
  std::uint32_t intern(const engine::Payload& state, Patience& patience) {
    // States whose hashes collide are told apart by asking under the next number.
    for (std::uint64_t key = state.hash();; ++key) {
      const std::uint32_t known = numbers_.find(key);
      if (known != NumberMap::absent && !(states_[known] == state)) continue;
      if (known != NumberMap::absent) return known;
      const auto number = static_cast<std::uint32_t>(states_.size());
      numbers_.insert(key, number, patience);
      states_.push_back(state);
      weigh(state);
      return number;
    }
  }

  [[nodiscard]] const engine::Payload& state(std::uint32_t number) const { return states_[number]; }
  [[nodiscard]] std::uint64_t bytes() const {
    return content_bytes_ + sizeof(engine::Payload) * states_.capacity() + numbers_.bytes();
  }
  /// What `count` more states may take besides, for a moment or for good.
  [[nodiscard]] std::uint64_t bytes_to_insert(std::size_t count) const {
    const bool grows = states_.size() + count > states_.capacity();
    return largest_ * count +
           (grows ? 2 * sizeof(engine::Payload) * (states_.capacity() + count) : 0) +
           numbers_.bytes_to_insert(count) - numbers_.bytes();
  }

 private:
  /// Not less than the state takes, by how it is written: each text and each member may be a node
  /// of a tree or an entry of a vector that has grown. Of states much alike only some are looked
  /// at.
  void weigh(const engine::Payload& state) {
    if (states_.size() % 8 == 1) {
      constexpr std::uint64_t block_bytes = 96;
      constexpr std::uint64_t bytes_per_text = 64;
      const std::string text = state.to_json();
      const auto quotes = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '"'));
      const auto commas = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), ','));
      largest_ = std::max(largest_, block_bytes + state.type().size +
                                        bytes_per_text * (quotes / 2 + commas) + 2 * text.size());
    }
    content_bytes_ += largest_;
  }

  std::vector<engine::Payload> states_;
  NumberMap numbers_;  // by hash
  std::uint64_t content_bytes_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace stampede::checkers
