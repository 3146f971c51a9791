// Queues of different values, judged by the order that additions and removals force (Henzinger,
// Sezgin and Vafeiadis 2013 name the patterns that are bad; here the order itself is made).
//
// 1. Value x must come before y if the addition of x responded before that of y was invoked, or so
//    the removals. There is an order of all values exactly if no two must each come before the
//    other: while some are left, take the one whose addition responds first and the one whose
//    removal does; one of the two is free to go next, or both are in each other's way.
// 2. Additions in that order, and removals in that order, each as early as its own invocation and
//    those of all before it allow, make a queue.
// 3. A removal that found nothing needs a gap between events in which no value is certainly there.
//    Values whose removal was invoked before the gap go before it with all they have, the others
//    behind it; no order of point 1 contradicts that.
// 4. Open additions that nobody saw are left out. Of open removals the first to be invoked takes
//    the value whose addition responded first among those that nobody took, and so on: of two such
//    pairs the crossed ones forbid whatever these forbid, and a value that is taken forbids less.
#pragma once

#include "checkers/linearizability/specialists/container_part.hpp"

namespace stampede::checkers {

ContainerAnswer judge_queue(ContainerPart container, const Part& part, Patience& patience);

}  // namespace stampede::checkers
