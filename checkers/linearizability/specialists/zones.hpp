// Registers whose values are all different, judged in linear time by zones (Gibbons and Korach
// 1997, section 4): which write a read saw is known, so only the order of the values is open.
//
// 1. A *block* is a value with its write and its reads; a compare-and-set from a to b makes the
//    block of b follow that of a at once, so blocks linked like that are one.
// 2. Block A must come before block B if some operation of A responded before some operation of B
//    was invoked. Let f be the first response of a block and s its last invocation: that is f(A) <
//    s(B). There is an order exactly if no two blocks must each come before the other: of a longer
//    cycle take the block with the greatest s; its successor must come before it too.
// 3. f < s is a forward zone [f, s], else the zone [s, f] is backward. Two blocks are in conflict
//    exactly if both are forward and overlap, or one is backward and lies inside the other, which
//    is forward.
// 4. The initial value is a block that was written before everything.
// 5. Open operations that nobody observed are left out. Failed compare-and-sets change nothing:
//    they are left out first and then put where another value is; if one has no such place in the
//    order that was found, the answer is left to the search.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checkers/linearizability/specialists/register_part.hpp"
#include "checkers/patience.hpp"

namespace stampede::checkers {

struct ZoneAnswer {
  bool linearizable = false;
  /// linearizable: indexes of the part's operations in linearization order.
  std::vector<std::uint32_t> order;
  /// Else: operations that fail by themselves, though without some of them they might not.
  std::vector<std::uint32_t> culprits;
};

/// Nothing if values are not all different, or a failed compare-and-set found no place. Only events
/// up to `end` count: what responded later is open.
std::optional<ZoneAnswer> judge_by_zones(const RegisterPart& values, const Part& part,
                                         Patience& patience, std::uint32_t end = events_max);

}  // namespace stampede::checkers
