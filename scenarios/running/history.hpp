// What clients of a run saw, as a file: one JSON object a line, which `stampede check` reads.
#pragma once

#include <iosfwd>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

/// What happened beside the operations of a run: faults, as they begin and end, and nodes that
/// crash, restart, pause and resume. An observer of the run.
class HistoryMarks : public engine::WorldObserver {
 public:
  void event(const engine::Event& event) override;

  struct Mark {
    std::uint64_t step = 0;
    engine::Time time{};
    /// Of a fault, or of something about a node: ` is down`.
    std::string text;
    NodeId node{};
    bool begins = false;
  };
  [[nodiscard]] const std::vector<Mark>& all() const { return marks_; }

 private:
  std::set<std::pair<std::string, NodeId>> going_on_;
  std::vector<Mark> marks_;
};

/// Writes what the clients of the run saw.
void write_history(std::ostream& out, const Scenario& scenario, const RunResult& result,
                   const HistoryMarks& marks);

}  // namespace stampede::scenarios
