#include "scenarios/running/fingerprint.hpp"

#include <algorithm>
#include <map>

#include "scenarios/reading/checks.hpp"

namespace stampede::scenarios {
namespace {

const char* const end_of_run = "end";

Fingerprint fingerprint_from(std::string property, std::string step,
                             std::vector<std::string> roles) {
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return {std::move(property), std::move(step), std::move(roles)};
}

/// Keeps the decisions of a run.
class Decisions final : public engine::WorldObserver {
 public:
  void event(const engine::Event& event) override {
    if (event.decision != nullptr) made.push_back(*event.decision);
  }
  std::vector<engine::Decision> made;
};

/// The kind of each step, found by making the decisions again on the scenario's world: it says
/// which step asked for what completes.
std::vector<std::string> kinds_of_steps(const Scenario& scenario,
                                        const std::vector<engine::Decision>& decisions) {
  const auto world = build_world(scenario, 0);
  std::vector<std::string> kinds;
  std::map<std::pair<NodeId, std::string>, std::string> asked;
  for (const engine::Decision& decision : decisions) {
    kinds.push_back(decision.kind == engine::DecisionKind::complete
                        ? asked[{decision.node, decision.name}]
                        : kind_of_step(decision));
    world->apply(decision);
    for (const NodeId node : world->new_saves) asked[{node, "durable"}] = kinds.back();
    for (const auto& request : world->new_disk_requests) asked[request] = kinds.back();
    world->new_messages.clear();
    world->new_timers.clear();
    world->new_saves.clear();
    world->new_disk_requests.clear();
  }
  return kinds;
}

}  // namespace

std::string to_text(const Fingerprint& fingerprint) {
  std::string text = fingerprint.property + " at " + fingerprint.step;
  if (!fingerprint.roles.empty()) text += " (" + engine::comma_list(fingerprint.roles) + ")";
  return text;
}

std::string kind_of_step(const engine::Decision& decision) {
  const std::string kind = boost::describe::enum_to_string(decision.kind, "?");
  if (is_about_message(decision.kind)) return kind + " " + decision.message.type;
  if (decision.kind == engine::DecisionKind::fire) return kind + " " + decision.timer.type;
  return kind;
}

bool is_judged_at_end(const Scenario& scenario, const std::string& property) {
  const std::string generic = property.substr(0, property.find('@'));
  if (generic == "liveness" || generic == "convergence" || generic == stable_leader) return true;
  const auto properties = properties_of(*scenario.model, scenario.cluster, {property});
  return std::any_of(properties.begin(), properties.end(), [&](const engine::Property& one) {
    return one.name == property && one.missing != nullptr;
  });
}

Fingerprint fingerprint_of(const engine::Violation& violation, std::string kind_of_step,
                           const engine::World& world) {
  std::vector<std::string> roles;
  for (const NodeId node : violation.nodes) roles.push_back(world.role(node));
  return fingerprint_from(violation.property, std::move(kind_of_step), std::move(roles));
}

std::vector<Fingerprint> fingerprints_of(const Scenario& scenario, const RunResult& done,
                                         bool stop_on_first) {
  std::uint64_t last = 0;
  for (const FoundViolation& found : done.violations) {
    if (!is_judged_at_end(scenario, found.violation.property))
      last = std::max(last, found.violation.step);
  }
  std::vector<std::string> kinds;
  if (last != 0) {
    Decisions decisions;
    RunSettings again{&decisions, stop_on_first};
    again.decisions_max = last;
    run(scenario, again);
    decisions.made.resize(last);
    kinds = kinds_of_steps(scenario, decisions.made);
  }
  std::vector<Fingerprint> fingerprints;
  for (const FoundViolation& found : done.violations) {
    std::vector<std::string> roles;
    for (const NodeId node : found.violation.nodes) roles.push_back(done.nodes.at(node.value).role);
    const std::uint64_t step = found.violation.step;
    const bool at_end = step == 0 || is_judged_at_end(scenario, found.violation.property);
    fingerprints.push_back(fingerprint_from(
        found.violation.property, at_end ? end_of_run : kinds.at(step - 1), std::move(roles)));
  }
  return fingerprints;
}

std::vector<FailingSeed> first_of_each_fingerprint(const ScenarioFile& file,
                                                   const std::vector<std::uint64_t>& seeds,
                                                   const std::function<bool()>& go_on) {
  std::vector<FailingSeed> first;
  for (const std::uint64_t seed : seeds) {
    if (!go_on()) break;
    const Scenario scenario = file.resolve(seed);
    RunResult result = run(scenario, {});
    if (result.violations.empty()) continue;
    result.violations.resize(1);
    Fingerprint fingerprint = fingerprints_of(scenario, result).front();
    const bool known = std::any_of(first.begin(), first.end(), [&](const FailingSeed& earlier) {
      return earlier.fingerprint == fingerprint;
    });
    if (!known) first.push_back({seed, std::move(fingerprint)});
  }
  return first;
}

}  // namespace stampede::scenarios
