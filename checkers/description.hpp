// Operations in words: who did what, with what result, and when.
#pragma once

#include <string>
#include <vector>

#include "checkers/finding.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// The client's name from `clients`, by ClientId; `c3` where it has none.
std::string client_name(OperationId id, const std::vector<std::string>& clients);

/// `12ms to 15ms`, or nothing if the history has no times.
std::string times_of(const engine::HistoryOperation& operation, bool open = false);

/// `c1's {"get":"x"} -> {"value":"1"} at [4, 7], 12ms to 15ms`: events of the history in brackets,
/// then times if the history has any. Without its result if `open`.
std::string describe(const engine::HistoryOperation& operation,
                     const std::vector<std::string>& clients, bool open = false);

/// `c1.2 {"get":"x"} -> {"value":"1"}`: for runs, whose operations have names. Without its result
/// if `open`.
std::string describe_briefly(const engine::HistoryOperation& operation, bool open = false);

/// Why the history is not what it must be: with operations described, or described briefly.
std::string tell(const Sentence& reason, const engine::History& history,
                 const std::vector<std::string>& clients);
std::string tell_briefly(const Finding& finding, const engine::History& history);

}  // namespace stampede::checkers
