#include "models/ping_pong/model.hpp"

#include "engine/core/per_node.hpp"
#include "models/ping_pong/ping_pong.hpp"

namespace stampede::models::ping_pong {
namespace {

/// A monitor is a value that is told what happens. This one remembers each node's newest answer.
struct OneAtATime {
  PerNode<RequestNumber> answered{};

  void on(const engine::MessageDelivered& seen, engine::Judge&) {
    const auto* pong = seen.payload->get<Pong>();
    if (pong != nullptr && answered[seen.to] < pong->request_number)
      answered[seen.to] = pong->request_number;
  }
  void on(const engine::MessageSent& seen, engine::Judge& judge) {
    const auto* ping = seen.payload->get<Ping>();
    if (ping == nullptr || ping->request_number.value <= answered[seen.from].value + 1) return;
    judge.violated(judge.world.name(seen.from) + " sends Ping " +
                       engine::to_json(ping->request_number) + "; the newest answer it has is to " +
                       engine::to_json(answered[seen.from]),
                   {seen.from});
  }
};
STAMPEDE_VALUE(OneAtATime, answered);

/// A fact about one node, and about its timers: a lost Ping is sent again.
std::optional<std::string> waits_for_ever(const Pinger& pinger, const engine::NodeView& node) {
  const std::uint64_t outstanding = pinger.request_number.value;
  // Of the newest Ping of all nobody but the timer knows whether it was answered.
  if (outstanding == 0 || outstanding == node.options<Options>().max) return std::nullopt;
  if (!node.lacks(RetryTimeout{})) return std::nullopt;
  return node.name() + " waits for the answer to Ping " + std::to_string(outstanding) +
         " and has no RetryTimeout";
}

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {
      engine::monitor_property("ping-pong/one-at-a-time",
                               "The next Ping goes out only when the one before was answered.",
                               OneAtATime{}),
      engine::node_property<Pinger>("ping-pong/asks-again",
                                    "A Ping that is not answered is sent again.", &waits_for_ever)};
}

engine::Assembly assemble(const engine::ClusterSpec& spec) {
  engine::Assembly assembly;
  std::vector<NodeId> pingers;
  for (std::uint32_t i = 0; i < spec.replicas; ++i) {
    const Pinger pinger{NodeId{(i + 1) % spec.replicas},
                        {}};  // a ring: everybody pings the next one
    assembly.nodes.push_back(
        {"p" + std::to_string(i), "pinger", engine::make_process(pinger), spec.options});
    pingers.push_back(NodeId{i});
  }
  assembly.membership.add({"pinger", pingers, {.tolerance = engine::Tolerance::any}});
  return assembly;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "ping_pong";
  model.about = "The first protocol of the tutorial: each node keeps one Ping outstanding.";
  model.options = engine::describe_options<Options>();
  model.defects = {{"ping-pong-forgets-to-check",
                    "Any Pong is taken for the answer to the outstanding Ping.",
                    "made for docs/tutorial.md",
                    "ping-pong/one-at-a-time",
                    {{"checks_number", "false"}}}};
  model.replicas_min = 2;
  model.uses_service = false;
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.history.clear();
    claims.log = engine::LogClaim::none;
    return claims;
  };
  model.read_options = &engine::read_model_options<Options>;
  model.assemble = &assemble;
  model.properties = &properties;
  model.probes = {"all-answered", "retry"};
  model.process_types = {&engine::process_type<Pinger>()};
  return model;
}

}  // namespace

const engine::Model& model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::ping_pong
