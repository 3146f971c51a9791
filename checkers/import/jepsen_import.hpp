// Jepsen's histories: EDN, JSON with the same keys, and text logs. Transactions (Elle) are
// operations called `txn`.
#pragma once

#include "checkers/import/import.hpp"

namespace stampede::checkers {

void import_jepsen(InputText& input, const ImportSettings& settings, ImportedHistory& imported);

}  // namespace stampede::checkers
