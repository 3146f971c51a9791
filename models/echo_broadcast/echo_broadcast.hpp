// models/echo_broadcast/echo_broadcast.hpp: one node broadcasts one value to all, and neither it
// nor others that lie make two correct nodes deliver different ones.
//
// Cachin, Guerraoui, Rodrigues, Introduction to Reliable and Secure Distributed Programming (2011):
// Authenticated Echo Broadcast (algorithm 3.16; Srikanth, Toueg 1987), and with `double_echo`
// Authenticated Double-Echo Broadcast (algorithm 3.18; Bracha 1987). The first member broadcasts.
// Links are authenticated by the world: `from` is who sent it.
//
// Differs from the book: what a node has told is saved first, so that it keeps to it after a crash,
// and said again from time to time, because links lose messages.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"

namespace stampede::models::echo_broadcast {

using Value = std::uint32_t;

struct Send {
  Value value = 0;
};
STAMPEDE_VALUE(Send, value);
struct Echo {
  Value value = 0;
};
STAMPEDE_VALUE(Echo, value);
struct Ready {
  Value value = 0;
};
STAMPEDE_VALUE(Ready, value);

/// The application of the first member has something to broadcast.
struct Broadcast {};
STAMPEDE_VALUE(Broadcast);
struct Resend {};
STAMPEDE_VALUE(Resend);

/// How many echoes of a value say enough.
enum class EchoRule {
  quorum,       // more than (n+f)/2: two such sets have a correct member in common
  one_correct,  // f+1: one of them is correct
};
STAMPEDE_ENUM(EchoRule, quorum, one_correct);

struct Options {
  engine::Duration broadcast_after = engine::milliseconds(1);
  /// 0 = links lose nothing.
  engine::Duration resend_after = engine::milliseconds(20);
  /// Algorithm 3.18: who has a quorum of echoes says so, and enough who are ready deliver.
  bool double_echo = false;
  EchoRule echoes_needed = EchoRule::quorum;
  /// Of each node the first echo counts; else every message does.
  bool counts_senders = true;
  /// A node echoes the first value it is sent; else each.
  bool echoes_once = true;
  /// What a node tells is on disk before it leaves; else it is saved after.
  bool saves_first = true;
};
STAMPEDE_VALUE(Options, broadcast_after, resend_after, double_echo, echoes_needed, counts_senders,
               echoes_once, saves_first);

/// What a node has told, and never takes back.
struct Told {
  std::optional<Value> sent{};
  std::optional<Value> echoed{};
  std::optional<Value> readied{};
  std::optional<Value> delivered{};
};
STAMPEDE_VALUE(Told, sent, echoed, readied, delivered);

struct Vote {
  NodeId from{};
  Value value = 0;
};
STAMPEDE_VALUE(Vote, from, value);

struct Node {
  using Messages = engine::Messages<Send, Echo, Ready>;
  using Timers = engine::Timers<Broadcast, Resend>;

  Told told{};
  /// Ascending.
  std::vector<Vote> echoes{};
  std::vector<Vote> readies{};
  static constexpr auto durable = &Node::told;

  void start(Context& context);
  void recover(Context& context);
  void on(const Broadcast& broadcast, Context& context);
  void on(const Send& send, NodeId from, Context& context);
  void on(const Echo& echo, NodeId from, Context& context);
  void on(const Ready& ready, NodeId from, Context& context);
  void on(const Resend& resend, Context& context);

  void echo(Value value, Context& context);
  void hear_echo(Value value, NodeId from, Context& context);
  void become_ready(Value value, Context& context);
  void hear_ready(Value value, NodeId from, Context& context);
  void deliver(Value value, Context& context);
};
STAMPEDE_VALUE(Node, told, echoes, readies);
static_assert(engine::Process<Node>);

/// What a liar says instead: the other of two values.
std::vector<Send> forge(const Send& send, const engine::Seal& seal);
std::vector<Echo> forge(const Echo& echo, const engine::Seal& seal);
std::vector<Ready> forge(const Ready& ready, const engine::Seal& seal);

/// Leading is who broadcasts; the epoch is the value that was delivered, 0 = none yet.
void observe(const Node& node, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::echo_broadcast
