// Histories from elsewhere, judged: what `stampede check` does below its flags.
#pragma once

#include <string_view>

#include "checkers/judges.hpp"
#include "histories/import/import.hpp"

namespace stampede::histories {

/// The judge of that name; of operations, or of transactions, the usual one if the name is empty.
/// Null if there is none, or if it can be told nothing of this kind of history. Any fits a history
/// without operations.
const checkers::HistoryJudge* judge_for(const ImportedHistory& imported, std::string_view name);

/// What the judge says of the history, explained with what only the history knows; `vacuous` where
/// nothing was completed. Operations that are judged as transactions are told as such from then on,
/// too.
checkers::Finding check(ImportedHistory& imported, const checkers::HistoryJudge& judge,
                        const checkers::Bound& bound, const checkers::Limits& limits);

}  // namespace stampede::histories
