// Processes of a few lines, each for one promise of World.
#pragma once

#include <map>
#include <stdexcept>

#include "engine/core/per_node.hpp"
#include "engine/world/world.hpp"

namespace stampede::tests {

inline constexpr NodeId n0{0};
inline constexpr NodeId n1{1};

/// What a Scribe is told to do.
enum class Task {
  send,
  save_and_send,
  choose,
  ignore,
  send_and_ignore,
  save_and_ignore,
  fail,
  send_nowhere,
  arm_two,
  write_file,
  respond_to_nothing,
  invoke_and_respond,
  respond_twice,
};
STAMPEDE_ENUM(Task, send, save_and_send, choose, ignore, send_and_ignore, save_and_ignore, fail,
              send_nowhere, arm_two, write_file, respond_to_nothing, invoke_and_respond,
              respond_twice);

struct Order {
  Task task = Task::send;
};
STAMPEDE_VALUE(Order, task);
struct News {
  std::uint64_t value = 0;
};
STAMPEDE_VALUE(News, value);
struct Alarm {
  std::uint32_t number = 0;
};
STAMPEDE_VALUE(Alarm, number);
struct Chime {};
STAMPEDE_VALUE(Chime);

struct Page {
  std::uint64_t value = 0;
};
STAMPEDE_VALUE(Page, value);

/// Ignores everything: looking it up must not make it.
struct Ghost {
  using Messages = engine::Messages<News>;
  using Timers = engine::Timers<>;
  std::uint32_t seen = 0;
  void on(const News&, NodeId, Context& context) { context.ignore(); }
};
STAMPEDE_VALUE(Ghost, seen);

/// Does what it is told; at its start it tells each other node to do `first`.
struct Scribe {
  using Messages = engine::Messages<Order, News>;
  using Timers = engine::Timers<Alarm, Chime>;

  Task first = Task::send;
  std::uint64_t heard = 0;
  std::uint64_t chosen = 0;
  std::uint64_t files_done = 0;
  Page page{};
  static constexpr auto durable = &Scribe::page;

  void start(Context& context) { context.broadcast(Order{first}); }
  void recover(Context& context) {
    heard = 100;
    context.broadcast(Order{first});
  }
  void on(const Order& order, NodeId from, Context& context) {
    switch (order.task) {
      case Task::send:
        context.send(from, News{1});
        break;
      case Task::save_and_send:
        context.send(from, News{1});
        page.value += 10;
        context.persist();
        context.send(from, News{2});
        break;
      case Task::choose:
        chosen = 10 * chosen + context.choose("digit", 10);
        break;
      case Task::ignore:
        return context.ignore();
      case Task::send_and_ignore:
        context.send(from, News{3});
        return context.ignore();
      case Task::save_and_ignore:
        context.persist();
        return context.ignore();
      case Task::fail:
        heard = 7;
        throw std::out_of_range("no such page");
      case Task::send_nowhere:
        context.send(NodeId{9}, News{4});
        break;
      case Task::arm_two:
        context.arm(Alarm{1}, engine::milliseconds(1));
        context.disarm(Alarm{1});
        context.arm(Chime{}, engine::milliseconds(2));
        break;
      case Task::write_file:
        context.disk().append("log", "abcdefgh");
        break;
      case Task::respond_to_nothing:
        context.respond({ClientId{0}, 1}, engine::Payload::of(page));
        break;
      case Task::invoke_and_respond:
      case Task::respond_twice:
        context.invoke({ClientId{0}, 1}, engine::Payload::of(page));
        context.respond({ClientId{0}, 1}, engine::Payload::of(page));
        if (order.task == Task::respond_twice)
          context.respond({ClientId{0}, 1}, engine::Payload::of(page));
        break;
    }
  }
  void on(const News& news, NodeId, Context& context) {
    heard += news.value;
    context.arm(Alarm{static_cast<std::uint32_t>(heard)}, engine::milliseconds(5));
  }
  void on(const Alarm&, Context&) {}
  void on(const Chime&, Context&) {}
  void on(const engine::DiskCompleted&, Context& context) {
    ++files_done;
    chosen = 10 * chosen + context.choose("digit", 10);
  }
};
STAMPEDE_VALUE(Scribe, first, heard, chosen, files_done, page);
static_assert(engine::Process<Scribe>);

inline void observe(const Scribe& scribe, NodeId, const engine::Group&,
                    engine::Observation& shown) {
  shown.operational = true;
  shown.epoch = scribe.heard;
}

/// Sends each other node news for its ghost 3, and shows nothing but that it is operational.
struct Haunted {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::map<std::uint32_t, Ghost> ghosts{};
  using Parts = engine::Parts<&Haunted::ghosts>;

  void start(Context& context) {
    context.inside(ghosts[3]).broadcast(News{1});
    ghosts.clear();
  }
};
STAMPEDE_VALUE(Haunted, ghosts);
static_assert(engine::Process<Haunted>);

inline void observe(const Haunted&, NodeId, const engine::Group&, engine::Observation& shown) {
  shown.operational = true;
}

struct Watch {
  std::uint32_t round = 0;
  NodeId node{};
  std::optional<NodeId> helper{};
};
STAMPEDE_VALUE(Watch, round, node, helper);
/// A part in a map, with a timer whose value is its identity.
struct Guard {
  using Messages = engine::Messages<News>;
  using Timers = engine::Timers<Watch, Chime>;
  std::uint32_t seen = 0;
  void on(const News&, NodeId, Context&) { ++seen; }
  void on(const Watch&, Context&) { ++seen; }
  void on(const Chime&, Context&) { ++seen; }
};
STAMPEDE_VALUE(Guard, seen);
/// Two guards, 3 and 7, each with two watches of its own.
struct Castle {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::map<std::uint32_t, Guard> guards{};
  using Parts = engine::Parts<&Castle::guards>;

  void start(Context& context) {
    for (const std::uint32_t number : {3U, 7U}) {
      Context inside = context.inside(guards[number]);
      inside.broadcast(News{number});
      inside.arm(Watch{number, NodeId{0}, {}}, engine::milliseconds(10 - number));
      inside.arm(Watch{number, NodeId{1}, {}}, engine::milliseconds(10));
      inside.arm(Chime{}, engine::milliseconds(1));
    }
  }
};
STAMPEDE_VALUE(Castle, guards);
static_assert(engine::Process<Castle>);

/// The instance of this guard.
inline engine::InstancePath guard(std::uint32_t number) { return engine::InstancePath{{number}}; }

/// Remembers nodes in all the ways in which states do.
struct Account {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  NodeId owner{};
  NodeId debtor = no_node;
  PerNode<std::uint64_t> debts{};
  NodeSet friends{};
  void start(Context& context) {
    owner = context.self();
    debts[NodeId{0}] = 5;
    for (const NodeId member : context.members()) friends.insert(member);
  }
};
STAMPEDE_VALUE(Account, owner, debtor, debts, friends);
static_assert(engine::Process<Account>);

/// A world of `values`, called n0, n1, ..., all in one role.
template <class... P>
engine::Assembly assembly_of(P... values) {
  engine::Assembly assembly;
  std::vector<NodeId> members;
  const auto add = [&](auto value) {
    members.push_back(NodeId{static_cast<std::uint32_t>(members.size())});
    const std::string name = "n" + std::to_string(members.back().value);
    assembly.nodes.push_back({name, "node", engine::make_process(std::move(value)), {}});
  };
  (add(std::move(values)), ...);
  assembly.membership.add({"node", members});
  return assembly;
}

}  // namespace stampede::tests
