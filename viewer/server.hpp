// Serves the page and the runs of one database to this machine's browser.
//
// 1. It listens on 127.0.0.1 only, and answers only who asked for that: a page from elsewhere whose
//    name was made to lead here is refused, and none is allowed to read an answer.
// 2. Each request reads the database as it then is: runs that are added later are there, too.
// 3. It changes nothing itself. Runs are added by processes of the same program, which only the
//    page that it serves can ask for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/running/rerun.hpp"

namespace stampede::viewer {

struct ServerSettings {
  std::string database;
  /// 0 = any that is free.
  std::uint16_t port = 0;
  /// The program that other ways on and smaller runs are made with; empty = none are.
  std::string program;
  /// Runs that are kept beside each other have so many decisions together at most, at some 2 kB
  /// each; what has more is kept alone.
  std::uint64_t decisions_beside = 500'000;
  /// How runs are done again; `interrupted`, which must not be empty, ends the server, too.
  scenarios::RerunSettings rerun;
};

/// Serves until interrupted. `ready` is told the port once it is open. InputError if the database
/// cannot be read, or the port is taken.
void serve(const ServerSettings& settings, const std::function<void(std::uint16_t)>& ready);

}  // namespace stampede::viewer
