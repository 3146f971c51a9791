#include "explain/rehearsal.hpp"

#include <algorithm>

namespace stampede::explain {
namespace {

using engine::DecisionKind;
using engine::Input;

/// What a decision is to its node.
struct Rehearsable {
  Input input;
  /// The message, kept while the step runs.
  engine::Payload payload;
};

std::optional<Rehearsable> input_of(const engine::World& world, const engine::Decision& decision) {
  const engine::LocalState& local = world.local(engine::place_of(decision));
  Rehearsable made;
  Input& input = made.input;
  switch (decision.kind) {
    case DecisionKind::deliver: {
      const auto slot = world.find_message(decision.message);
      if (!slot || !local.up || local.paused) return std::nullopt;
      const engine::InFlight& message = world.message(*slot);
      made.payload = message.payload;
      input.kind = Input::Kind::message;
      input.type = message.type;
      input.from = message.from;
      input.instance = message.instance;
      break;
    }
    case DecisionKind::fire: {
      const std::vector<std::uint32_t> timers = world.find_timers(decision.timer);
      if (timers.empty() || !local.up || local.paused) return std::nullopt;
      input.kind = Input::Kind::timer;
      input.slot = timers.front();
      break;
    }
    case DecisionKind::complete:
      if (!local.up || local.paused) return std::nullopt;
      if (decision.name == "durable") {
        if (local.held.empty()) return std::nullopt;
        input.kind = Input::Kind::save_completed;
      } else {
        if (!local.disk.busy(decision.name)) return std::nullopt;
        input.kind = Input::Kind::disk_completed;
        input.file = &decision.name;
      }
      break;
    case DecisionKind::begin:
      if (!local.up || local.paused) return std::nullopt;
      input.kind = Input::Kind::begin;
      input.begin = &decision.operation;
      break;
    case DecisionKind::crash:
      if (!local.up) return std::nullopt;
      input.kind = Input::Kind::crash;
      input.outcome = &decision.outcome;
      break;
    case DecisionKind::restart:
      if (local.up) return std::nullopt;
      input.kind = local.incarnation == 0 ? Input::Kind::start : Input::Kind::recover;
      break;
    case DecisionKind::clock:
      input.kind = Input::Kind::clock;
      input.clock_advance = decision.advance;
      input.monotonic = decision.monotonic;
      break;
    case DecisionKind::drop:
    case DecisionKind::duplicate:
    case DecisionKind::corrupt:
    case DecisionKind::pause:
    case DecisionKind::resume:
    case DecisionKind::begin_fault:
    case DecisionKind::end_fault:
    case DecisionKind::wipe:
      return std::nullopt;
  }
  return made;
}

bool same_sends(const engine::Send& one, const engine::Send& other) {
  return one.type == other.type && one.to == other.to && one.payload == other.payload &&
         one.instance == other.instance;
}

bool same_responses(const engine::Response& one, const engine::Response& other) {
  return one.id == other.id && one.result == other.result;
}

}  // namespace

Rehearsal::Rehearsal(const scenarios::Scenario& scenario) {
  engine::Assembly assembly = scenario.model->assembled(scenario.cluster);
  membership_ = std::make_shared<const engine::Membership>(std::move(assembly.membership));
  adversaries_ = engine::adversaries_of(assembly.nodes);
  std::vector<std::string> names;
  for (engine::NodeSpec& spec : assembly.nodes) {
    names.push_back(spec.name);
    engine::LayerGroups groups(spec.boot.type().root, spec.role, spec.bindings, *membership_);
    nodes_.push_back({std::move(spec), std::move(groups)});
  }
  names_ = engine::NodeNames(std::move(names));
}

std::optional<Rehearsed> Rehearsal::step(const engine::World& world,
                                         const engine::Decision& decision) const {
  if (engine::place_of(decision) == no_node) return std::nullopt;
  std::optional<Rehearsable> made = input_of(world, decision);
  if (!made) return std::nullopt;
  const NodeId id = engine::place_of(decision);
  const Node& node = nodes_.at(id.value);
  const auto identity = [&](NodeId of) { return adversaries_ ? adversaries_->identity(of) : of; };
  Input input = made->input;
  if (input.kind == Input::Kind::message) {
    input.payload = &made->payload;
    input.from = identity(input.from);
  }
  // As the world's own steps have it.
  engine::KeyedChoices choices;
  choices.seed = world.settings().seed;
  choices.scripted = decision.choices;
  engine::Environment environment;
  environment.self = identity(id);
  environment.instance = id;
  environment.node_count = static_cast<std::uint32_t>(nodes_.size());
  environment.groups = &node.groups;
  environment.options = &node.spec.options;
  environment.now = decision.at.value_or(world.now() + engine::milliseconds(1));
  environment.clock = &world.clock(id);
  environment.choices = &choices;
  environment.disk_sector = world.settings().disk_sector;
  environment.saves_in_step = world.settings().saves_in_step;
  environment.names = &names_;
  environment.adversaries = adversaries_.get();
  Rehearsed rehearsed;
  rehearsed.node = id;
  rehearsed.before = world.local(id);
  rehearsed.after = rehearsed.before;
  engine::local_step(rehearsed.after, node.spec.boot, input, environment, rehearsed.effects);
  show(rehearsed);
  return rehearsed;
}

void Rehearsal::show(Rehearsed& step) const {
  const Node& node = nodes_[step.node.value];
  if (node.groups.facets().empty()) return;
  const engine::Facet& facet = node.groups.facets().front();
  if (step.before.incarnation != 0)
    step.shown_before = engine::observe_local(step.before, node.spec.boot, step.node, facet);
  if (!step.effects.exception)
    step.shown_after = engine::observe_local(step.after, node.spec.boot, step.node, facet);
}

bool same_step(const Rehearsed& one, const Rehearsed& other) {
  if (one.effects.exception || other.effects.exception)
    return one.effects.exception.has_value() == other.effects.exception.has_value();
  return one.after == other.after && one.effects.invocations == other.effects.invocations &&
         std::equal(one.effects.sends.begin(), one.effects.sends.end(), other.effects.sends.begin(),
                    other.effects.sends.end(), same_sends) &&
         std::equal(one.effects.responses.begin(), one.effects.responses.end(),
                    other.effects.responses.begin(), other.effects.responses.end(), same_responses);
}

// ----- the options of correct code -----

namespace {

/// Takes the member that an option's path names out of the tree: reading it then leaves the
/// default.
void forget_option(engine::Document& tree, std::string_view path) {
  const std::string_view key = path.substr(0, path.find('.'));
  for (auto entry = tree.entries.begin(); entry != tree.entries.end(); ++entry) {
    if (entry->key != key) continue;
    if (key.size() == path.size()) {
      tree.entries.erase(entry);
    } else {
      forget_option(entry->value, path.substr(key.size() + 1));
    }
    return;
  }
}

}  // namespace

std::optional<scenarios::Scenario> corrected(const scenarios::Scenario& scenario) {
  if (scenario.defects.empty()) return std::nullopt;
  engine::Document options =
      engine::parse_json(scenario.cluster.options.to_json(), "options of the run");
  for (const engine::Defect* defect : scenario.defects) {
    for (const auto& [option, value] : defect->assignments) forget_option(options, option);
  }
  scenarios::Scenario correct = scenario;
  correct.cluster.options = scenario.model->read_options(&options, {});
  correct.defects.clear();
  return correct;
}

}  // namespace stampede::explain
