#include "scenarios/running/run_in_progress.hpp"

#include <cstring>

#include "engine/process/step_in_progress.hpp"

namespace stampede::scenarios {
namespace {

const engine::World* volatile world_in_progress = nullptr;

}  // namespace

RunInProgress::RunInProgress(const engine::World& world) { world_in_progress = &world; }
RunInProgress::~RunInProgress() { world_in_progress = nullptr; }

bool RunInProgress::any() { return world_in_progress != nullptr; }

bool RunInProgress::in_handler() {
  char one;
  return engine::describe_step_in_progress(&one, 1) != 0;
}

bool RunInProgress::in_handler_seen_before() { return engine::is_in_step_seen_before(); }

std::uint64_t RunInProgress::step() {
  const engine::World* const world = world_in_progress;
  // A decision gets its number behind its handler.
  return world == nullptr ? 0 : world->step() + (in_handler() ? 1 : 0);
}

std::size_t RunInProgress::describe(char* text, std::size_t size) {
  constexpr std::size_t longest_number = 20;
  if (!any() || size < longest_number + 8) return engine::describe_step_in_progress(text, size);
  std::size_t used = 0;
  const auto add = [&](const char* more, std::size_t count) {
    std::memcpy(text + used, more, count);
    used += count;
  };
  add("step ", 5);
  char digits[longest_number];
  std::size_t at = longest_number;
  std::uint64_t value = step();
  do digits[--at] = static_cast<char>('0' + value % 10);
  while ((value /= 10) != 0);
  add(digits + at, longest_number - at);
  if (!in_handler()) return used;
  add(", ", 2);
  return used + engine::describe_step_in_progress(text + used, size - used);
}

}  // namespace stampede::scenarios
