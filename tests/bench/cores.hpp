// What it costs to explain a violation, beside knowing that there is one.
#pragma once

namespace stampede::tests {

/// A line for each kind of history: CPU time of the verdict alone, of verdict, core and reason
/// together, what the second is of the first (geometric mean over the violated histories), and how
/// long cores are.
void measure_cores();

}  // namespace stampede::tests
