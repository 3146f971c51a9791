// models/client/zipf.hpp: which of many keys is asked for, some more often than others. In
// integers: every compiler draws the same.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/core/random.hpp"

namespace stampede::models::client {

/// Zipf's law: key k, from 0, is asked for (k + 1)^-exponent times as often as key 0. With exponent
/// 0 all are alike.
class Zipf {
 public:
  /// REQUIRES: at least one key, no more than 2^20. O(keys), and eight bytes each, unless all are
  /// alike.
  explicit Zipf(std::uint32_t keys, engine::Ppm exponent = {});

  [[nodiscard]] std::uint32_t keys() const { return keys_; }
  /// The key that these 64 random bits stand for.
  [[nodiscard]] std::uint32_t draw(std::uint64_t bits) const;

 private:
  std::uint32_t keys_;
  /// By key, its weight and those of all before it; empty where all are alike.
  std::shared_ptr<const std::vector<std::uint64_t>> weights_up_to_;
};

}  // namespace stampede::models::client
