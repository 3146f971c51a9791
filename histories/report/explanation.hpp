// Why a few operations are not linearizable, in one sentence.
#pragma once

#include "checkers/finding.hpp"
#include "histories/import/import.hpp"

namespace stampede::histories {

/// Gives the finding that a history is not linearizable a reason with more in it: who wrote what
/// was seen, perhaps only later, or only in an operation that failed.
void explain(const ImportedHistory& imported, checkers::Finding& finding);

}  // namespace stampede::histories
