#include "scenarios/running/explore.hpp"

#include <algorithm>

#include "checkers/judges.hpp"
#include "checkers/monitors/judged.hpp"
#include "checkers/monitors/online.hpp"
#include "scenarios/reading/checks.hpp"
#include "scenarios/running/explore_failure.hpp"
#include "scenarios/running/judged_nothing.hpp"
#include "scenarios/running/retell.hpp"

namespace stampede::scenarios {
namespace {

/// Who judges a search.
struct Judging {
  /// Told what cannot be judged.
  std::shared_ptr<checkers::Doubts> doubts = std::make_shared<checkers::Doubts>();
  /// Of its property no other failure counts; nullptr = all do.
  const Fingerprint* only = nullptr;
};

/// A search has no times, so it cannot tell for how long something was so.
bool is_searched(const Scenario& scenario, const std::string& check) {
  const auto bound = scenario.bounds.find(check);
  return bound == scenario.bounds.end() || !bound->second.time;
}

/// The monitors of the enabled checks, histories included.
std::vector<engine::Property> enabled_properties(const Scenario& scenario, const Judging& judging) {
  std::vector<engine::Property> list = properties_of(scenario);
  if (!scenario.model->uses_service) return list;
  const engine::ServiceType& service = *scenario.cluster.service;
  if (scenario.is_checked("linearizability")) {
    list.push_back(scenario.explore.raw_history ? checkers::raw_linearizability(service)
                                                : checkers::online_linearizability(service));
  }
  if (scenario.is_checked("sequential-consistency"))
    list.push_back(checkers::online_sequential_consistency(service));
  for (const std::string& check : scenario.checks) {
    const checkers::HistoryJudge* judge = checkers::find_judge_of(check);
    const bool known = std::any_of(list.begin(), list.end(),
                                   [&](const engine::Property& one) { return one.name == check; });
    if (judge == nullptr || known || !is_searched(scenario, check)) continue;
    const auto bound = scenario.bounds.find(check);
    list.push_back(checkers::judged_history(
        *judge, bound == scenario.bounds.end() ? checkers::Bound() : bound->second, service,
        judging.doubts));
  }
  return list;
}

std::vector<engine::Property> judged_properties(const Scenario& scenario, const Judging& judging) {
  std::vector<engine::Property> list = enabled_properties(scenario, judging);
  if (judging.only == nullptr) return list;
  std::vector<std::string> roles;
  for (const engine::NodeSpec& node : scenario.model->assembled(scenario.cluster).nodes)
    roles.push_back(node.role);
  for (engine::Property& property : list) {
    if (property.name == judging.only->property)
      property = only_as(std::move(property), *judging.only, roles);
  }
  return list;
}

std::vector<std::unique_ptr<engine::Monitor>> monitors_of(const Scenario& scenario,
                                                          const Judging& judging = {}) {
  std::vector<std::unique_ptr<engine::Monitor>> monitors;
  for (const engine::Property& property : judged_properties(scenario, judging))
    monitors.push_back(property.make());
  return monitors;
}

engine::TransitionSettings transition_settings(const Scenario& scenario,
                                               const engine::Assembly& assembly) {
  const ExploreSettings& asked = scenario.explore;
  engine::TransitionSettings settings;
  settings.clock_step = asked.clock_step;
  settings.saves_in_step = asked.saves == Saves::in_step;
  settings.keeps_timer = [timers = asked.budgets.timers](const engine::NamedType& type) {
    return std::any_of(timers.begin(), timers.end(), [&](const auto& entry) {
      return entry.first == type.name && entry.second != 0;
    });
  };
  if (asked.normal_form && scenario.model->exploration.normalise != nullptr) {
    std::vector<engine::Payload> options;
    for (const engine::NodeSpec& node : assembly.nodes) options.push_back(node.options);
    settings.normalise = [normalise = scenario.model->exploration.normalise, options](
                             NodeId node, const engine::Group& group,
                             engine::ProcessValue& process) {
      normalise(node, process, group, options[node.value]);
    };
  }
  if (asked.epoch_max || asked.log_max) {
    settings.within_caps =
        [epoch = asked.epoch_max.value_or(UINT64_MAX),
         log = asked.log_max.value_or(UINT64_MAX)](const engine::Observation& shown) {
          return shown.epoch <= epoch && shown.log.size() <= log;
        };
  }
  return settings;
}

/// The sets of nodes that the model calls interchangeable.
std::vector<std::vector<NodeId>> symmetry_classes(const Scenario& scenario,
                                                  const engine::Membership& membership) {
  std::vector<std::vector<NodeId>> classes;
  for (const std::string& name : scenario.model->exploration.interchangeable)
    classes.push_back(membership.at(name).members());
  return classes;
}

/// Why symmetry is of no use here; empty if it is.
std::string against_symmetry(const Scenario& scenario) {
  if (!scenario.cluster.faulty.empty()) return "some node is faulty";
  if (scenario.explore.network == engine::NetworkKind::queue) return "links keep their order";
  const engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  const std::size_t renamings =
      engine::Symmetry::size_of(symmetry_classes(scenario, assembly.membership));
  if (renamings > engine::Symmetry::group_max)
    return "more than " + std::to_string(engine::Symmetry::group_max) + " renamings";
  // What a monitor remembers of nodes cannot be renamed.
  for (const auto& monitor : monitors_of(scenario)) {
    if (monitor->remembers()) return monitor->property() + " remembers what happened";
  }
  return {};
}

/// Why messages that will be ignored for ever stay; empty if they do not.
std::string against_dead_messages(const Scenario& scenario) {
  if (scenario.explore.network != engine::NetworkKind::multiset)
    return "the network is no multiset";
  // Models argue with what nodes send that keep to the protocol.
  return scenario.cluster.faulty.empty() ? "" : "some node is faulty";
}

std::vector<std::string> not_seen_by(const Scenario& scenario) {
  const ExploreSettings& asked = scenario.explore;
  if (asked.saves == Saves::decisions || asked.budgets.crashes == 0) return {};
  const engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  const bool persists =
      std::any_of(assembly.nodes.begin(), assembly.nodes.end(),
                  [](const engine::NodeSpec& node) { return !node.boot.type().durable.empty(); });
  if (!persists) return {};
  return {"saves in one step"};
}

/// What shrinks this search, and what the model declares that does not, and why.
std::vector<ReductionUse> reductions_of(const Scenario& scenario) {
  const engine::Exploration& model = scenario.model->exploration;
  const ExploreSettings& asked = scenario.explore;
  std::vector<ReductionUse> list;
  if (model.dead != nullptr && asked.drop_dead_messages) {
    list.push_back({"dead-messages", against_dead_messages(scenario)});
  }
  if (model.normalise != nullptr && asked.normal_form) list.push_back({"normal-form", ""});
  if (!model.interchangeable.empty() && asked.symmetry)
    list.push_back({"symmetry", against_symmetry(scenario)});
  return list;
}

}  // namespace

bool has_symmetry(const Scenario& scenario) {
  return scenario.explore.symmetry && !scenario.model->exploration.interchangeable.empty() &&
         against_symmetry(scenario).empty();
}

namespace {

/// Clients that begin operations of their own when they boot have no room for those of a plan.
void refuse_plan_of_busy_clients(const Scenario& scenario) {
  if (scenario.explore.plan.empty()) return;
  engine::World booted(scenario.model->assembled(scenario.cluster), {});
  booted.start();
  for (const engine::PlannedClient& client : scenario.explore.plan) {
    for (const engine::BeginOperation& operation : client.operations) {
      if (booted.find_operation(operation.id) == nullptr) continue;
      throw engine::InputError(
          scenario.cluster_place,
          booted.name(client.node) + " begins operations by itself when it starts",
          "search what it begins (explore: { operations: 0 }), or change the options");
    }
  }
}

std::unique_ptr<engine::StateSpace> build_space(const Scenario& scenario, const Judging& judging) {
  const ExploreSettings& asked = scenario.explore;
  refuse_plan_of_busy_clients(scenario);
  engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  constexpr std::size_t nodes_max = engine::TransitionCache::nodes_max;
  if (assembly.nodes.size() > nodes_max)
    throw engine::InputError(scenario.cluster_place,
                             "this cluster has " + std::to_string(assembly.nodes.size()) +
                                 " nodes, and a search takes at most " + std::to_string(nodes_max),
                             "explore it with fewer clients");
  engine::SpaceSettings settings;
  settings.network = asked.network;
  settings.budgets = asked.budgets;
  settings.plan = asked.plan;
  settings.begins = asked.begins;
  settings.clock_skew = asked.clock_skew;
  settings.torn_writes = asked.torn_writes;
  settings.any_subset_of_writes = asked.any_subset_of_writes;
  settings.keeps_results = asked.cached_transitions;
  settings.hashes_changes = asked.incremental_hash;
  settings.proves = asked.proofs;
  settings.within_tolerance = !asked.unlimited_failures;
  settings.transitions = transition_settings(scenario, assembly);
  if (asked.drop_dead_messages && scenario.model->exploration.dead != nullptr &&
      against_dead_messages(scenario).empty()) {
    std::vector<engine::Payload> options;
    for (const engine::NodeSpec& node : assembly.nodes) options.push_back(node.options);
    settings.dead = [dead = scenario.model->exploration.dead, options,
                     keeps_timer = settings.transitions.keeps_timer](
                        NodeId receiver, const engine::Group& group,
                        const engine::LocalState& local, const engine::PackedMessage& message,
                        bool may_crash) {
      // Who receives it is back after a crash as it was before the save that is under way.
      if (may_crash && !local.held.empty()) return false;
      return dead({receiver, local, message.from, message.payload, group, options[receiver.value],
                   may_crash, keeps_timer});
    };
  }
  std::vector<std::unique_ptr<engine::Monitor>> monitors = monitors_of(scenario, judging);
  const engine::Exploration& exploration = scenario.model->exploration;
  if (has_symmetry(scenario)) {
    settings.symmetry.classes = symmetry_classes(scenario, assembly.membership);
    settings.symmetry.rename_process = exploration.rename_process;
    settings.symmetry.rename_payload = exploration.rename_payload;
  }
  return std::make_unique<engine::StateSpace>(std::move(assembly), std::move(monitors),
                                              std::move(settings));
}

/// Graphs beyond this are neither judged nor written.
constexpr std::uint64_t graph_worlds_max = 200'000;

engine::SearchSettings within_graph(engine::SearchSettings limits) {
  limits.states_max = std::min(limits.states_max, graph_worlds_max);
  return limits;
}

/// What was to be reached: in a complete search, or not at all. Behind caps nobody has looked.
void judge_reached(const std::vector<std::string>& wanted, bool cut_by_caps,
                   ExploreResult& result) {
  for (const std::string& property : wanted) {
    const bool reached = std::any_of(result.reached.begin(), result.reached.end(),
                                     [&](const auto& one) { return one.first == property; });
    if (reached || !result.search.complete) continue;
    if (cut_by_caps) {
      result.undecided.push_back(property + ": not reached within the caps");
      continue;
    }
    Counterexample never;
    never.violation = {property, 0, "no schedule reaches it", {}};
    result.counterexamples.push_back(std::move(never));
  }
}

/// What must hold in the end, by dead ends and fair cycles of the whole graph.
void judge_end(const Scenario& scenario, const Judging& judging,
               const engine::SearchSettings& settings, ExploreResult& result) {
  const auto monitors = monitors_of(scenario, judging);
  const bool wanted = std::any_of(monitors.begin(), monitors.end(), [](const auto& monitor) {
    return (monitor->hooks() & engine::Monitor::hook_finish) != 0;
  });
  if (!wanted) return;
  // It looks at states themselves: as steps left them.
  Scenario plain = scenario;
  plain.explore.symmetry = false;
  plain.explore.normal_form = false;
  const auto space = build_space(plain);
  const engine::StateGraph graph = engine::build_graph(*space, within_graph(settings));
  engine::EventuallyResult judged = engine::judge_eventually(*space, graph, monitors);
  result.undecided = std::move(judged.undecided);
  for (const engine::NeverHolds& never : judged.violated) {
    Counterexample told =
        retell(scenario, *space, never.found, never.cycle_from, monitors_of(scenario));
    result.counterexamples.push_back(std::move(told));
  }
}

}  // namespace

std::unique_ptr<engine::StateSpace> build_space(const Scenario& scenario) {
  return build_space(scenario, Judging{});
}

std::string write_state_graph(const Scenario& scenario, engine::GraphFormat format,
                              const engine::SearchSettings& limits, std::ostream& out) {
  Scenario plain = scenario;
  plain.explore.symmetry = false;
  const auto space = build_space(plain);
  const engine::StateGraph graph = engine::build_graph(*space, within_graph(limits));
  if (graph.reason == "states" && limits.states_max >= graph_worlds_max)
    throw engine::InputError(
        "the graph has more than " + std::to_string(graph_worlds_max) + " states: too many to draw",
        "lower the budgets");
  if (graph.complete()) engine::write_graph(*space, graph, format, out);
  return graph.reason;
}

namespace {

/// What was found, told again. A handler that keeps something outside its process need not do the
/// same there: then it is what is wrong, without a schedule. Nor need a search that went on from
/// normal forms which are none: then their declaration is.
std::optional<Counterexample> confirmed(const Scenario& scenario, const engine::StateSpace& space,
                                        const Judging& judging, const engine::FoundInSearch& found,
                                        engine::SearchResult& search) {
  try {
    return retell(scenario, space, found, found.path.size(), monitors_of(scenario, judging));
  } catch (const NotRetold& other) {
    if (const auto& hidden = space.transitions().hidden_state()) {
      Counterexample bare;
      bare.violation = *hidden;
      return bare;
    }
    if (search.wrong) return std::nullopt;
    if (!space.settings().transitions.normalise || !other.parting) throw;
    const auto& [node, left, kept] = *other.parting;
    search.wrong = engine::WrongDeclaration{
        "normal-form", found.violation.property + " is violated behind a normal form alone",
        node,          left,
        node,          kept};
    search.reason = "reductions";
  }
  return std::nullopt;
}

/// A declaration that does not hold is what the search has found, whatever it was to find.
void report_wrong(const engine::StateSpace& space, ExploreResult& result) {
  if (!result.search.wrong) return;
  result.wrong = told(*result.search.wrong, space.transitions().nodes());
  Counterexample declared;
  declared.violation = {reductions_property, 0, result.wrong->text, {result.search.wrong->node}};
  result.counterexamples.push_back(std::move(declared));
}

ExploreResult explore_once(const Scenario& scenario, const engine::SearchSettings& settings,
                           bool fields, const Fingerprint* only) {
  ExploreResult result;
  Judging judging;
  judging.only = only;
  const std::unique_ptr<engine::StateSpace> space = build_space(scenario, judging);
  for (std::size_t i = 0; i < space->monitors().monitor_count(); ++i)
    result.judged.push_back(space->monitors().property(i));
  result.judged.emplace_back("no-exception");
  for (const std::string& check : scenario.checks) {
    if (std::find(result.judged.begin(), result.judged.end(), check) == result.judged.end())
      result.not_judged.push_back(check);
  }
  result.not_seen = not_seen_by(scenario);
  result.reductions = reductions_of(scenario);
  engine::SearchSettings with_wanted = settings;
  for (const engine::Property& property : judged_properties(scenario, judging)) {
    if (property.sometimes) with_wanted.wanted.push_back(property.name);
  }
  result.search = engine::search(*space, with_wanted);
  if (fields) result.fields = values_of_fields(*space, result.search.local_states);
  for (const engine::FoundInSearch& found : result.search.found) {
    const auto& wanted = with_wanted.wanted;
    if (std::find(wanted.begin(), wanted.end(), found.violation.property) != wanted.end()) {
      result.reached.emplace_back(found.violation.property, found.path.size());
    } else {
      if (auto told = confirmed(scenario, *space, judging, found, result.search))
        result.counterexamples.push_back(std::move(*told));
    }
  }
  report_wrong(*space, result);
  judge_reached(with_wanted.wanted, space->transitions().cut_by_caps(), result);
  if (result.search.complete && result.counterexamples.empty())
    judge_end(scenario, judging, settings, result);
  for (std::string& doubt : judging.doubts->all()) result.undecided.push_back(std::move(doubt));
  if (!result.counterexamples.empty()) {
    result.verdict = Verdict::violated;
  } else if (!result.search.complete || !result.undecided.empty()) {
    result.verdict = Verdict::undecided;
  } else {
    result.vacuous = judged_nothing(scenario, result.search);
    if (!result.vacuous.empty()) result.verdict = Verdict::vacuous;
  }
  return result;
}

void leave_out(const std::string& reduction, ExploreSettings& settings) {
  if (reduction == "dead-messages") settings.drop_dead_messages = false;
  if (reduction == "normal-form") settings.normal_form = false;
  if (reduction == "symmetry") settings.symmetry = false;
}

ExploreResult explore_all(const Scenario& scenario, const engine::SearchSettings& settings,
                          bool fields, const Fingerprint* only) {
  Scenario reduced = scenario;
  std::vector<ReductionUse> left_out;
  ExploreResult result = explore_once(reduced, settings, fields, only);
  while (result.wrong && scenario.explore.leaves_wrong_reductions) {
    left_out.push_back({result.wrong->reduction, result.wrong->text});
    leave_out(result.wrong->reduction, reduced.explore);
    result = explore_once(reduced, settings, fields, only);
  }
  result.reductions.insert(result.reductions.end(), left_out.begin(), left_out.end());
  return result;
}

}  // namespace

ExploreResult explore(const Scenario& scenario, const engine::SearchSettings& settings,
                      bool fields) {
  return explore_all(scenario, settings, fields, nullptr);
}

ExploreResult explore_failure(const Scenario& scenario, const Fingerprint& failure,
                              engine::SearchSettings settings) {
  settings.stop_at = failure.property;
  return explore_all(scenario, settings, false, &failure);
}

bool as_expected(const Scenario& scenario, const ExploreResult& result) {
  if (scenario.expect_explore.ok()) return scenario.expect_explore.allows(result.verdict);
  return std::any_of(result.counterexamples.begin(), result.counterexamples.end(),
                     [&](const Counterexample& one) {
                       return one.violation.property == scenario.expect_explore.violation;
                     });
}

Outcome outcome_of(const Scenario& scenario, const ExploreResult& result) {
  if (as_expected(scenario, result)) return Outcome::as_expected;
  // What was to be found may lie where the search did not get.
  const bool open = scenario.expect_explore.ok()
                        ? result.verdict == Verdict::vacuous
                        : !result.search.complete && result.search.reason != "violation";
  return open || result.verdict == Verdict::undecided ? Outcome::undecided : Outcome::unexpected;
}

const Counterexample* told_counterexample(const Scenario& scenario, const ExploreResult& result) {
  const Counterexample* told = nullptr;
  for (const Counterexample& one : result.counterexamples) {
    if (told == nullptr || one.violation.property == scenario.expect_explore.violation) told = &one;
  }
  return told;
}

}  // namespace stampede::scenarios
