#include "models/paxos/model.hpp"

#include <algorithm>

#include "models/client/register_cluster.hpp"
#include "models/paxos/single_decree.hpp"

namespace stampede::models::paxos {
namespace {

/// Every decision there ever was is for the same proposal.
struct OneDecision {
  std::optional<Proposal> decided{};

  void on(const engine::Stepped& step, engine::Judge& judge) {
    const auto* server = engine::process_as<Server>(step.after);
    if (server == nullptr || !server->is_decided || !server->accepted) return;
    const Proposal& proposal = server->accepted->proposal;
    if (!decided) decided = proposal;
    if (*decided == proposal) return;
    judge.violated(judge.world.name(step.node) + " has decided " + engine::to_json(proposal) +
                       "; decided before was " + engine::to_json(*decided),
                   {step.node});
  }
};
STAMPEDE_VALUE(OneDecision, decided);

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::monitor_property("paxos/one-decision",
                                   "All decisions ever made are for one proposal.", OneDecision{}),
          engine::sometimes("paxos/decides", "Some server decides.",
                            [](const engine::WorldView& world) {
                              const auto& servers = world.members();
                              return std::any_of(servers.begin(), servers.end(), [&](NodeId node) {
                                return world.observation(node).committed != 0;
                              });
                            })};
}

engine::Model make_model() {
  engine::Model model = client::register_model<Options, Server>(
      "paxos", "Single-decree Paxos (Lamport 1998, 2001) as a register that is written once.");
  model.defects = {{"paxos-ignores-accepted-values",
                    "A proposer keeps its own value although an acceptor of its majority has "
                    "accepted another one.",
                    "Lamport, Paxos Made Simple, section 2.2, P2c left out",
                    "paxos/one-decision",
                    {{"adopts_accepted", "false"}}}};
  model.properties = &properties;
  model.probes = {"value-adopted", "decided"};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::paxos
