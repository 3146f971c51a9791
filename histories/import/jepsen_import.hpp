// Jepsen's histories: EDN, JSON with the same keys, and text logs. Transactions (Elle) are
// operations called `txn`.
#pragma once

#include "histories/import/import.hpp"

namespace stampede::histories {

void import_jepsen(InputText& input, const ImportSettings& settings, ImportedHistory& imported);

}  // namespace stampede::histories
