// The page: one HTML file with its script and styles inside, made from viewer/page and kept in
// viewer/dist. Served, it asks for runs; as a file it holds one, or a judged history.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "viewer/account.hpp"

namespace stampede::viewer {

/// The page without a run.
std::string_view empty_page();

/// What the page may do, as it says itself in its head: run its own script and nothing else, and
/// ask nobody but who served it.
std::string_view page_policy();

/// The page with all of the run inside: it needs neither network nor Stampede. A tenth or less of
/// the run's account in size, since that is compressed. Nothing if the account was interrupted.
std::optional<std::string> page_of(Account& account);

/// The page with a judged history inside, which is JSON (histories::history_json).
std::string page_of_history(std::string_view json);

}  // namespace stampede::viewer
