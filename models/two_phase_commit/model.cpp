#include "models/two_phase_commit/model.hpp"

#include "models/two_phase_commit/two_phase_commit.hpp"

namespace stampede::models::two_phase_commit {
namespace {

/// No resource manager commits while another one has aborted. What a manager shows as its epoch is
/// its state.
std::optional<std::string> inconsistent(const engine::WorldView& world) {
  const auto in = [&](ManagerState state) -> std::optional<NodeId> {
    for (const NodeId node : world.members()) {
      if (world.correct(node) && world.observation(node).epoch == static_cast<std::uint64_t>(state))
        return node;
    }
    return std::nullopt;
  };
  const auto committed = in(ManagerState::committed);
  const auto aborted = in(ManagerState::aborted);
  if (!committed || !aborted) return std::nullopt;
  return world.name(*committed) + " has committed and " + world.name(*aborted) + " has aborted";
}

/// A resource manager that is still working or prepared.
std::optional<std::string> waiting_manager(const engine::WorldView& world) {
  for (const NodeId node : world.members()) {
    if (!world.correct(node)) continue;
    const std::uint64_t state = world.observation(node).epoch;
    if (state == static_cast<std::uint64_t>(ManagerState::prepared))
      return world.name(node) + " is prepared and hears no decision";
    if (state == static_cast<std::uint64_t>(ManagerState::working))
      return world.name(node) + " is still working";
  }
  return std::nullopt;
}

std::optional<std::string> vote_missing(const ResourceManager& manager,
                                        const engine::NodeView& node) {
  if (manager.state != ManagerState::working || !node.lacks(Vote{})) return std::nullopt;
  return node.name() + " is working and will never vote";
}

std::optional<std::string> decision_missing(const TransactionManager& coordinator,
                                            const engine::NodeView& node) {
  if (coordinator.state != CoordinatorState::waiting) return std::nullopt;
  if (node.lacks(GiveUp{})) return node.name() + " waits and will never give up";
  if (coordinator.prepared.size() == node.members().size() && node.lacks(Decide{}))
    return node.name() + " has heard of all and will never decide";
  return std::nullopt;
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::world_property("two-phase-commit/consistent",
                                 "No resource manager commits while another one has aborted.",
                                 &inconsistent),
          engine::node_property<ResourceManager>(
              "two-phase-commit/votes", "A resource manager that works will vote.", &vote_missing),
          engine::node_property<TransactionManager>(
              "two-phase-commit/stops-waiting",
              "The transaction manager waits for a time, and not for those it has heard of.",
              &decision_missing),
          engine::eventually("two-phase-commit/decides",
                             "In the end every resource manager has committed or aborted.",
                             &waiting_manager)};
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  engine::Assembly assembly;
  std::vector<NodeId> managers;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    managers.push_back(NodeId{i});
    assembly.nodes.push_back({"m" + std::to_string(i), "manager",
                              engine::make_process(ResourceManager{}), spec.options});
  }
  assembly.nodes.push_back(
      {"coordinator", "coordinator", engine::make_process(TransactionManager{}), spec.options});
  assembly.membership.add({"manager", managers, {.tolerance = engine::Tolerance::any}});
  assembly.membership.add(
      {"coordinator", {NodeId{spec.replicas}}, {.tolerance = engine::Tolerance::none}});
  return assembly;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "two_phase_commit";
  model.about = "Two-phase commit (Gray, Lamport 2006): one coordinator, resource managers.";
  model.options = engine::describe_options<Options>();
  model.defects = {{"two-phase-commit-does-not-wait",
                    "The coordinator commits when the first resource manager is prepared.",
                    "Gray, Lamport 2006, section 3, without its condition",
                    "two-phase-commit/consistent",
                    {{"waits_for_all", "false"}}}};
  model.uses_service = false;
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.history.clear();
    claims.log = engine::LogClaim::none;
    claims.failures = engine::FailureModel::crash_stop;
    claims.safe_beyond_tolerance = true;
    return claims;
  };
  model.further_groups = {{"coordinator", "decides for all managers"}};
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &properties;
  model.exploration.interchangeable = {"manager"};
  model.exploration.rename_process = &engine::renames_process<ResourceManager, TransactionManager>;
  model.exploration.rename_payload =
      &engine::renames_payload<Prepared, Commit, Abort, Vote, Decide, GiveUp>;
  model.probes = {"aborts-alone", "committed", "given-up"};
  model.process_types = {&engine::process_type<ResourceManager>(),
                         &engine::process_type<TransactionManager>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::two_phase_commit
