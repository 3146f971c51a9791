#include "models/abd/model.hpp"

#include "models/abd/abd.hpp"
#include "models/client/register_cluster.hpp"

namespace stampede::models::abd {
namespace {

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::step_property<Server>(
      "abd/sequence-monotone", "The version a server holds never gets older.",
      [](const Server& before, const Server& after,
         const engine::Effects&) -> std::optional<std::string> {
        if (!(after.content.sequence < before.content.sequence)) return std::nullopt;
        return "holds version " + engine::to_json(after.content.sequence) + " and held " +
               engine::to_json(before.content.sequence);
      })};
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
