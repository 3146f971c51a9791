// A node that shows a configuration, for tests of what follows it.
#pragma once

#include "engine/world/world.hpp"

namespace stampede::tests {

inline NodeSet nodes(const std::vector<std::uint32_t>& list) {
  NodeSet set;
  for (const std::uint32_t node : list) set.insert(NodeId{node});
  return set;
}

/// What a node shows from some moment on: these members, and operations 1, 2, ... of client 0, all
/// of them committed.
struct Stage {
  NodeSet members{};
  std::uint32_t operations = 0;
};
STAMPEDE_VALUE(Stage, members, operations);

/// Shows its stages one after the other, the next one whenever it is told to go on.
struct Showing {
  using Messages = engine::Messages<>;
  struct GoOn {};
  using Timers = engine::Timers<GoOn>;
  std::vector<Stage> stages{};
  std::uint32_t place = 0;
  engine::SharedLog<OperationId> log{};

  void start(Context& context) { show(context); }
  void on(const GoOn&, Context& context) {
    if (place + 1 < stages.size()) ++place;
    show(context);
  }
  void show(Context& context) {
    while (log.size() < stages[place].operations)
      log.push_back({ClientId{0}, static_cast<std::uint32_t>(log.size() + 1)});
    log.truncate(stages[place].operations);
    context.arm(GoOn{}, engine::milliseconds(1));
  }
};
STAMPEDE_VALUE(Showing::GoOn);
STAMPEDE_VALUE(Showing, stages, place, log);
static_assert(engine::Process<Showing>);

/// n0 leads.
inline void observe(const Showing& showing, NodeId self, const engine::Group&,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.leading = self == NodeId{0};
  shown.log.show<OperationId>(showing.log, [](const OperationId& id) { return id; });
  shown.committed = shown.executed = showing.log.size();
  shown.configuration = showing.stages[showing.place].members;
}

/// n0, n1, ...: the first `members` are members of the main group, the others spares.
inline engine::Assembly showing(const std::vector<std::vector<Stage>>& stages,
                                std::uint32_t members) {
  engine::Assembly assembly;
  std::vector<NodeId> first;
  std::vector<NodeId> spares;
  for (const std::vector<Stage>& its : stages) {
    const NodeId node{static_cast<std::uint32_t>(assembly.nodes.size())};
    (node.value < members ? first : spares).push_back(node);
    assembly.nodes.push_back({"n" + std::to_string(node.value),
                              "member",
                              engine::make_process(Showing{its, 0, {}}),
                              {}});
  }
  assembly.membership.add({"member", std::move(first), {}, std::move(spares)});
  return assembly;
}

}  // namespace stampede::tests
