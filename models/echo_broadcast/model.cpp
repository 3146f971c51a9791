#include "models/echo_broadcast/model.hpp"

#include <algorithm>

#include "models/echo_broadcast/echo_broadcast.hpp"
#include "models/echo_broadcast/promises.hpp"

namespace stampede::models::echo_broadcast {
namespace {

using engine::WorldView;

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
          &invented<Node>),
      engine::node_property<Node>("echo-broadcast/says-it-again",
                                  "A node says again from time to time what it has told.",
                                  &resend_missing),
      engine::node_property<Node>("echo-broadcast/tells-first",
                                  "Who broadcasts echoes; who delivers is ready (double echo).",
                                  &untold),
      engine::eventually("echo-broadcast/validity",
                         "What a correct broadcaster broadcasts, every correct node delivers.",
                         &not_delivered<Node>)};
  if (cluster.options.as<Options>().double_echo)
    list.push_back(engine::eventually(
        "echo-broadcast/totality", "If one correct node delivers a value, every correct node does.",
        &delivered_by_some));
  return list;
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
  model.claims = &claims;
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = [](const engine::ClusterSpec& cluster) {
    return members_alike(cluster, engine::make_process(Node{}));
  };
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
