// What the page asks for beside what a run holds: other ways on from a step, smaller runs, SQL. Of
// what it sends nothing is believed: it names decisions, and neither files nor flags.
#pragma once

#include <cstdint>
#include <string>

#include "viewer/workers.hpp"

namespace stampede::viewer {

/// `{"step": S, "lines": [..]}`: the run again up to the step before S, then these lines of a
/// session, and on to its end; stored beside the run that it is made from. InputError if a line is
/// no decision.
Work what_if_work(const std::string& database, std::int64_t run, const std::string& body);
/// The smallest run that fails alike, stored so, too.
Work shrink_work(const std::string& database, std::int64_t run);
/// `{over, status, seconds, said, run_id, violations}`: `said` is what went wrong, or how far it
/// is; the last two are known when it is over.
std::string state_json(const WorkState& state);

/// `{"sql": ".."}`: `{columns, rows, whole}`. InputError as traces::query.
std::string query_json(const std::string& database, const std::string& body);

}  // namespace stampede::viewer
