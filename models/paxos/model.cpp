#include "models/paxos/model.hpp"

#include <algorithm>

#include "models/client/register_cluster.hpp"
#include "models/paxos/server.hpp"

namespace stampede::models::paxos {
namespace {

std::string text(const Proposal& proposal, const engine::WorldView& world) {
  return "\"" + proposal.value + "\", request " + std::to_string(proposal.request_number.value) +
         " of " + world.name(proposal.requester);
}

/// Every decision there ever was is for the same proposal.
struct OneDecision {
  Operation decided{};

  void on(const engine::Stepped& step, engine::Judge& judge) {
    const auto* server = engine::process_as<Server>(step.after);
    if (server == nullptr || server->core.decided() == 0) return;
    const Operation& proposal = server->core.value(1);
    if (!decided) decided = proposal;
    if (decided == proposal) return;
    judge.violated(judge.world.name(step.node) + " has decided " +
                       text(proposal.as<Proposal>(), judge.world) + "; decided before was " +
                       text(decided.as<Proposal>(), judge.world),
                   {step.node});
  }
};
STAMPEDE_VALUE(OneDecision, decided);

// Phase 2 (b): what was accepted was accepted in the newest ballot promised, or before.
std::optional<std::string> promise_broken(const Core& core, const engine::NodeView& node) {
  if (!core.accepted) {
    if (!core.is_decided) return std::nullopt;
    return node.name() + " knows that there is a decision and not which";
  }
  if (!(core.ballot < core.accepted->ballot)) return std::nullopt;
  return node.name() + " has promised ballot " + engine::to_json(core.ballot) +
         " and accepted in ballot " + engine::to_json(core.accepted->ballot);
}

// Phase 1 (b) and 2 (b): later ballots go by what acceptors tell.
std::optional<std::string> told_otherwise(const Server&, const Server& after,
                                          const engine::Effects& effects) {
  const std::optional<AcceptedProposal>& held = after.core.accepted;
  for (const engine::Send& send : effects.sends) {
    const auto* promise = send.payload.get<Promise>();
    if (promise != nullptr && !(promise->accepted == held))
      return "promises that it has accepted " + engine::to_json(promise->accepted) + " and not " +
             engine::to_json(held);
    const auto* accepted = send.payload.get<Accepted>();
    if (accepted != nullptr && !(held && held->ballot == accepted->ballot))
      return "says that it has accepted in ballot " + engine::to_json(accepted->ballot) +
             " and holds " + engine::to_json(held);
  }
  return std::nullopt;
}

std::optional<std::string> unanswered(const Server&, const Server& after,
                                      const engine::Effects& effects) {
  const auto sent = [&](auto is) {
    return std::any_of(effects.sends.begin(), effects.sends.end(), is);
  };
  if (!sent([](const engine::Send& send) { return send.payload.get<Decided>() != nullptr; }))
    return std::nullopt;
  const NodeId requester = after.core.value(1).as<Proposal>().requester;
  if (sent([&](const engine::Send& send) {
        return send.to == requester && send.payload.get<PutOk>() != nullptr;
      }))
    return std::nullopt;
  return "has decided, and does not tell who asked for it";
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::monitor_property("paxos/one-decision",
                                   "All decisions ever made are for one proposal.", OneDecision{}),
          engine::part_property<&Server::core, &promise_broken>(
              "paxos/accepts-what-it-promised",
              "A server has accepted in no ballot above the one it promised itself to."),
          engine::step_property<Server>("paxos/tells-what-it-accepted",
                                        "Promises and acceptances say what the server holds.",
                                        &told_otherwise),
          engine::step_property<Server>("paxos/answers-what-it-decides",
                                        "Who asked for a value hears from the server that decides.",
                                        &unanswered),
          engine::sometimes(
              "paxos/decides", "Some server decides.", [](const engine::WorldView& world) {
                const auto& servers = world.members();
                return std::any_of(servers.begin(), servers.end(), [&](NodeId node) {
                  return world.correct(node) && world.observation(node).committed != 0;
                });
              })};
}

bool dead(const engine::DeadQuery& query) {
  const auto* server = engine::process_as<Server>(query.local.process);
  if (server == nullptr || !query.local.up) return false;
  const bool proposes_no_more = server->core.is_decided || server->core.proposal;
  return server->core.is_dead(query.message) ||
         (proposes_no_more && query.message.get<Put>() != nullptr);
}

void normalise(NodeId self, engine::ProcessValue& process, const engine::Group&,
               const engine::Payload&) {
  if (engine::process_as<Server>(process) == nullptr) return;
  static_cast<Server*>(process.get())->core.normalise(self);
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
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims = client::register_claims();
    // Nobody answers a read before there is a decision, and a client alone would wait for ever.
    claims.usual_operations = {"write"};
    return claims;
  };
  model.exploration.dead = &dead;
  model.exploration.normalise = &normalise;
  model.probes = {"value-adopted", "decided"};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::paxos
