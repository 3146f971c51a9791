// How results are put into words and JSON.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/core/json.hpp"
#include "engine/world/world.hpp"
#include "scenarios/running/run.hpp"
#include "traces/run_record.hpp"

namespace stampede::cli {

/// Remembers the decisions that led to a violation, in a few lines a person can follow.
class Narrator final : public engine::WorldObserver {
 public:
  /// Decisions up to and with `step` that touch one of `nodes` (all, if empty); at most `lines` are
  /// kept.
  Narrator(std::uint64_t step, std::vector<NodeId> nodes, std::vector<std::string> names,
           std::size_t lines);
  void event(const engine::Event& event) override;
  [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::uint64_t step_;
  std::vector<NodeId> nodes_;
  std::vector<std::string> names_;
  std::size_t keep_;
  std::deque<std::string> lines_;
};

/// One violation: `durability at step 20 (script step 15): operation c0.1 ...`.
std::string violation_text(const scenarios::FoundViolation& found);

/// The violated properties, why, and what led to the first of them.
void print_violations(const scenarios::ScenarioFile& file, const scenarios::RunResult& result);

/// `violations`: [{property, step, script_step?, message, nodes}].
void write_violations(engine::JsonWriter& writer,
                      const std::vector<scenarios::FoundViolation>& violations);

/// RunRecord::edits of a run that was stopped at its first violation.
inline constexpr const char* stop_on_first_edit = "stop_on_first: true";

std::string hexadecimal(std::uint64_t value);

/// The run as the trace store keeps it, but for its number.
traces::RunRecord run_record(const scenarios::ScenarioFile& file,
                             const scenarios::RunResult& result, const std::string& recorded);

}  // namespace stampede::cli
