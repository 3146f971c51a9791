#include "token_ring.hpp"

namespace token_ring {
namespace {

NodeId next(const Context& context) {
  const std::vector<NodeId>& members = context.members();
  const auto self = std::find(members.begin(), members.end(), context.self());
  return self + 1 == members.end() ? members.front() : *(self + 1);
}

/// No two members hold the token.
std::optional<std::string> two_holders(const engine::WorldView& world) {
  std::optional<NodeId> holder;
  for (const NodeId node : world.members()) {
    if (!world.observation(node).leading) continue;
    if (holder) return world.name(*holder) + " and " + world.name(node) + " hold the token";
    holder = node;
  }
  return std::nullopt;
}

std::optional<std::string> keeps_for_ever(const Member& member, const engine::NodeView& node) {
  if (!member.holds || !node.lacks(TurnEnds{})) return std::nullopt;
  return node.name() + " holds the token, and its turn will not end";
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::world_property("token-ring/one-holder", "No two members hold the token.",
                                 &two_holders),
          engine::node_property<Member>("token-ring/turns-end",
                                        "Whoever holds the token hands it on.", &keeps_for_ever)};
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    members.push_back(NodeId{i});
    assembly.nodes.push_back(
        {"m" + std::to_string(i), "member", engine::make_process(Member{}), spec.options});
  }
  // Whoever crashes takes the token, or the memory of its turn, along.
  assembly.membership.add({"member", members, {.tolerance = engine::Tolerance::none}});
  return assembly;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "token_ring";
  model.about = "One token goes round a ring.";
  model.options = engine::describe_options<Options>();
  model.defects = {{"token-ring-takes-any",
                    "A token that comes for a second time is taken again.",
                    "made for docs/embedding.md",
                    "token-ring/one-holder",
                    {{"checks_turn", "false"}}}};
  model.replicas_min = 2;
  model.uses_service = false;
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.history.clear();
    claims.log = engine::LogClaim::none;
    claims.failures = engine::FailureModel::crash_stop;
    return claims;
  };
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &properties;
  model.probes = {"late-token", "resend", "last-turn"};
  model.process_types = {&engine::process_type<Member>()};
  return model;
}

}  // namespace

void Member::start(Context& context) {
  if (context.self() == context.members().front()) take(1, context);
}

void Member::take(std::uint64_t new_turn, Context& context) {
  turn = new_turn;
  holds = true;
  context.arm(TurnEnds{}, context.options<Options>().turn_lasts);
}

void Member::on(const TurnEnds&, Context& context) {
  ASSERT(holds);
  holds = false;
  if (turn == context.options<Options>().turns) return context.reached("last-turn");
  context.send(next(context), Token{turn + 1});
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

// The token or its Taken may be lost.
void Member::on(const ResendTimeout&, Context& context) {
  context.reached("resend");
  context.send(next(context), Token{turn + 1});
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void Member::on(const Token& token, NodeId from, Context& context) {
  context.send(from, Taken{token.turn});
  const bool late = token.turn <= turn;  // sent again, or duplicated: the network may
  if (late && context.options<Options>().checks_turn) return context.reached("late-token");
  context.disarm(ResendTimeout{});  // it went round: who had it from us has handed it on
  take(token.turn, context);
}

void Member::on(const Taken& taken, NodeId, Context& context) {
  if (taken.turn != turn + 1) return context.ignore();
  context.disarm(ResendTimeout{});
}

void observe(const Member& member, NodeId, const engine::Group&, engine::Observation& observation) {
  observation.operational = true;
  observation.leading = member.holds;
  observation.epoch = member.turn;
}

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace token_ring
