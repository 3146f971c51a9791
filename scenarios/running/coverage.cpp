#include "scenarios/running/coverage.hpp"

#include <algorithm>

#include "engine/core/json.hpp"

namespace stampede::scenarios {
namespace {

using engine::Document;
using engine::EventKind;

std::string status_of(const Document& observation) {
  const auto shows = [&](const char* what) { return observation.at(what).text == "true"; };
  if (shows("recovering")) return "recovers";
  if (!shows("operational")) return "changes";
  return shows("leading") ? "leads" : "follows";
}

/// Three and more are alike: what matters is whether there is one, and another one behind it.
std::string roughly(std::uint64_t count) {
  return count < 3 ? std::to_string(count) : std::string("3+");
}

std::uint64_t number_at(const Document& observation, const char* key) {
  return static_cast<std::uint64_t>(engine::read_integer(observation.at(key), 0, INT64_MAX));
}

/// Whatever the run is long, there are few: epochs and lengths from 3 on are alike.
std::string roughly_shown(const std::string& status, const Document& observation) {
  const std::uint64_t log = number_at(observation, "log");
  const std::uint64_t committed = number_at(observation, "committed");
  const std::uint64_t executed = number_at(observation, "executed");
  return status + " in epoch " + roughly(number_at(observation, "epoch")) + ", committed " +
         roughly(committed) + ", behind it " + roughly(log - std::min(log, committed)) +
         ", not executed " + roughly(committed - std::min(committed, executed));
}

void add_counts(std::map<std::string, std::uint64_t>& counts,
                const std::map<std::string, std::uint64_t>& others) {
  for (const auto& [name, count] : others) counts[name] += count;
}

}  // namespace

void merge(Coverage& coverage, const Coverage& other) {
  coverage.seeds += other.seeds;
  coverage.decisions += other.decisions;
  coverage.completed_operations += other.completed_operations;
  coverage.elections += other.elections;
  for (const auto& [input, there] : other.inputs) {
    auto& here = coverage.inputs[input];
    for (const auto& [status, handled] : there) {
      here[status].handled += handled.handled;
      here[status].ignored += handled.ignored;
    }
  }
  add_counts(coverage.decisions_by_kind, other.decisions_by_kind);
  add_counts(coverage.probes, other.probes);
  for (const auto& [shown, seed] : other.shown_first_by) {
    std::uint64_t& first = coverage.shown_first_by.try_emplace(shown, seed).first->second;
    first = std::min(first, seed);
  }
}

Coverage read_coverage(std::string_view json, const std::string& file) {
  const Document document = engine::parse_json(json, file);
  // What is missing is not nothing.
  for (const std::string& key : engine::member_names<Coverage>())
    static_cast<void>(document.at(key));
  Coverage coverage;
  engine::read(document, coverage);
  return coverage;
}

std::vector<std::string> never_handled(const Coverage& coverage) {
  std::vector<std::string> never;
  for (const auto& [input, by_status] : coverage.inputs) {
    const bool handled = std::any_of(by_status.begin(), by_status.end(),
                                     [](const auto& one) { return one.second.handled != 0; });
    if (!handled) never.push_back(input);
  }
  return never;
}

std::vector<std::string> never_reached(const Coverage& coverage) {
  std::vector<std::string> never;
  for (const auto& [probe, count] : coverage.probes) {
    if (count == 0) never.push_back(probe);
  }
  return never;
}

std::vector<std::uint64_t> growth(const Coverage& coverage, std::uint64_t first) {
  std::vector<std::uint64_t> grown((coverage.seeds + 999) / 1'000);
  for (const auto& [shown, seed] : coverage.shown_first_by) {
    const std::uint64_t thousand = (seed - std::min(seed, first)) / 1'000;
    if (thousand >= grown.size()) grown.resize(thousand + 1);
    ++grown[thousand];
  }
  return grown;
}

CoverageTaker::CoverageTaker(const Scenario& scenario) : seed_(scenario.seed) {
  coverage_.seeds = 1;
  const std::unique_ptr<engine::World> world = build_world(scenario, 0);
  for (std::uint32_t i = 0; i < world->node_count(); ++i) {
    const std::string& role = roles_.emplace_back(world->role(NodeId{i}));
    const engine::ProcessType& type = world->boot(NodeId{i}).type();
    for (const auto* types : {&type.message_types, &type.timer_types}) {
      for (const engine::NamedType* named : *types) coverage_.inputs[role + " " + named->name];
    }
  }
  status_.resize(roles_.size(), "shows nothing");
  for (const std::string& probe : scenario.model->probes) coverage_.probes[probe];
  for (const std::string& kind : engine::enumerator_names<engine::DecisionKind>())
    coverage_.decisions_by_kind[kind];
}

void CoverageTaker::event(const engine::Event& event) {
  if (event.decision != nullptr) {
    ++coverage_.decisions;
    ++coverage_.decisions_by_kind[boost::describe::enum_to_string(event.decision->kind, "?")];
  }
  switch (event.kind) {
    case EventKind::deliver:
    case EventKind::ignore:
      return count_input(event, event.decision->message.type);
    case EventKind::fire:
      return count_input(event, event.decision->timer.type);
    case EventKind::observe:
      return look_at(event);
    case EventKind::probe:
      ++coverage_.probes[std::string(event.type)];
      return;
    case EventKind::respond:
      ++coverage_.completed_operations;
      return;
    default:
      return;
  }
}

void CoverageTaker::count_input(const engine::Event& event, const std::string& type) {
  const std::uint32_t node = event.node.value;
  Handled& counted = coverage_.inputs[roles_.at(node) + " " + type][status_[node]];
  ++(event.kind == EventKind::ignore ? counted.ignored : counted.handled);
}

void CoverageTaker::look_at(const engine::Event& event) {
  const Document observation = engine::parse_json(event.detail, "an observation");
  // Of several groups that a node shows something of, its own counts.
  if (observation.find("group") != nullptr) return;
  std::string& status = status_.at(event.node.value);
  std::string now = status_of(observation);
  if (now == "leads" && status != "leads") ++coverage_.elections;
  status = std::move(now);
  coverage_.shown_first_by.try_emplace(roughly_shown(status, observation), seed_);
}

Coverage coverage_of(const Scenario& scenario, const RunResult& done, bool stop_on_first) {
  CoverageTaker taker(scenario);
  RunSettings settings{&taker, stop_on_first};
  settings.decisions_max = decisions_to_repeat(done);
  run(scenario, settings);
  return taker.coverage();
}

DefectsCaught catch_defects(const ScenarioFile& file, std::uint64_t first, std::uint64_t last,
                            const std::function<bool()>& go_on) {
  DefectsCaught result;
  const Scenario plain = file.resolve(first);
  if (!plain.defects.empty()) return result;
  for (const engine::Defect& defect : plain.model->defects) {
    std::vector<std::string> overrides = file.overrides();
    overrides.push_back("cluster.defects=[" + defect.name + "]");
    const ScenarioFile planted =
        ScenarioFile::parse(file.text(), file.path(), overrides, file.models());
    bool caught = false;
    for (std::uint64_t seed = first; seed <= last && !caught; ++seed) {
      if (!go_on()) return result;
      RunSettings settings;
      settings.stop_on_first = true;
      caught = !run(planted.resolve(seed), settings).violations.empty();
      if (caught) result.caught.emplace(defect.name, seed);
    }
    if (!caught) result.missed.push_back(defect.name);
  }
  return result;
}

}  // namespace stampede::scenarios
