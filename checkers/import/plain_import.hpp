// Formats with operations and results in the words of our services: our own NDJSON, as `run
// --history` writes it, and JSON dumps of Porcupine's operations.
#pragma once

#include "checkers/import/import.hpp"

namespace stampede::checkers {

void import_ndjson(InputText& input, const ImportSettings& settings, ImportedHistory& imported);
void import_porcupine(InputText& input, const ImportSettings& settings, ImportedHistory& imported);

}  // namespace stampede::checkers
