#include "models/ping_pong/counting.hpp"

#include "models/ping_pong/model.hpp"

namespace stampede::models::ping_pong {

// Only the first node serves.
void Counter::start(Context& context) {
  if (context.self() == context.members().front())
    context.send(context.members().at(1), Ping{count});
}

void Counter::on(const Ping& ping, NodeId from, Context& context) {
  if (ping.request_number != count) return context.ignore();
  context.send(from, Pong{count});
  ++count.value;
}

void Counter::on(const Pong& pong, NodeId from, Context& context) {
  if (pong.request_number != count) return context.ignore();
  ++count.value;
  context.send(from, Ping{count});
}

void observe(const Counter& counter, NodeId, const engine::Group&,
             engine::Observation& observation) {
  observation.operational = true;
  observation.epoch = counter.count.value;
}

namespace {

std::vector<engine::Property> properties(const engine::ClusterSpec&) {
  return {engine::world_property(
      "counting-ping-pong/in-step", "The ends never differ by more than one exchange.",
      [](const engine::WorldView& world) -> std::optional<std::string> {
        const std::uint64_t first = world.observation(world.members().at(0)).epoch;
        const std::uint64_t second = world.observation(world.members().at(1)).epoch;
        if (first == second || first + 1 == second) return std::nullopt;
        return "the counts are " + std::to_string(first) + " and " + std::to_string(second);
      })};
}

engine::Assembly assemble(const engine::ClusterSpec&) {
  engine::Assembly assembly;
  for (const char* name : {"p0", "p1"})
    assembly.nodes.push_back({name, "counter", engine::make_process(Counter{}), {}});
  assembly.membership.add(
      {"counter", {NodeId{0}, NodeId{1}}, {.tolerance = engine::Tolerance::any}});
  return assembly;
}

engine::Model make_model() {
  engine::Model model;
  model.name = "counting_ping_pong";
  model.about = "Ping-pong without a timer in which both ends count: for comparing state counts.";
  model.replicas_min = model.replicas_max = 2;
  model.uses_service = false;
  model.claims = [](const engine::ClusterSpec&) {
    engine::Claims claims;
    claims.history.clear();
    claims.log = engine::LogClaim::none;
    return claims;
  };
  model.read_options = [](const engine::Document* document,
                          const std::vector<const engine::Defect*>&) {
    if (document != nullptr) document->expect_keys("no options: this model has none", {});
    return engine::Payload();
  };
  model.assemble = &assemble;
  model.properties = &properties;
  model.process_types = {&engine::process_type<Counter>()};
  return model;
}

}  // namespace

const engine::Model& counting_model() {
  static const engine::Model instance = make_model();
  return instance;
}

}  // namespace stampede::models::ping_pong
