// What a run leaves to be said when one of its handlers crashes or never ends: said by a signal
// handler, which ends the program. Those of a run that is over never speak.
#pragma once

#include <optional>
#include <string>

#include "engine/core/time.hpp"

namespace stampede::cli {

class LastWords {
 public:
  /// `what` is run: `viewstamped, seed 3`. Told on stdout as text, as JSON, or not at all (`quiet`).
  /// A crash in a handler is `violated`, exit 1. With `time_max` the run has so much wall time, from
  /// now on, to notice by itself that it is over; a hundredth later it is undecided, exit 4.
  LastWords(const std::string& what, std::uint64_t seed, bool json, bool quiet,
            std::optional<engine::Duration> time_max);
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  ~LastWords();
};

}  // namespace stampede::cli
