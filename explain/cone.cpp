#include "explain/cone.hpp"

#include <algorithm>
#include <iterator>

#include "engine/core/error.hpp"

namespace stampede::explain {

HappenedBefore::HappenedBefore(const Tape& tape) : edges_(tape.size() + 1) {
  for (std::uint64_t number = 1; number <= tape.size(); ++number) {
    const Step& step = tape.step(number);
    edges_[number] = {static_cast<std::uint32_t>(step.cause),
                      static_cast<std::uint32_t>(step.before)};
  }
}

// Edges lead to lower numbers: one look at each step, in order, is enough either way.

std::vector<bool> HappenedBefore::marked(const Steps& of, std::uint64_t down_to) const {
  std::vector<bool> marks(edges_.size());
  if (of.empty()) return marks;
  for (const std::uint64_t step : of) marks.at(step) = true;
  for (std::uint64_t number = *std::max_element(of.begin(), of.end()); number > down_to; --number) {
    if (!marks[number]) continue;
    marks[edges_[number].cause] = true;
    marks[edges_[number].before] = true;
  }
  marks[0] = false;
  return marks;
}

namespace {

Steps steps_of(const std::vector<bool>& marks) {
  Steps steps;
  for (std::uint64_t number = 1; number < marks.size(); ++number) {
    if (marks[number]) steps.push_back(number);
  }
  return steps;
}

}  // namespace

Steps HappenedBefore::past(const Steps& of) const { return steps_of(marked(of, 0)); }

Steps HappenedBefore::future(const Steps& of) const {
  std::vector<bool> marks(edges_.size());
  for (const std::uint64_t step : of) marks.at(step) = true;
  for (std::uint64_t number = 1; number < edges_.size(); ++number) {
    if (marks[edges_[number].cause] || marks[edges_[number].before]) marks[number] = true;
  }
  return steps_of(marks);
}

bool HappenedBefore::leads_to(std::uint64_t early, std::uint64_t late) const {
  return early <= late && marked({late}, early)[early];
}

Steps cone_of(const Tape& tape, const Steps& of) { return HappenedBefore(tape).past(of); }

Steps common(const Steps& one, const Steps& other) {
  Steps both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::back_inserter(both));
  return both;
}

// ----- where the latency of an operation went -----

namespace {

Wait wait_before(const Step& step) {
  switch (step.kind) {
    case engine::EventKind::deliver:
    case engine::EventKind::ignore:
      return Wait::message;
    case engine::EventKind::fire:
      return Wait::timer;
    case engine::EventKind::complete:
      return Wait::disk;
    default:
      return Wait::node;
  }
}

/// The step that this one waited for: handlers take no time, so it is what caused it.
std::uint64_t waited_for(const Tape& tape, const Step& step) {
  std::uint64_t cause = step.cause;
  // A copy has been under way since its original was sent.
  while (cause != 0 && tape.step(cause).kind == engine::EventKind::duplicate)
    cause = tape.step(cause).cause;
  return cause != 0 ? cause : step.before;
}

}  // namespace

CriticalPath critical_path(const Tape& tape, OperationId operation) {
  const engine::HistoryOperation* found = tape.result().history.find(operation);
  if (found == nullptr)
    throw engine::InputError("no operation " + engine::to_string(operation) + " in this run",
                             "'replay --show events' shows what clients invoked");
  if (found->is_open())
    throw engine::InputError("operation " + engine::to_string(operation) + " was not answered",
                             "it was invoked at step " + std::to_string(found->invoked_step));
  CriticalPath path;
  path.operation = operation;
  path.invoked = found->invoked_step;
  path.responded = found->responded_step;
  path.latency = found->responded_time - found->invoked_time;
  std::uint64_t at = path.responded;
  while (at > path.invoked) {
    const Step& step = tape.step(at);
    // What began before the operation was no part of it.
    const std::uint64_t from = std::max(waited_for(tape, step), path.invoked);
    const Wait wait = wait_before(step);
    path.legs.push_back({from, at, wait, *step.decision.at - *tape.step(from).decision.at});
    if (wait == Wait::message) ++path.message_delays;
    at = from;
  }
  std::reverse(path.legs.begin(), path.legs.end());
  return path;
}

}  // namespace stampede::explain
