#include "models/chain/invariants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "models/chain/master.hpp"
#include "models/chain/replica.hpp"
#include "models/multi_paxos/core_facts.hpp"
#include "models/viewstamped/core_facts.hpp"

namespace stampede::models::chain {
namespace {

using engine::Observation;
using engine::WorldView;

std::string updates(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " update" : " updates");
}

/// A replica that is up and has a place in the chain.
const Replica* linked(const WorldView& world, NodeId node) {
  if (!world.up(node) || !world.correct(node)) return nullptr;
  const auto* replica = engine::process_as<Replica>(world.process(node));
  return replica != nullptr && replica->is_linked() ? replica : nullptr;
}

/// Of two links of one chain that are up, the earlier and the later one; the first thing that
/// `says` finds.
template <class Says>
std::optional<std::string> of_links(const WorldView& world, const Says& says) {
  for (const NodeId earlier : world.members()) {
    const Replica* first = linked(world, earlier);
    if (first == nullptr) continue;
    const std::vector<Link>& links = first->stable.chain.links;
    auto place = std::find(links.begin(), links.end(), first->stable.self);
    for (++place; place != links.end(); ++place) {
      const Replica* second = linked(world, place->node);
      if (second == nullptr || second->stable.chain.epoch != first->stable.chain.epoch) continue;
      if (const auto said = says(earlier, place->node)) return said;
    }
  }
  return std::nullopt;
}

std::optional<std::string> update_not_propagated(const WorldView& world) {
  return of_links(world, [&](NodeId earlier, NodeId later) -> std::optional<std::string> {
    const engine::ObservedLog& first = world.observation(earlier).log;
    const engine::ObservedLog& second = world.observation(later).log;
    if (second.size() <= first.size() && first.agrees(second, second.size())) return std::nullopt;
    return world.name(later) + " has " + updates(second.size()) + ", not the first of the " +
           updates(first.size()) + " of " + world.name(earlier) + ", before it in the chain";
  });
}

std::optional<std::string> sent_forgotten(const WorldView& world) {
  return of_links(world, [&](NodeId earlier, NodeId later) -> std::optional<std::string> {
    const std::uint64_t stable = world.observation(earlier).executed;
    const std::size_t has = world.observation(later).log.size();
    if (stable <= has) return std::nullopt;
    return world.name(earlier) + " keeps nothing up to " + std::to_string(stable) +
           " to send again, and " + world.name(later) + ", behind it in the chain, has " +
           updates(has);
  });
}

std::optional<std::string> stable_lost(const WorldView& world) {
  for (const NodeId node : world.members()) {
    if (!world.up(node) || !world.correct(node)) continue;
    const Observation& shown = world.observation(node);
    for (const NodeId other : world.members()) {
      const Observation& link = world.observation(other);
      if (other == node || !world.up(other) || !link.operational || link.epoch < shown.epoch)
        continue;
      if (link.log.size() >= shown.executed && link.log.agrees(shown.log, shown.executed)) continue;
      return world.name(node) + " has executed " + updates(shown.executed) + ", and " +
             world.name(other) + ", in the chain of epoch " + std::to_string(link.epoch) +
             ", has not all of them";
    }
  }
  return std::nullopt;
}

/// What was said of each epoch.
struct OneChain {
  std::map<Epoch, Chain> announced{};
  using Hears = engine::Messages<NewChain>;

  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    const auto* message = sent.payload->get<NewChain>();
    if (message == nullptr) return;
    const Chain& first = announced.try_emplace(message->chain.epoch, message->chain).first->second;
    if (first == message->chain) return;
    judge.violated(judge.world.name(sent.from) + " announces " + text(message->chain, judge) +
                       " for epoch " + std::to_string(first.epoch) + ", which was of " +
                       text(first, judge),
                   {sent.from});
  }

  static std::string text(const Chain& chain, const engine::Judge& judge) {
    std::string words;
    for (const Link& link : chain.links)
      words += (words.empty() ? "" : " -> ") + judge.world.name(link.node);
    return chain.joining ? words + ", joined by " + judge.world.name(chain.joining->node) : words;
  }
};
STAMPEDE_VALUE(OneChain, announced);

/// Of updates: queries leave nothing behind. As long as somebody's history may be on a disk that
/// nobody sees, nothing is lost.
struct Durability {
  std::vector<OperationId> updates{};
  std::vector<OperationId> acknowledged{};
  using Hears = engine::Messages<Request>;
  static constexpr unsigned watches = engine::observed_log_other | engine::observed_up;

  void on(const engine::MessageSent& sent, engine::Judge&) {
    const auto* request = sent.payload->get<Request>();
    if (request != nullptr &&
        std::find(updates.begin(), updates.end(), request->id) == updates.end())
      updates.push_back(request->id);
  }
  void on(const engine::Responded& responded, engine::Judge& judge) {
    const auto update = std::find(updates.begin(), updates.end(), responded.id);
    if (update == updates.end()) return;
    updates.erase(update);
    acknowledged.push_back(responded.id);
    if (may_be_unseen(judge.world)) return;
    // The others were looked for when a log changed: one that only grows loses nothing.
    const auto has = [&](NodeId member) {
      const engine::ObservedLog& log = judge.world.observation(member).log;
      for (std::size_t position = log.size(); position > 0; --position) {
        if (log.at(position) == responded.id) return true;
      }
      return false;
    };
    const std::vector<NodeId>& members = judge.world.members();
    if (std::none_of(members.begin(), members.end(), has)) report(responded.id, judge);
  }
  void on(const engine::ObservationChanged&, engine::Judge& judge) const {
    if (acknowledged.empty() || may_be_unseen(judge.world)) return;
    std::vector<OperationId> shown;
    for (const NodeId member : judge.world.members()) {
      const engine::ObservedLog& log = judge.world.observation(member).log;
      for (std::size_t position = 1; position <= log.size(); ++position)
        shown.push_back(log.at(position));
    }
    std::sort(shown.begin(), shown.end());
    for (const OperationId id : acknowledged) {
      if (!std::binary_search(shown.begin(), shown.end(), id)) return report(id, judge);
    }
  }

  static bool may_be_unseen(const WorldView& world) {
    const std::vector<NodeId>& members = world.members();
    return std::any_of(members.begin(), members.end(), [&](NodeId member) {
      return !world.up(member) && world.options(member).as<Options>().keeps_history;
    });
  }
  static void report(OperationId id, engine::Judge& judge) {
    judge.violated("operation " + to_string(id) + " was acknowledged and is in no replica's log");
  }
};
STAMPEDE_VALUE(Durability, updates, acknowledged);

std::optional<std::string> chain_timer_missing(const Replica& replica,
                                               const engine::NodeView& node) {
  if (node.lacks(JoinTimeout{})) return node.name() + " has no JoinTimeout";
  const std::optional<Sequence> next_has = replica.acknowledged();
  if (next_has && *next_has < replica.stable.log.size() && node.lacks(ResendTimeout{}))
    return node.name() + " has updates on their way down the chain and no ResendTimeout";
  if (replica.confirmation.open && node.lacks(RenewTimeout{}))
    return node.name() + " waits to be confirmed and has no RenewTimeout";
  return std::nullopt;
}

std::optional<std::string> executed_beyond(const Replica& replica, const engine::NodeView& node) {
  if (replica.stable.executed <= replica.stable.log.size()) return std::nullopt;
  return node.name() + " has executed " + std::to_string(replica.stable.executed) + " of " +
         updates(replica.stable.log.size());
}

// A tail that keeps a promise waits.
std::optional<std::string> undecided_tail(const Replica& replica, const engine::NodeView& node) {
  if (!replica.decides_alone() || replica.held_until > engine::Time{} ||
      replica.stable.executed == replica.stable.log.size())
    return std::nullopt;
  return node.name() + " is the tail and has executed " + std::to_string(replica.stable.executed) +
         " of " + updates(replica.stable.log.size());
}

std::optional<std::string> not_announced(const Master&, const engine::NodeView& node) {
  if (!node.lacks(AnnounceTimeout{})) return std::nullopt;
  return node.name() + " has no AnnounceTimeout";
}

std::optional<std::string> unknown_link(const Master& master, const engine::NodeView& node) {
  for (const Link& link : master.chains.chain.links) {
    const std::uint64_t* newest = master.chains.joined.find(link.node);
    const std::uint64_t known = newest == nullptr ? 0 : *newest;
    if (link.incarnation > known)
      return node.name() + " has incarnation " + std::to_string(link.incarnation) +
             " of a replica in the chain and knows of none after " + std::to_string(known);
  }
  return std::nullopt;
}

/// Of the masters, as facts of their group: it comes after the replicas.
void add_masters(const Options& options, std::vector<engine::Property>& list) {
  constexpr std::uint32_t masters = 1;
  const auto add = [&](std::vector<engine::Property> properties) {
    for (engine::Property& property : properties) {
      const std::string name = property.name + "@masters";
      list.push_back(engine::for_group(std::move(property), masters, name));
    }
  };
  add({engine::node_property<Master>("chain/announces",
                                     "A master goes on telling the present chain.", &not_announced),
       engine::node_property<Master>("chain/links-have-joined",
                                     "Who is in the chain has begun this life.", &unknown_link)});
  add(Consensus::invariants(options.masters));
  add(protocol::core_facts<&Master::masters>(options.masters));
}

}  // namespace

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec) {
  std::vector<engine::Property> list = {
      engine::world_property("chain/update-propagation",
                             "A link has the first of the updates that the links before it have.",
                             &update_not_propagated),
      engine::world_property(
          "chain/inprocess-requests",
          "What a link has beyond those behind it in the chain it keeps to be sent again.",
          &sent_forgotten),
      engine::world_property("chain/stable-stays",
                             "What a replica has executed, all links of that epoch and of later "
                             "ones have.",
                             &stable_lost),
      engine::monitor_property("chain/one-chain",
                               "All who announce the chain of an epoch say the same of it.",
                               OneChain{}),
      engine::monitor_property("durability", "An acknowledged update stays in some replica's log.",
                               Durability{}),
      engine::node_property<Replica>("chain/timers-armed",
                                     "Whoever waits has the timer armed that ends the wait.",
                                     &chain_timer_missing),
      engine::node_property<Replica>("chain/executes-its-history",
                                     "A replica executes what is in its history.",
                                     &executed_beyond),
      engine::node_property<Replica>("chain/tail-decides",
                                     "What the tail has is stable: it has executed all of it.",
                                     &undecided_tail)};
  add_masters(spec.options.as<Options>(), list);
  return list;
}

}  // namespace stampede::models::chain
