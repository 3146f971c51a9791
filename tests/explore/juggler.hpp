// A process made for tests of the engine: it chooses, persists, ignores, keeps a part, a map of
// parts, one of parts that keep such a map themselves, and timers with values, answers operations
// and throws when tossed too far. It means nothing.
#pragma once

#include <map>

#include "engine/core/per_node.hpp"
#include "engine/world/world.hpp"
#include "models/service/kv.hpp"

namespace stampede::tests {

/// Goes from node to node.
struct Toss {
  std::uint32_t round = 0;
};
STAMPEDE_VALUE(Toss, round);
/// Toss again to `to` later; one is armed for each value.
struct Again {
  NodeId to{};
  std::uint32_t round = 0;
};
STAMPEDE_VALUE(Again, to, round);

/// Part of a Juggler: counts beats.
struct Beat {};
STAMPEDE_VALUE(Beat);
struct Pulsed {
  std::uint32_t beats = 0;
};
STAMPEDE_VALUE(Pulsed, beats);
struct Rest {};
STAMPEDE_VALUE(Rest);

struct Pulse {
  using Messages = engine::Messages<Beat>;
  using Timers = engine::Timers<Rest>;
  using Indicates = engine::Indications<Pulsed>;
  std::uint32_t beats = 0;

  void on(const Beat&, NodeId, Context& context) {
    ++beats;
    context.arm(Rest{}, engine::milliseconds(5));
    if (beats % 2 == 0) context.indicate(Pulsed{beats});
  }
  void on(const Rest&, Context& context) { context.indicate(Pulsed{0}); }
};
STAMPEDE_VALUE(Pulse, beats);

/// One of a map of parts: collects votes of some weight.
struct Vote {
  std::uint32_t weight = 0;
};
STAMPEDE_VALUE(Vote, weight);
struct Elected {};
STAMPEDE_VALUE(Elected);
struct Close {};
STAMPEDE_VALUE(Close);

struct Ballot {
  using Messages = engine::Messages<Vote>;
  using Timers = engine::Timers<Close>;
  using Indicates = engine::Indications<Elected>;
  NodeSet votes{};

  void on(const Vote& vote, NodeId from, Context& context) {
    if (vote.weight == 0 || votes.contains(from)) return context.ignore();
    votes.insert(from);
    context.arm(Close{}, engine::milliseconds(7));
    if (votes.size() * vote.weight + 1 >= context.members().size()) context.indicate(Elected{});
  }
  void on(const Close&, Context&) { votes.clear(); }
};
STAMPEDE_VALUE(Ballot, votes);

/// One of another map of parts, by whom it is for: has ballots of its own, and says which one
/// ended.
enum class Act { knives, torches };
STAMPEDE_ENUM(Act, knives, torches);
struct Applause {
  NodeId whose{};
  Act act = Act::knives;
};
STAMPEDE_VALUE(Applause, whose, act);

struct Troupe {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  using Indications = engine::Indications<Elected>;
  using Indicates = engine::Indications<Applause>;
  std::map<Act, Ballot> acts{};
  using Parts = engine::Parts<&Troupe::acts>;

  void ask(Act act, Context context) { context.inside(acts[act]).broadcast(Vote{2}); }
  void on(const Elected&, const engine::Source& source, Context& context) {
    context.indicate(Applause{context.instance<NodeId>(), source.key<Act>()});
  }
};
STAMPEDE_VALUE(Troupe, acts);

struct Kept {
  std::uint32_t highest = 0;
};
STAMPEDE_VALUE(Kept, highest);

struct Juggler {
  using Messages = engine::Messages<Toss>;
  using Timers = engine::Timers<Again>;
  using Indications = engine::Indications<Pulsed, Elected, Applause>;

  std::uint32_t caught = 0;
  std::uint32_t elections = 0;
  /// For whom each act was last applauded.
  std::map<Act, NodeId> applauded{};
  std::uint64_t token = 0;
  Kept kept{};
  Pulse pulse{};
  std::map<std::uint32_t, Ballot> ballots{};
  std::map<NodeId, Troupe> troupes{};

  using Parts = engine::Parts<&Juggler::pulse, &Juggler::ballots, &Juggler::troupes>;
  static constexpr auto durable = &Juggler::kept;

  [[nodiscard]] static NodeId next(const Context& context) {
    const auto& members = context.members();
    return members[(context.self().value + 1) % members.size()];
  }

  void start(Context& context) { context.send(next(context), Toss{1}); }
  void recover(Context& context) {
    token = context.unique();
    context.inside(pulse).broadcast(Beat{});
  }

  void cheer(NodeId whose, Act act, Context& context) {
    troupes[whose].ask(act, context.inside(troupes[whose]));
  }

  void on(const Toss& toss, NodeId from, Context& context) {
    if (toss.round < kept.highest) return context.ignore();
    ASSERT(toss.round < 6);
    ++caught;
    kept.highest = toss.round;
    context.reached("caught");
    switch (context.choose("hand", 3)) {
      case 0:
        context.send(next(context), Toss{toss.round + 1});
        break;
      case 1:
        context.arm(Again{from, toss.round}, engine::milliseconds(10));
        context.arm(Again{next(context), toss.round + 1},
                    engine::milliseconds(3 + context.choose("wait", 3)));
        break;
      default:
        context.persist();
        context.inside(ballots[toss.round % 2]).broadcast(Vote{toss.round % 2});
        cheer(context.members()[toss.round % context.members().size()],
              toss.round % 2 == 0 ? Act::knives : Act::torches, context);
        break;
    }
  }
  void on(const Again& again, Context& context) {
    if (again.to != context.self()) context.send(again.to, Toss{again.round});
    context.disarm(Again{next(context), again.round + 1});
    context.inside(pulse).broadcast(Beat{});
  }
  void on(const Pulsed& pulsed, Context& context) {
    if (pulsed.beats > 3) context.inside(ballots[pulsed.beats % 3]).broadcast(Vote{1});
  }
  void on(const Elected&, Context& context) {
    ++elections;
    context.persist();
  }
  void on(const Applause& applause, Context&) { applauded[applause.act] = applause.whose; }
  void on(const engine::BeginOperation& begin, Context& context) {
    context.invoke(begin.id, begin.operation);
    context.send(next(context), Toss{1 + kept.highest / 2});
    if (caught > 0)
      context.respond(begin.id, Result::of(models::service::KvResult{models::service::kv::Done{}}));
  }
};
STAMPEDE_VALUE(Juggler, caught, elections, applauded, token, kept, pulse, ballots, troupes);
static_assert(engine::Process<Juggler>);

inline void observe(const Juggler& juggler, NodeId, const engine::Group&,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.epoch = juggler.kept.highest;
  shown.executed = juggler.caught;
}

/// `count` jugglers called j0, j1, ...
inline engine::Assembly jugglers(std::uint32_t count) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  for (std::uint32_t i = 0; i < count; ++i) {
    members.push_back(NodeId{i});
    assembly.nodes.push_back(
        {"j" + std::to_string(i), "juggler", engine::make_process(Juggler{}), {}});
  }
  assembly.membership.add({"juggler", members});
  return assembly;
}

/// How often each kind of hook was called, mixed with what it saw: any difference in what a monitor
/// is fed shows.
struct Diary {
  std::uint64_t told = engine::hash_seed;

  void note(std::uint64_t kind, NodeId node, std::uint64_t what) {
    told = engine::mix(engine::mix(told, kind), engine::mix(node.value, what));
  }
  void on(const engine::MessageSent& sent, engine::Judge&) {
    note(1, sent.to, sent.payload->hash());
  }
  void on(const engine::MessageDelivered& seen, engine::Judge&) {
    note(2, seen.from, seen.payload->hash());
  }
  void on(const engine::ObservationChanged& change, engine::Judge& judge) {
    note(3, change.node, engine::mix(change.before.executed, change.after.epoch));
    note(3, change.node,
         judge.world.observation(change.node).executed + (judge.world.up(change.node) ? 1000 : 0));
  }
  void on(const engine::Stepped& step, engine::Judge&) {
    note(4, step.node, step.effects.sends.size());
  }
  void on(const engine::Invoked& invoked, engine::Judge& judge) {
    note(5, invoked.node, judge.world.observation(invoked.node).executed);
  }
  void on(const engine::Responded& responded, engine::Judge&) {
    note(6, responded.node, responded.result.hash());
  }
  void on(const engine::Crashed& crashed, engine::Judge& judge) {
    note(7, crashed.node, judge.world.observation(crashed.node).executed);
  }
  void on(const engine::Restarted& restarted, engine::Judge&) { note(8, restarted.node, 0); }
};
STAMPEDE_VALUE(Diary, told);

/// One of each kind; all break now and then.
inline std::vector<engine::Property> juggler_properties() {
  using Text = std::optional<std::string>;
  return {
      engine::monitor_property("diary", "", Diary{}),
      engine::node_property<Juggler>("few-catches", "",
                                     [](const Juggler& juggler) -> Text {
                                       if (juggler.caught < 4) return std::nullopt;
                                       return "caught " + std::to_string(juggler.caught);
                                     }),
      engine::node_property<Juggler>(
          "throws-once", "",
          [](const Juggler& juggler, const engine::NodeView& node) -> Text {
            for (const NodeId to : node.members()) {
              if (!node.armed(Again{to, juggler.kept.highest}) || !node.armed(Rest{})) continue;
              return node.name() + " rests before it tosses to " + std::to_string(to.value);
            }
            return std::nullopt;
          }),
      engine::step_property<Juggler>(
          "one-election", "",
          [](const Juggler& before, const Juggler& after, const engine::Effects& effects) -> Text {
            if (after.elections == before.elections || effects.saves_completed == 0)
              return std::nullopt;
            return "election " + std::to_string(after.elections);
          }),
      engine::world_property("close-epochs", "", [](const engine::WorldView& world) -> Text {
        for (const NodeId node : world.members()) {
          if (world.observation(node).epoch > world.observation(NodeId{0}).epoch + 3) {
            return world.name(node) + " is far ahead";
          }
        }
        return std::nullopt;
      })};
}

}  // namespace stampede::tests
