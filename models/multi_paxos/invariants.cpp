// models/multi_paxos/invariants.cpp: what Multi-Paxos promises, slot by slot.
#include <algorithm>
#include <map>

#include "engine/core/document.hpp"
#include "engine/core/names.hpp"
#include "engine/process/durable.hpp"
#include "engine/world/property.hpp"
#include "models/consensus/requests.hpp"
#include "models/multi_paxos/core.hpp"
#include "models/multi_paxos/core_facts.hpp"

namespace stampede::models::multi_paxos {
namespace {

using engine::Judge;
using engine::MessageSent;

/// `1.r2`: of round 1, by r2.
std::string text(const Ballot& ballot, const engine::WorldView& world) {
  return std::to_string(ballot.round) + "." + world.name(ballot.proposer);
}

std::string text(const Entry& entry, const engine::WorldView& world) {
  if (!entry.request || entry.request.get<client::Request>() != nullptr)
    return consensus::describe(entry.request);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < world.node_count(); ++i) names.push_back(world.name(NodeId{i}));
  const engine::NodeNames nodes(std::move(names));
  const std::string command = entry.request.to_json(&nodes);
  return std::string(entry.request.type().name) + " " +
         engine::parse_json(command, "command").to_plain_text();
}

/// An acceptor takes part in no ballot below one it has promised itself to.
struct PromiseKept {
  PerNode<Ballot> promised{};
  using Hears = engine::Messages<Promise, Accepted>;

  void on(const MessageSent& sent, Judge& judge) {
    if (const auto* promise = sent.payload->get<Promise>()) {
      Ballot& mine = promised[sent.from];
      mine = std::max(mine, promise->ballot);
      return;
    }
    const auto* accepted = sent.payload->get<Accepted>();
    const Ballot* mine = promised.find(sent.from);
    if (accepted == nullptr || mine == nullptr || !(accepted->ballot < *mine)) return;
    judge.violated(judge.world.name(sent.from) + " accepts in ballot " +
                       text(accepted->ballot, judge.world) +
                       " although it has promised itself to " + text(*mine, judge.world),
                   {sent.from});
  }
};
STAMPEDE_VALUE(PromiseKept, promised);

/// What the node finds again of its core when it comes back; nullptr if nothing.
const Stable* saved_at(const engine::LocalState& node) {
  if (node.cell_state != engine::CellState::saved) return nullptr;
  if (const auto* alone = node.cell.get<Stable>()) return alone;
  const auto* parts = node.cell.get<engine::SavedParts>();
  if (parts == nullptr) return nullptr;
  for (const engine::SavedPart& part : parts->parts) {
    if (const auto* among_others = part.cell.get<Stable>()) return among_others;
  }
  return nullptr;
}

/// An acceptor answers when its answer is on its disk, whichever step has changed what it holds.
struct AnswersAreSaved {
  using Hears = engine::Messages<Promise, Accepted>;

  static void on(const MessageSent& sent, Judge& judge) {
    const Stable* saved = saved_at(judge.world.local(sent.from));
    if (const auto* promise = sent.payload->get<Promise>()) {
      // To the lowest ballot who starts, or comes back, has promised itself.
      const bool kept = saved != nullptr && !(saved->promised < promise->ballot);
      if (kept || promise->ballot.round == 0) return;
      judge.violated(judge.world.name(sent.from) + " promises itself to ballot " +
                         text(promise->ballot, judge.world) +
                         ", and would not know it after a crash",
                     {sent.from});
    } else if (const auto* accepted = sent.payload->get<Accepted>()) {
      const bool kept = saved != nullptr && accepted->slot <= saved->votes.size() &&
                        !(saved->votes.at(accepted->slot).ballot < accepted->ballot);
      if (kept) return;
      judge.violated(judge.world.name(sent.from) + " accepts in ballot " +
                         text(accepted->ballot, judge.world) + " in slot " +
                         std::to_string(accepted->slot) + ", and would not know it after a crash",
                     {sent.from});
    }
  }
};
STAMPEDE_VALUE(AnswersAreSaved);

/// What was proposed in a slot in one ballot, and by whom it was accepted.
struct Proposed {
  Ballot ballot{};
  Entry entry{};
  NodeSet accepted_by{};
};
STAMPEDE_VALUE(Proposed, ballot, entry, accepted_by);

/// What is known of a slot. Proposals of the chosen value are forgotten, so that exploration meets
/// fewer states: nothing follows from them any more.
struct SlotHistory {
  /// The lowest ballot that chose, as far as is known.
  std::optional<Proposed> chosen{};
  /// Ascending.
  std::vector<Proposed> open{};
};
STAMPEDE_VALUE(SlotHistory, chosen, open);

/// P2: once a majority has accepted a value in some ballot, every higher ballot proposes that
/// value. A ballot proposes one value. Where members change, messages do not say who decides a
/// slot, and `agreement` alone judges what was chosen.
struct ChosenStays {
  std::map<Slot, SlotHistory> slots{};
  using Hears = engine::Messages<Accept, Accepted>;

  void on(const MessageSent& sent, Judge& judge) {
    if (const auto* accept = sent.payload->get<Accept>()) {
      propose(*accept, sent.from, judge);
      choose(accept->slot, judge);
    } else if (const auto* accepted = sent.payload->get<Accepted>()) {
      for (Proposed& proposed : slots[accepted->slot].open) {
        if (proposed.ballot == accepted->ballot) proposed.accepted_by.insert(sent.from);
      }
      choose(accepted->slot, judge);
    }
  }

  void propose(const Accept& accept, NodeId leader, Judge& judge) {
    SlotHistory& slot = slots[accept.slot];
    if (slot.chosen && !(accept.ballot < slot.chosen->ballot)) {
      if (!(slot.chosen->entry == accept.entry))
        report(accept.slot, *slot.chosen, {accept.ballot, accept.entry, {}}, judge);
      return;
    }
    if (slot.chosen && slot.chosen->entry == accept.entry) return;
    const auto place = std::lower_bound(
        slot.open.begin(), slot.open.end(), accept.ballot,
        [](const Proposed& one, const Ballot& wanted) { return one.ballot < wanted; });
    if (place == slot.open.end() || !(place->ballot == accept.ballot)) {
      slot.open.insert(place, Proposed{accept.ballot, accept.entry, {}})
          ->accepted_by.insert(leader);
    } else if (!(place->entry == accept.entry)) {
      judge.violated("ballot " + text(accept.ballot, judge.world) + " proposes " +
                         text(place->entry, judge.world) + " and " +
                         text(accept.entry, judge.world) + " in slot " +
                         std::to_string(accept.slot),
                     {leader});
    }
  }

  void choose(Slot number, Judge& judge) {
    if (judge.group().may_change()) return;
    SlotHistory& slot = slots[number];
    const std::size_t majority = judge.group().quorums().acknowledging;
    const auto chosen = std::find_if(slot.open.begin(), slot.open.end(), [&](const Proposed& one) {
      return one.accepted_by.size() >= majority;
    });
    if (chosen == slot.open.end()) return;
    if (slot.chosen && !(slot.chosen->entry == chosen->entry))
      report(number, *chosen, *slot.chosen, judge);
    for (auto higher = chosen; higher != slot.open.end(); ++higher) {
      if (!(higher->entry == chosen->entry)) report(number, *chosen, *higher, judge);
    }
    slot.chosen = Proposed{chosen->ballot, chosen->entry, {}};
    slot.open.erase(chosen, slot.open.end());
    std::erase_if(slot.open,
                  [&](const Proposed& lower) { return lower.entry == slot.chosen->entry; });
  }

  static void report(Slot slot, const Proposed& chosen, const Proposed& other, Judge& judge) {
    judge.violated("slot " + std::to_string(slot) + ": " + text(chosen.entry, judge.world) +
                       " was chosen in ballot " + text(chosen.ballot, judge.world) +
                       ", and ballot " + text(other.ballot, judge.world) + " proposes " +
                       text(other.entry, judge.world),
                   {other.ballot.proposer});
  }
};
STAMPEDE_VALUE(ChosenStays, slots);

}  // namespace

namespace facts {

std::optional<std::string> timer_missing(const Core& core, const engine::NodeView& node) {
  const char* missing = nullptr;
  if (core.role != Role::leader) {
    if (node.lacks(ElectionTimeout{})) missing = " does not lead and has no ElectionTimeout";
  } else if (node.lacks(HeartbeatTimeout{})) {
    missing = " leads without a HeartbeatTimeout";
  } else if (!core.accepts.empty() && node.lacks(ResendTimeout{})) {
    missing = " has open proposals and no ResendTimeout";
  }
  if (missing == nullptr) return std::nullopt;
  return node.name() + missing;
}

std::optional<std::string> another_ballot(const Core& core, const engine::NodeView& node) {
  if (core.role == Role::follower || core.ballot == core.stable.promised) return std::nullopt;
  const auto whose = [&](const Ballot& ballot) {
    return (ballot.proposer == node.self() ? "its own" : "another node's") +
           std::string(" ballot of round ") + std::to_string(ballot.round);
  };
  return node.name() + " is " + boost::describe::enum_to_string(core.role, "?") + " of " +
         whose(core.ballot) + " and has promised itself to " + whose(core.stable.promised);
}

std::optional<std::string> committed_unseen(const Core& core, const engine::NodeView& node) {
  if (core.committed <= core.last()) return std::nullopt;
  return node.name() + " knows that slot " + std::to_string(core.committed) +
         " is chosen and has votes up to slot " + std::to_string(core.last());
}

// Nobody else will propose there, and what is chosen above would never be executed.
std::optional<std::string> gap_left(const Core& core, const engine::NodeView& node) {
  if (core.role != Role::leader || core.accepts.empty()) return std::nullopt;
  const Slot last = core.accepts.rbegin()->first;
  if (core.committed + core.accepts.size() == last) return std::nullopt;
  return node.name() + " leads and asks for votes in " + std::to_string(core.accepts.size()) +
         " of the slots from " + std::to_string(core.committed + 1) + " to " + std::to_string(last);
}

// Looked at while the newest change is still to come: the log is long.
std::optional<std::string> changed_twice(const Core& core, const engine::NodeView& node) {
  if (core.configurations.size() < 2 || core.configurations.rbegin()->first <= core.committed)
    return std::nullopt;
  // Counted by a rule of its own: what the replica takes for a repetition is what is judged here.
  std::map<ClientId, RequestNumber> newest;
  NodeSet members = core.configurations.begin()->second;
  std::size_t changes = 0;
  for (Slot slot = 1; slot <= core.committed; ++slot) {
    const Operation& value = core.value(slot);
    if (const auto* request = value.get<client::Request>()) {
      RequestNumber& known = newest[request->id.client];
      if (request->request_number <= known) continue;
      known = request->request_number;
    }
    const engine::Reconfigure* change = consensus::reconfiguration_of(value);
    if (change == nullptr) continue;
    NodeSet asked;
    for (const NodeId member : change->reconfigure) asked.insert(member);
    if (asked == members) continue;
    members = asked;
    ++changes;
  }
  if (core.configurations.size() == changes + 1) return std::nullopt;
  return node.name() + " has changed the members " +
         std::to_string(core.configurations.size() - 1) + " times, and was asked to " +
         std::to_string(changes) + " times";
}

}  // namespace facts

std::vector<engine::Property> Core::invariants(const CoreOptions& options) {
  std::vector<engine::Property> list = {
      engine::monitor_property("multi-paxos/promise-kept",
                               "An acceptor takes part in no ballot below one it has promised "
                               "itself to.",
                               PromiseKept{}),
      engine::monitor_property("multi-paxos/chosen-stays",
                               "Once a majority has accepted a value in a slot, higher ballots "
                               "propose no other one there.",
                               ChosenStays{})};
  // Who does not save first, or at all, is told by what comes of it.
  if (options.keeps_votes && options.saves_first) {
    list.push_back(engine::monitor_property(
        "multi-paxos/answers-are-saved",
        "What an acceptor promises or accepts is on its disk when it says so.", AnswersAreSaved{}));
  }
  return list;
}

}  // namespace stampede::models::multi_paxos
