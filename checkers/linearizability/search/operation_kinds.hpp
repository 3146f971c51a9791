// Operations that do the same and return the same, for the search: of those in progress only one
// needs to be tried.
#pragma once

#include <map>
#include <vector>

#include "checkers/linearizability/search/configuration.hpp"

namespace stampede::checkers {

/// The kinds of the operations of a part, from keys that are equal for operations of one kind.
template <class Key>
class OperationKinds {
 public:
  /// For each operation in turn.
  void add(const Key& key) {
    const auto index = static_cast<std::uint32_t>(kinds_.size());
    kinds_.push_back(own_kind);
    const auto [found, inserted] = first_.emplace(key, index);
    if (inserted) return;
    std::uint32_t& kind = kinds_[found->second];
    if (kind == own_kind) kind = count_++;
    kinds_[index] = kind;
  }
  /// An operation that is not to be compared.
  void skip() { kinds_.push_back(own_kind); }

  [[nodiscard]] std::vector<std::uint32_t> take() { return std::move(kinds_); }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  std::map<Key, std::uint32_t> first_;
  std::vector<std::uint32_t> kinds_;
  std::uint32_t count_ = 0;
};

}  // namespace stampede::checkers
