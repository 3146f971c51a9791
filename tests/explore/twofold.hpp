// A process whose parts belong to different groups and show something of each: it puts what groups
// and facets are through both worlds.
#pragma once

#include <map>

#include "engine/world/assembly.hpp"
#include "engine/world/property.hpp"

namespace stampede::tests {

struct Entry {
  std::uint32_t number = 0;
};
STAMPEDE_VALUE(Entry, number);
struct Later {};
STAMPEDE_VALUE(Later);

/// Keeps a log, and forgets what is more than three entries back. Tells its group of every other
/// entry.
struct Ledger {
  using Messages = engine::Messages<Entry>;
  using Timers = engine::Timers<Later>;
  engine::SharedLog<OperationId> log{};

  void begin(Context& context) { context.arm(Later{}, engine::milliseconds(1)); }
  void on(const Entry& entry, NodeId, Context& context) {
    if (entry.number > 3) return context.ignore();
    log.push_back({ClientId{0}, entry.number});
    if (log.size() - log.base() > 3) log = log.forgetting(log.size() - 2);
  }
  void on(const Later&, Context& context) {
    log.push_back({ClientId{1}, 1});
    context.broadcast(Entry{static_cast<std::uint32_t>(log.size())});
    begin(context);
  }
};
STAMPEDE_VALUE(Ledger, log);

inline void observe(const Ledger& ledger, NodeId self, const engine::Group& group,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.leading = group.members().front() == self;
  shown.log.show<OperationId>(ledger.log, [](const OperationId& id) { return id; });
  shown.committed = shown.executed = ledger.log.size();
  if (ledger.log.size() > 2) shown.configuration.insert(self);
}

inline std::uint64_t state_digest(const Ledger& ledger) {
  return ledger.log.prefix_hash(ledger.log.size());
}

struct Twofold {
  using Messages = engine::Messages<Entry>;
  using Timers = engine::Timers<Later>;
  std::uint64_t epoch = 0;
  Ledger masters{};
  std::map<std::uint32_t, Ledger> chains{};
  using Parts = engine::Parts<&Twofold::masters, &Twofold::chains>;

  void start(Context& context) {
    context.arm(Later{}, engine::milliseconds(1));
    Context inside = context.inside(masters);
    masters.begin(inside);
  }
  void on(const Entry&, NodeId, Context&) { epoch = 2 * (epoch / 2) + 1; }
  void on(const Later&, Context& context) {
    ++epoch;
    context.broadcast(Entry{1});
    const auto key = static_cast<std::uint32_t>(epoch % 3);
    Context inside = context.inside(chains[key]);
    chains[key].begin(inside);
    context.arm(Later{}, engine::milliseconds(1));
  }
};
STAMPEDE_VALUE(Twofold, epoch, masters, chains);
static_assert(engine::Process<Twofold>);

inline void observe(const Twofold& twofold, NodeId, const engine::Group&,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.epoch = twofold.epoch;
}

/// t0 to t3 are replicas, t0 to t2 masters; instance 1 of t2's and t3's chains is their chain.
inline engine::Assembly twofolds() {
  engine::Assembly assembly;
  for (std::uint32_t i = 0; i < 4; ++i) {
    std::vector<engine::Binding> bindings;
    if (i < 3) bindings.push_back({"masters", "masters"});
    if (i >= 2) bindings.push_back({"chains[1]", "chain"});
    assembly.nodes.push_back({"t" + std::to_string(i), "replica", engine::make_process(Twofold{}),
                              engine::Payload{}, std::move(bindings)});
  }
  assembly.membership.add({"replica", {NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}}});
  assembly.membership.add({"masters", {NodeId{0}, NodeId{1}, NodeId{2}}});
  assembly.membership.add(
      {"chain", {NodeId{2}, NodeId{3}}, {.tolerance = engine::Tolerance::all_but_one}});
  return assembly;
}

/// Notes what is shown of which group, and breaks when a log is long.
struct GroupDiary {
  std::uint64_t told = engine::hash_seed;

  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    const auto note = [&](std::uint64_t what) { told = engine::mix(told, what); };
    note(change.node.value);
    note(change.group);
    note(change.fields);
    for (const engine::Observation* shown : {&change.before, &change.after}) {
      note(shown->epoch);
      note(engine::hash_of(shown->log));
      note(engine::hash_of(shown->configuration));
    }
    for (const engine::Group& group : judge.world.membership().groups()) {
      note(judge.world.observation(change.node, group).log.size());
      note(judge.world.state_digest(change.node, group).value_or(7));
    }
    if (change.after.log.size() > 5)
      judge.violated(judge.world.name(change.node) + " has a long log of group " +
                         std::to_string(change.group),
                     {change.node});
  }
};
STAMPEDE_VALUE(GroupDiary, told);

/// Of all groups, and of each alone.
inline std::vector<engine::Property> twofold_properties() {
  const engine::Property diary = engine::monitor_property("group-diary", "", GroupDiary{});
  std::vector<engine::Property> properties = {diary};
  for (std::uint32_t group = 0; group < 3; ++group)
    properties.push_back(engine::for_group(diary, group, "group-diary@" + std::to_string(group)));
  return properties;
}

}  // namespace stampede::tests
