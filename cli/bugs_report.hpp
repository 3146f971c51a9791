// What a trial of the catalogue came to, in words, as JSON and as the page of docs/bugs.md.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "scenarios/running/bugs.hpp"

namespace stampede::cli {

/// `vrr-start-view-any
///   viewstamped/view-monotone  script 16   seed 1   6 decisions, 1,577 states`.
std::string trial_line(const scenarios::TriedBug& tried);
/// What does not hold of it, a line for each; nothing where all does.
std::vector<std::string> complaints(const scenarios::TriedBug& tried,
                                    const scenarios::KnownBugs& known);
/// `bugs`: [..], `verdict`, `interrupted`.
std::string trial_json(const scenarios::Trial& trial, int status, double seconds);
/// The page: each defect of these models, with what is known of it. Nothing is tried.
std::string bugs_page(const models::ModelList& models, const scenarios::KnownBugs& known);

}  // namespace stampede::cli
