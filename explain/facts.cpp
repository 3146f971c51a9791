#include "explain/facts.hpp"

#include <algorithm>

#include "engine/world/decision_text.hpp"

namespace stampede::explain {
namespace {

using engine::EventKind;

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Whether the step is about a message or timer of this name, which may leave open which instance.
bool is_named(const engine::Decision& decision, const std::string& name,
              const engine::NodeNames& names) {
  const bool fires = decision.kind == engine::DecisionKind::fire;
  const std::string& type = fires ? decision.timer.type : decision.message.type;
  const engine::InstanceName& instance =
      fires ? decision.timer.instance : decision.message.instance;
  return type == name || (instance && engine::type_text(type, instance, names) == name);
}

template <EventKind... Kinds>
Test happens(std::string name) {
  return [name = std::move(name)](Moment& moment) {
    const Step& step = *moment.step();
    return ((step.kind == Kinds) || ...) &&
           (name.empty() || is_named(step.decision, name, moment.names()));
  };
}

Test sends(std::string name) {
  return [name = std::move(name)](Moment& moment) {
    const engine::Effects* effects = moment.effects();
    return effects != nullptr &&
           std::any_of(effects->sends.begin(), effects->sends.end(), [&](const engine::Send& send) {
             return send.type->name == name ||
                    send.type->name_of(send.instance, &moment.names()) == name;
           });
  };
}

Test reaches(std::string name) {
  return [name = std::move(name)](Moment& moment) {
    const engine::Effects* effects = moment.effects();
    return effects != nullptr &&
           std::find(effects->probes.begin(), effects->probes.end(), name) != effects->probes.end();
  };
}

Test violates(std::string name) {
  return [name = std::move(name)](Moment& moment) {
    return name.empty() ? !moment.broken().empty() : contains(moment.broken(), name);
  };
}

const std::vector<Deed>& deeds() {
  static const std::vector<Deed> list = {
      {"delivers", "message", &Vocabulary::messages,
       &happens<EventKind::deliver, EventKind::ignore>},
      {"ignores", "message", &Vocabulary::messages, &happens<EventKind::ignore>},
      {"drops", "message", &Vocabulary::messages, &happens<EventKind::drop>},
      {"sends", "message", &Vocabulary::messages, &sends},
      {"fires", "timer", &Vocabulary::timers, &happens<EventKind::fire>},
      {"reaches", "probe", &Vocabulary::probes, &reaches},
      {"crashes", "", nullptr, &happens<EventKind::crash>},
      {"restarts", "", nullptr, &happens<EventKind::restart>},
      {"violates", "property", &Vocabulary::properties, &violates, true},
  };
  return list;
}

std::vector<std::string> names_of_types(
    const engine::Model& model, std::vector<const engine::NamedType*> engine::ProcessType::*list) {
  std::vector<std::string> names;
  for (const engine::ProcessType* type : model.process_types) {
    for (const engine::NamedType* named : type->*list) {
      if (!contains(names, named->name)) names.push_back(named->name);
    }
  }
  return names;
}

}  // namespace

Vocabulary vocabulary_of(const scenarios::Scenario& scenario, const engine::World& world) {
  Vocabulary words;
  words.names = world.names();
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    words.roles.push_back(world.role(NodeId{i}));
    words.states.push_back(state_document(world.boot(NodeId{i}), words.names));
  }
  words.messages = names_of_types(*scenario.model, &engine::ProcessType::message_types);
  words.timers = names_of_types(*scenario.model, &engine::ProcessType::timer_types);
  words.probes = scenario.model->probes;
  words.properties = scenario.checks;
  words.properties.emplace_back("no-exception");
  return words;
}

const Deed* find_deed(std::string_view verb) {
  const auto found = std::find_if(deeds().begin(), deeds().end(),
                                  [&](const Deed& deed) { return deed.verb == verb; });
  return found == deeds().end() ? nullptr : &*found;
}

const std::vector<Condition>& conditions() {
  static const std::vector<Condition> list = {
      {"up", [](const engine::World& world, NodeId node) { return world.up(node); }},
      {"down", [](const engine::World& world, NodeId node) { return !world.up(node); }},
      {"paused", [](const engine::World& world, NodeId node) { return world.local(node).paused; }},
      {"recovering",
       [](const engine::World& world, NodeId node) { return world.observation(node).recovering; }},
  };
  return list;
}

bool leads(const engine::World& world, NodeId node) {
  return world.up(node) && world.observation(node).leading;
}

}  // namespace stampede::explain
