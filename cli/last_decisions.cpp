#include "cli/last_decisions.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "engine/core/difference.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::cli {
namespace {

constexpr std::size_t decisions_told = 10;
constexpr std::size_t line_width = 120;
constexpr std::size_t change_column = 48;

struct Told {
  std::uint64_t step = 0;
  NodeId node{};
  /// The decision, and what a message or a timer says.
  std::string text;
  std::string detail;
  /// The step of the same node before; 0 = none.
  std::uint64_t before = 0;
};

/// Finds the decisions.
class Finder final : public engine::WorldObserver {
 public:
  Finder(std::uint64_t last_step, std::vector<NodeId> nodes, engine::NodeNames names)
      : last_step_(last_step), nodes_(std::move(nodes)), names_(std::move(names)) {}

  void event(const engine::Event& event) override {
    if (!is_decision(event.kind) || event.step > last_step_) return;
    if (event.kind == engine::EventKind::ignore) return;
    std::uint64_t& latest = latest_[event.node];
    // Every run begins with the boots of all nodes.
    if (event.step > names_.size() && (is_concerned(event.node) || is_concerned(event.peer))) {
      engine::Event bare = event;
      bare.detail = {};
      told.push_back({event.step, event.node, engine::event_text(bare, names_),
                      std::string(event.detail), latest});
      if (told.size() > decisions_told) told.pop_front();
    }
    // Lost messages change nobody.
    if (!is_about_message(event.kind) || event.kind == engine::EventKind::deliver)
      latest = event.step;
  }

  std::deque<Told> told;

 private:
  [[nodiscard]] bool is_concerned(NodeId node) const {
    return nodes_.empty() || std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end();
  }

  std::uint64_t last_step_;
  std::vector<NodeId> nodes_;
  engine::NodeNames names_;
  std::map<NodeId, std::uint64_t> latest_;
};

/// Keeps the states after these steps.
class StateKeeper final : public engine::WorldObserver {
 public:
  explicit StateKeeper(const std::deque<Told>& told) {
    for (const Told& one : told) {
      states.emplace(one.step, engine::Document{});
      states.emplace(one.before, engine::Document{});
    }
  }
  void event(const engine::Event& event) override {
    if (event.kind == engine::EventKind::state)
      states.at(event.step) = engine::parse_json(event.detail, "state");
  }
  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId) const override {
    return states.contains(step);
  }

  /// By step; null where the node was down.
  std::map<std::uint64_t, engine::Document> states;
};

std::string line_of(const Told& told, const StateKeeper& kept, const engine::NodeNames& names) {
  std::string line = std::to_string(told.step);
  line.insert(0, line.size() < 6 ? 6 - line.size() : 0, ' ');
  line += "  " + told.text;
  const engine::Document& before = kept.states.at(told.before);
  const engine::Document& after = kept.states.at(told.step);
  std::string change;
  if (before.is_mapping() && after.is_mapping())
    change = engine::difference_text(engine::difference(before, after));
  if (!change.empty()) {
    line.resize(std::max(line.size() + 2, change_column), ' ');
    line += names.of(told.node) + ": " + change;
  } else if (!told.detail.empty() && told.detail != "{}") {
    line += " " + told.detail;
  }
  if (line.size() > line_width) line = line.substr(0, line_width - 3) + "...";
  return line;
}

}  // namespace

std::vector<std::string> last_decisions(const scenarios::ScenarioFile& file,
                                        const scenarios::RunResult& result,
                                        const scenarios::FoundViolation& violation) {
  const std::uint64_t step = violation.violation.step;
  const engine::NodeNames names = result.node_names();
  const auto run_again = [&](engine::WorldObserver& observer) {
    scenarios::RunSettings settings;
    settings.observer = &observer;
    settings.stop_on_first = true;
    settings.decisions_max = scenarios::decisions_to_repeat(result);
    scenarios::run(file.resolve(result.seed), settings);
  };
  Finder finder(step == 0 ? result.decisions : step, violation.violation.nodes, names);
  run_again(finder);
  if (finder.told.empty()) return {};
  StateKeeper keeper(finder.told);
  run_again(keeper);
  std::vector<std::string> lines;
  for (const Told& told : finder.told) lines.push_back(line_of(told, keeper, names));
  return lines;
}

}  // namespace stampede::cli
