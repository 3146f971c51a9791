#include "models/echo_broadcast/model.hpp"

#include <algorithm>

#include "models/echo_broadcast/echo_broadcast.hpp"

namespace stampede::models::echo_broadcast {
namespace {

using engine::WorldView;

/// What a correct node has delivered; 0 = nothing yet.
Value delivered(const WorldView& world, NodeId node) {
  return static_cast<Value>(world.observation(node).epoch);
}

std::vector<NodeId> correct_members(const WorldView& world) {
  std::vector<NodeId> nodes;
  std::copy_if(world.members().begin(), world.members().end(), std::back_inserter(nodes),
               [&](NodeId node) { return world.correct(node); });
  return nodes;
}

/// What the broadcaster has sent, if it is correct and can be asked.
std::optional<Value> sent(const WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster) || !world.up(broadcaster)) return std::nullopt;
  return engine::process_as<Node>(world.process(broadcaster))->told.sent;
}

// BCB4, BRB4
std::optional<std::string> inconsistent(const WorldView& world) {
  std::optional<NodeId> first;
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0) continue;
    if (!first) first = node;
    if (delivered(world, node) == delivered(world, *first)) continue;
    return world.name(*first) + " has delivered " + std::to_string(delivered(world, *first)) +
           " and " + world.name(node) + " " + std::to_string(delivered(world, node));
  }
  return std::nullopt;
}

// BCB3, BRB3
std::optional<std::string> invented(const WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster) || !world.up(broadcaster)) return std::nullopt;
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0 || delivered(world, node) == sent(world)) continue;
    return world.name(node) + " has delivered " + std::to_string(delivered(world, node)) +
           ", which " + world.name(broadcaster) + " has not broadcast";
  }
  return std::nullopt;
}

std::optional<std::string> somebody_waits(const WorldView& world) {
  for (const NodeId node : correct_members(world)) {
    if (delivered(world, node) == 0) return world.name(node) + " has delivered nothing";
  }
  return std::nullopt;
}

// BCB1, BRB1
std::optional<std::string> not_delivered(const WorldView& world) {
  const NodeId broadcaster = world.members().front();
  if (!world.correct(broadcaster)) return std::nullopt;
  if (!sent(world)) return world.name(broadcaster) + " has broadcast nothing";
  return somebody_waits(world);
}

// BRB5
std::optional<std::string> delivered_by_some(const WorldView& world) {
  const std::vector<NodeId> nodes = correct_members(world);
  const auto has = [&](NodeId node) { return delivered(world, node) != 0; };
  return std::any_of(nodes.begin(), nodes.end(), has) ? somebody_waits(world) : std::nullopt;
}

std::optional<std::string> resend_missing(const Node&, const engine::NodeView& node) {
  if (node.options<Options>().resend_after == engine::Duration{} || !node.lacks(Resend{}))
    return std::nullopt;
  return node.name() + " has no Resend";
}

std::optional<std::string> untold(const Node& node, const engine::NodeView& view) {
  const auto& told = node.told;
  const bool certain =
      view.options<Options>().double_echo ? !told.delivered || told.readied : !told.readied;
  if (certain && (!told.sent || told.echoed)) return std::nullopt;
  return view.name() + " has gone on without telling the others";
}

std::vector<engine::Property> properties(const engine::ClusterSpec& cluster) {
  std::vector<engine::Property> list = {
      engine::world_property("echo-broadcast/consistency",
                             "No two correct nodes deliver different values.", &inconsistent),
      engine::world_property(
          "echo-broadcast/integrity",
          "What a correct node delivers, the broadcaster has broadcast, if it is correct.",
          &invented),
      engine::node_property<Node>("echo-broadcast/says-it-again",
                                  "A node says again from time to time what it has told.",
                                  &resend_missing),
      engine::node_property<Node>("echo-broadcast/tells-first",
                                  "Who broadcasts echoes; who delivers is ready (double echo).",
                                  &untold),
      engine::eventually("echo-broadcast/validity",
                         "What a correct broadcaster broadcasts, every correct node delivers.",
                         &not_delivered)};
  if (cluster.options.as<Options>().double_echo)
    list.push_back(engine::eventually(
        "echo-broadcast/totality", "If one correct node delivers a value, every correct node does.",
        &delivered_by_some));
  return list;
}

engine::Assembly assemble(const engine::ClusterSpec& cluster) {
  engine::Assembly assembly;
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < cluster.replicas; ++i) {
    nodes.push_back(NodeId{i});
    assembly.nodes.push_back(
        {"r" + std::to_string(i), "replica", engine::make_process(Node{}), cluster.options});
  }
  assembly.membership.add(
      {"replica",
       std::move(nodes),
       {.tolerance = engine::Tolerance::third, .quorums = &engine::QuorumSystem::byzantine}});
  return assembly;
}

std::vector<engine::Defect> defects() {
  return {{"echo-broadcast-small-quorum",
           "f+1 equal echoes are enough to deliver: one of them is of a correct node.",
           "Cachin, Guerraoui, Rodrigues 2011, section 3.10.3, without its quorum",
           "echo-broadcast/consistency",
           {{"echoes_needed", "one_correct"}}},
          {"echo-broadcast-counts-messages",
           "Echoes are counted whoever sent them: one node that says it twice counts twice.",
           "Cachin, Guerraoui, Rodrigues 2011, algorithm 3.16, echos[p] left out",
           "echo-broadcast/consistency",
           {{"counts_senders", "false"}}},
          {"echo-broadcast-echoes-again",
           "A node echoes every value that the broadcaster sends it.",
           "Cachin, Guerraoui, Rodrigues 2011, algorithm 3.16, sentecho left out",
           "echo-broadcast/consistency",
           {{"echoes_once", "false"}}},
          {"echo-broadcast-tells-before-saved",
           "A node tells the others what is still on its way to its disk.",
           "against the README: what a node has told is saved first; the book's nodes never come "
           "back (Cachin, Guerraoui, Rodrigues 2011, section 3.10)",
           "echo-broadcast/integrity",
           {{"saves_first", "false"}}}};
}

engine::Model make_model() {
  engine::Model model;
  model.name = "echo_broadcast";
  model.about =
      "Authenticated echo broadcast (Srikanth, Toueg 1987; Bracha 1987): fewer than a third lie.";
  model.options = engine::describe_options<Options>();
  model.defects = defects();
  model.uses_service = false;
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.history.clear();
    claims.log = engine::LogClaim::none;
    claims.failures = engine::FailureModel::byzantine;
    claims.disk = engine::DiskClaim::durable;
    return claims;
  };
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &properties;
  model.forge = &engine::forges<Send, Echo, Ready>;
  model.probes = {"delivered", "ready-by-others"};
  model.process_types = {&engine::process_type<Node>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::echo_broadcast
