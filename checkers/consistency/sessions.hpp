// Sessions: what one client did, one operation after the other.
#pragma once

#include <string>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::checkers {

struct Sessions {
  /// The same operations in the same order, each session a client of its own.
  engine::History history;
  /// By the new clients: `c3`, as the old one was called.
  std::vector<std::string> names;
};

/// A client that begins an operation while another is under way, or after one that nobody answered
/// (it crashed and came back), begins a new session: nothing says that the old operation takes
/// effect first.
Sessions sessions_of(const engine::History& history);

}  // namespace stampede::checkers
