#include "models/abd/model.hpp"

#include "models/abd/abd.hpp"
#include "models/client/register_cluster.hpp"

namespace stampede::models::abd {
namespace {

std::optional<std::string> uncounted(const Server& server, const engine::NodeView& node) {
  const auto* querying = std::get_if<Querying>(&server.phase);
  const auto* recording = std::get_if<Recording>(&server.phase);
  if (querying != nullptr && querying->answers.find(node.self()) == nullptr)
    return node.name() + " asks a majority and has not asked itself";
  if (recording != nullptr && !recording->answered.contains(node.self()))
    return node.name() + " tells a majority and does not count itself";
  return std::nullopt;
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::step_property<Server>(
              "abd/sequence-monotone", "The version a server holds never gets older.",
              [](const Server& before, const Server& after,
                 const engine::Effects&) -> std::optional<std::string> {
                if (!(after.content.sequence < before.content.sequence)) return std::nullopt;
                return "holds version " + engine::to_json(after.content.sequence) + " and held " +
                       engine::to_json(before.content.sequence);
              }),
          engine::node_property<Server>("abd/counts-itself",
                                        "Who asks or tells a majority is one of it.", &uncounted)};
}

engine::Model make_model() {
  engine::Model model = client::register_model<Options, Server>(
      "abd", "The atomic register of Attiya, Bar-Noy and Dolev (1995), with several writers.");
  model.defects = {{"abd-reads-do-not-write-back",
                    "A read answers what it found without making a majority know it.",
                    "Attiya, Bar-Noy, Dolev 1995, section 3: why reads write",
                    "linearizability",
                    {{"reads_write_back", "false"}}}};
  model.properties = &properties;
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::abd
