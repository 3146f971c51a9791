// Who keeps the limits of a search within one of its worlds: a step of a faulty node may have more
// outcomes than there is memory for, and what many clients saw more explanations.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

namespace stampede::engine {

/// Thrown out of what a search does, to wherever it began: it stops, and has said why.
struct SearchStopped {};

/// While it lives, what this thread computes asks now and then whether to go on.
class Watch {
 public:
  /// `ask` throws if not. It must compute nothing itself.
  explicit Watch(std::function<void()> ask) : ask_(std::move(ask)), outer_(innermost_) {
    innermost_ = this;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { innermost_ = outer_; }

  /// Called for each handler that runs, and by monitors for each thing that they try of many.
  static void tick() {
    if (innermost_ == nullptr || ++innermost_->ticks_ % ticks_between_asking != 0) return;
    innermost_->ask_();
  }

 private:
  // Asking costs as much as a handler or two, and these leave some kilobytes each.
  static constexpr std::uint64_t ticks_between_asking = 128;

  static inline thread_local Watch* innermost_ = nullptr;
  std::function<void()> ask_;
  Watch* outer_;
  std::uint64_t ticks_ = 0;
};

}  // namespace stampede::engine
