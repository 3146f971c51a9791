// Which service the operations of an imported history belong to, and what it holds at first.
#pragma once

#include "engine/core/document.hpp"
#include "histories/import/import.hpp"

namespace stampede::histories {

/// Finds the service of `imported.model`; `place` is where the model was named, for the message.
void choose_service(const ImportSettings& settings, const engine::Document& place,
                    ImportedHistory& imported);

/// Gives the register, or every key of the store, an initial value. InputError where that has no
/// meaning.
void begin_with(const std::string& value, ImportedHistory& imported);

}  // namespace stampede::histories
