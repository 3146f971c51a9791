// What a run or a search leaves to be said when one of its handlers crashes or never ends: said by
// a signal handler, which ends the program. Those of a run that is over never speak.
#pragma once

#include <optional>
#include <string>

#include "engine/core/time.hpp"

namespace stampede::cli {

/// One run with limits, of which its time is one, or anything else that runs handlers.
enum class Work { limited_run, other };

class LastWords {
 public:
  /// `what` is done: `viewstamped, seed 3`. Told on stdout as text, as JSON, or not at all
  /// (`quiet`). A crash in a handler is `violated`, exit 1. With `time_max` the work has so much
  /// wall time, from now on, to notice by itself that it is over. A limited run is undecided, exit
  /// 4, a hundredth later; other work when it is in the same step another second later. Without
  /// `time_max` it is if a step takes more than a minute or two.
  LastWords(Work work, const std::string& what, std::uint64_t seed, bool json, bool quiet,
            std::optional<engine::Duration> time_max);
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  ~LastWords();
};

}  // namespace stampede::cli
