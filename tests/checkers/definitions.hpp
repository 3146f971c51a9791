// The models as the literature defines them, by trying all orders: for histories of about eight
// operations. Nothing here is shared with the checkers that are compared with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::tests::definitions {

/// A read or write of a key-value store; of values that are all different.
struct Access {
  std::uint32_t client = 0;
  std::string key;
  bool writes = false;
  /// Written, or seen; nothing is the initial value.
  std::optional<std::string> value;
  std::uint64_t invoked_at = 0;
  std::uint64_t responded_at = 0;
};

/// Without what is open and was not seen: it need not have happened.
std::vector<Access> accesses_of(const engine::History& kv_history);

/// Bouajjani, Enea, Guerraoui and Hamza, POPL 2017, definitions 2 to 4.
bool is_causal(const std::vector<Access>& accesses);
bool is_causally_convergent(const std::vector<Access>& accesses);
bool is_causal_memory(const std::vector<Access>& accesses);

/// Pairs of one session and key that no order of the key's writes may turn round; of monotonic
/// writes, as others see them, too.
struct Guarantees {
  bool read_your_writes = false;
  bool monotonic_reads = false;
  bool monotonic_writes = false;
  bool writes_follow_reads = false;
};
bool keeps(const std::vector<Access>& accesses, Guarantees guarantees);

/// The smallest k such that the history is k-atomic, or 0 if none.
std::uint64_t atomicity(const std::vector<Access>& accesses);

}  // namespace stampede::tests::definitions
