// Imports a text as a history, for tests: what it becomes, and what is said about it.
#pragma once

#include <string>

#include "checkers/linearizability/linearizability.hpp"
#include "histories/import/import.hpp"
#include "models/service/services.hpp"

namespace stampede::tests {
using checkers::Verdict;
using histories::HistoryFormat;
using histories::ImportedHistory;
using histories::ImportSettings;
using histories::InputText;

inline ImportSettings settings_for(const std::string& model = "") {
  ImportSettings settings;
  settings.model = model;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  return settings;
}

inline ImportedHistory import(const std::string& text,
                              const ImportSettings& settings = settings_for()) {
  return histories::import_history(InputText::of(text, "h"), settings);
}

/// One line per operation, in the order of invocations: client, operation, result, interval.
inline std::string listed(const ImportedHistory& imported) {
  std::string lines;
  for (const engine::HistoryOperation& operation : imported.history.operations()) {
    lines += imported.clients[operation.id.client.value] + " " + operation.operation.to_json();
    lines += operation.is_open() ? " open" : " -> " + operation.result.to_json();
    lines += "\n";
  }
  return lines;
}

inline Verdict verdict_of(const ImportedHistory& imported) {
  return checkers::check_linearizability(imported.history, *imported.type).verdict;
}

inline std::string error_of(const std::string& text,
                            const ImportSettings& settings = settings_for()) {
  try {
    import(text, settings);
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace stampede::tests
