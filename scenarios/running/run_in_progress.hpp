// The run that is under way, for who looks in from a signal handler: a handler of a protocol that
// crashes, or never ends, lets nobody else say where.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/world/world.hpp"

namespace stampede::scenarios {

/// While it lives, this world is the one that is run. One at a time.
class RunInProgress {
 public:
  explicit RunInProgress(const engine::World& world);
  RunInProgress(const RunInProgress&) = delete;
  RunInProgress& operator=(const RunInProgress&) = delete;
  ~RunInProgress();

  // What follows is for signal handlers, too: it allocates nothing.

  /// Between the first decision of a run and its last.
  static bool any();
  /// A handler is being run by this thread, in a run or a search.
  static bool in_handler();
  /// It is the handler run that it was when this was asked last.
  static bool in_handler_seen_before();
  /// The decision that is being made, or the last one.
  static std::uint64_t step();
  /// Where this thread is, `step 17, r1: on Prepare from r0`, written to `text` without an end
  /// mark: the number of its characters, at most `size`. Without a run, as in a search, there is no
  /// number; between handlers there is no node.
  static std::size_t describe(char* text, std::size_t size);
};

}  // namespace stampede::scenarios
