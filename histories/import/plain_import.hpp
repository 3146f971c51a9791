// Formats with operations and results in the words of our services: our own NDJSON, as `run
// --history` writes it, and JSON dumps of Porcupine's operations.
#pragma once

#include "histories/import/import.hpp"

namespace stampede::histories {

void import_ndjson(InputText& input, const ImportSettings& settings, ImportedHistory& imported);
void import_porcupine(InputText& input, const ImportSettings& settings, ImportedHistory& imported);

}  // namespace stampede::histories
