// The local step that is being run, for who looks in from a signal handler: of a handler that
// crashes, or never ends, nothing else is told.
#pragma once

#include <cstddef>
#include <new>

namespace stampede::engine {

/// What this thread's step does, `r1: on Prepare from r0`, written to `text` without an end mark:
/// the number of its characters, at most `size`; 0 between steps. Allocates nothing, takes no lock.
std::size_t describe_step_in_progress(char* text, std::size_t size);

/// This thread is in the step in which it was when this was asked last. Allocates nothing, takes no
/// lock.
bool is_in_step_seen_before();

/// A handler asked for more memory than there is. That says nothing about its protocol: it travels
/// through whoever runs the step, to be told as a limit that was reached.
class StepOutOfMemory : public std::bad_alloc {
 public:
  /// REQUIRES: called within a step.
  StepOutOfMemory() noexcept { text_[describe_step_in_progress(text_, sizeof text_ - 1)] = 0; }
  /// The step: `r1: on Prepare from r0`.
  [[nodiscard]] const char* what() const noexcept override { return text_; }

 private:
  char text_[160];
};

}  // namespace stampede::engine
