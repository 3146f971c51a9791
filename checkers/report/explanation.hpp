// Why a few operations are not linearizable, in one sentence.
#pragma once

#include "checkers/import/import.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/report/description.hpp"

namespace stampede::checkers {

/// One sentence about the core of a violated `result`, with values and times, and with the failed
/// operation whose value was seen, if there is one.
std::string explain(const ImportedHistory& imported, const LinearizabilityResult& result);

}  // namespace stampede::checkers
