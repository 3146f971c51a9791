// The patience of whoever waits for a verdict. Every pass over a history says how much it does, so
// that none goes on for long once the wait is over, however many operations there are.
//
// A pass that is ended has nothing to give back, so it ends by an exception, which is caught where
// there is something to say: by the checks, as `undecided`, and by the search for a core, which
// keeps what it has. docs/decisions/005-patience.md has the reasons.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace stampede::checkers {

/// The wait is over.
class Stopped : public std::exception {
 public:
  explicit Stopped(std::string reason) : reason_(std::move(reason)) {}
  /// What ended it, for people: `max_time = 60s`.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

class Patience {
 public:
  /// Ends what it is asked in with a reason, or goes on with the empty text.
  using Stop = std::function<std::string()>;
  /// Units of work between two questions: what takes a millisecond at most, where a unit is to look
  /// at one operation.
  static constexpr std::uint64_t interval = 1'024;

  /// One that never ends.
  Patience() = default;
  explicit Patience(Stop stop) : stop_(std::move(stop)) {
    if (stop_) left_ = interval;
  }

  /// Counts work that is about to be done. Throws Stopped if the wait is over.
  void spend(std::uint64_t units = 1) {
    if (units >= left_) {
      ask();
    } else {
      left_ -= units;
    }
  }

  /// Asks at once, whatever was counted. Throws Stopped.
  void ask() {
    if (!stop_) return;
    left_ = interval;
    std::string reason = stop_();
    if (!reason.empty()) throw Stopped(std::move(reason));
  }

 private:
  Stop stop_;
  std::uint64_t left_ = UINT64_MAX;
};

}  // namespace stampede::checkers
