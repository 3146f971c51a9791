// Stacks of different values, judged by how values can stand on each other.
//
// A value is on the stack from some gap between events to a later one; a history is linearizable
// exactly if these intervals can be chosen such that any two are nested or disjoint. Each must hold
// the gaps in which its value is certainly there.
//
// 1. A value that is never certainly there is added and removed at once, whenever that may be.
// 2. Of the others take a *run*: gaps next to each other in all of which some value is certainly
//    there. The stack is never empty in it, so one value stands below all others: its addition can
//    come before the run begins, its removal after it ends.
// 3. Any such value will do: cut off what the intervals of a choice have outside of the run, and
//    let this one span all of it. What is left without it falls into smaller runs, which are judged
//    alike.
// 4. A removal that found nothing needs a gap that is in no run.
// 5. Open additions that nobody saw are left out. Open removals may take what nobody else took. A
//    history is fine if it is without them, or with those invoked first taking what was added
//    first. It fails if it does even where any of them takes all, or if more values must go before
//    one below them is taken than removals were invoked by then. Else the answer is left to the
//    search.
#pragma once

#include "checkers/linearizability/specialists/container_part.hpp"

namespace stampede::checkers {

/// Nothing if it depends on what open removals took.
std::optional<ContainerAnswer> judge_stack(const ContainerPart& container, const Part& part,
                                           Patience& patience);

}  // namespace stampede::checkers
