#include "explain/exports/told.hpp"

#include <set>

#include "engine/core/json.hpp"

namespace stampede::explain {
namespace {

class Teller final : public engine::WorldObserver {
 public:
  Teller(std::vector<ToldStep>& steps, bool states) : steps_(steps), states_(states) {}
  void event(const engine::Event& event) override {
    if (event.kind == engine::EventKind::state) {
      steps_.back().state = event.detail;
      return;
    }
    ToldEvent told{event.kind, event.node,
                   event.peer, std::string(event.type),
                   event.nth,  std::string(event.detail)};
    if (!engine::is_decision(event.kind)) {
      steps_.back().effects.push_back(std::move(told));
      return;
    }
    steps_.push_back({event.step, event.time, std::move(told), {}, event.cause});
  }
  [[nodiscard]] bool wants_state(std::uint64_t, NodeId) const override { return states_; }

 private:
  std::vector<ToldStep>& steps_;
  bool states_;
};

/// What was judged when the run had ended is told with its last step.
void add_last_violations(Exported& run) {
  std::set<std::string> known;
  for (const ToldStep& step : run.steps) {
    for (const ToldEvent& effect : step.effects) {
      if (effect.kind == engine::EventKind::violation) known.insert(effect.type);
    }
  }
  for (const scenarios::FoundViolation& found : run.tape.result().violations) {
    const engine::Violation& violation = found.violation;
    if (known.contains(violation.property)) continue;
    run.steps.back().effects.push_back(
        {engine::EventKind::violation, violation.nodes.empty() ? no_node : violation.nodes.front(),
         no_node, violation.property, 0, engine::json_quote(violation.message)});
  }
}

}  // namespace

Exported told(Tape& tape, bool states) {
  Exported run{tape, tape.names(), {}};
  if (tape.size() == 0) return run;
  run.steps.reserve(tape.size());
  Teller teller(run.steps, states);
  tape.tell(1, tape.size(), teller);
  add_last_violations(run);
  return run;
}

std::size_t Exported::place_of(const ToldStep& step) const {
  const ToldEvent& decision = step.decision;
  const bool on_its_way = is_about_message(decision.kind) && !is_arrival(decision.kind);
  return decision.node == no_node || on_its_way ? names.size() : decision.node.value;
}

std::string Exported::place_name(std::size_t place) const {
  return place < names.size() ? names.all()[place] : network;
}

bool is_arrival(engine::EventKind kind) {
  return kind == engine::EventKind::deliver || kind == engine::EventKind::ignore;
}

std::string title(const ToldEvent& event) {
  const std::string kind = boost::describe::enum_to_string(event.kind, "?");
  return event.type.empty() ? kind : kind + " " + event.type;
}

std::string headline(const ToldEvent& event, const engine::NodeNames& names) {
  if (event.peer == no_node) return title(event);
  const bool arrives = is_arrival(event.kind);
  const std::string link = event.kind == engine::EventKind::send ? " to " + names.of(event.peer)
                           : arrives
                               ? " from " + names.of(event.peer)
                               : " from " + names.of(event.peer) + " to " + names.of(event.node);
  return title(event) + link;
}

}  // namespace stampede::explain
