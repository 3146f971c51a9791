#include "scenarios/reading/names.hpp"

#include <algorithm>

namespace stampede::scenarios {

using engine::Document;

Participants::Participants(const engine::Assembly& assembly) : membership_(assembly.membership) {
  std::vector<std::string> names;
  for (const engine::NodeSpec& node : assembly.nodes) names.push_back(node.name);
  names_ = engine::NodeNames(std::move(names));
}

NodeId Participants::find(const Document& document) const {
  return find(document, document.scalar("a node's name"));
}

NodeId Participants::find(const Document& document, std::string_view name) const {
  const std::optional<NodeId> node = names_.find(name);
  if (!node) engine::fail_unknown(document.place(), "node", name, names_.all());
  return *node;
}

std::uint32_t Participants::group(const Document& document, std::string_view name) const {
  if (const engine::Group* found = membership_.find(name)) return membership_.position(*found);
  std::vector<std::string> known;
  for (const engine::Group& group : membership_.groups()) known.push_back(group.name());
  engine::fail_unknown(document.place(), "group", name, known);
}

TypeNames::TypeNames(const engine::Model& model) : probes(model.probes) {
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  };
  for (const engine::ProcessType* type : model.process_types) {
    for (const engine::NamedType* message : type->message_types) add(messages, message->name);
    for (const engine::NamedType* timer : type->timer_types) add(timers, timer->name);
  }
}

}  // namespace stampede::scenarios
