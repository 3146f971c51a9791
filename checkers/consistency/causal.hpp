// Models weaker than sequential consistency, for reads and writes of registers or of a key-value
// store whose values are all different, so that which write a read saw is known.
//
// Causal order co is the transitive closure of each client's own order and of "a read sees a
// write". By Bouajjani, Enea, Guerraoui and Hamza (POPL 2017) a history with different values is
//   causally consistent (CC)   if co has no cycle, no read sees a value from nowhere, none sees the
//                              initial value with a write of the key in its causal past, and none
//                              sees a write that another write of the key follows in its past;
//   causally convergent (CCv)  if, besides, one order of conflicting writes fits: co and "w1 before
//                              w2 where a read of w2 has w1 in its past" have no cycle;
//   causal memory (CM)         if, besides CC, each client's operations, up to its last one, fit
//                              one order of what it saw.
// Session guarantees are judged as the existence of one order of the writes of each key, the
// initial value first, that pairs in one session never go back in: read your writes (own write,
// later read), monotonic reads (read, later read), monotonic writes (write, later write; and of the
// writes of one client, read and later read), writes follow reads (read, later write, which is
// another one). Terry et al. (1994) define them by replicas: where two sessions see opposite orders
// theirs may hold and ours does not.
#pragma once

#include <string>
#include <vector>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

enum class WeakModel {
  causal,
  causal_convergence,
  causal_memory,
  read_your_writes,
  monotonic_reads,
  monotonic_writes,
  writes_follow_reads,
  session,
};

struct WeakModelInfo {
  std::string name;
  WeakModel model;
  std::string about;
};

/// `causal`, `causal-convergence`, `read-your-writes`, ...; `session` is all four guarantees.
const std::vector<WeakModelInfo>& weak_models();

/// It takes no search: of the limits only `stop` and the memory matter.
Finding check_weak(const engine::History& history, const engine::ServiceType& type, WeakModel model,
                   const Limits& limits = {});

}  // namespace stampede::checkers
