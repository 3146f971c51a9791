// Why a few operations are not linearizable, in one sentence.
#pragma once

#include "checkers/description.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "histories/import/import.hpp"

namespace stampede::histories {

/// One sentence about the core of a violated `result`, with values and times, and with the failed
/// operation whose value was seen, if there is one.
std::string explain(const ImportedHistory& imported, const checkers::LinearizabilityResult& result);

}  // namespace stampede::histories
