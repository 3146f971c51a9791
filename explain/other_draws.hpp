// A run under other draws: in the same cluster, with the same faults and clients, it may fail alike
// in another way, which may be shorter.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "explain/lenient.hpp"
#include "explain/tape.hpp"

namespace stampede::explain {

class OtherDraws {
 public:
  struct Drawn {
    std::uint64_t seed = 0;
    /// All up to where it fails, known by names.
    Schedule schedule;
  };

  /// Of this run, those that fail so; runs until they have made so many decisions. A script draws
  /// nothing: it has none.
  OtherDraws(const Tape& tape, scenarios::Fingerprint failure, std::uint64_t decisions_max);

  /// The next one; nothing if there are no more, or `go_on`, asked before each run, says false.
  std::optional<Drawn> next(const std::function<bool()>& go_on);

 private:
  scenarios::Scenario scenario_;
  scenarios::Fingerprint failure_;
  std::uint64_t left_;
  std::uint64_t seed_;
};

}  // namespace stampede::explain
