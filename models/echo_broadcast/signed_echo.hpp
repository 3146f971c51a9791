// models/echo_broadcast/signed_echo.hpp: echo broadcast with signatures. Echoes go to the
// broadcaster alone, and what a quorum of them has signed is proof for everybody: 3n messages where
// echo broadcast takes n*n.
//
// Cachin, Guerraoui, Rodrigues, Introduction to Reliable and Secure Distributed Programming (2011):
// Signed Echo Broadcast (algorithm 3.17; Reiter 1994). The first member broadcasts. A proof holds
// whoever shows it: nobody else can make what its signers have signed (engine/process/seal.hpp).
//
// Differs from the book: what a node has told is saved first, so that it keeps to it after a crash;
// the broadcaster asks again from time to time, because links lose messages.
#pragma once

#include <optional>
#include <vector>

#include "engine/process/process.hpp"

namespace stampede::models::signed_echo {

using Value = std::uint32_t;

struct Send {
  Value value = 0;
};
STAMPEDE_VALUE(Send, value);
/// To the broadcaster: its sender has seen this value, and no other, from it.
struct Echo {
  engine::Signed<Value> statement{};
};
STAMPEDE_VALUE(Echo, statement);
/// The value, and the echoes that prove it.
struct Final {
  Value value = 0;
  std::vector<engine::Signed<Value>> proof{};
};
STAMPEDE_VALUE(Final, value, proof);

/// The application of the first member has something to broadcast.
struct Broadcast {};
STAMPEDE_VALUE(Broadcast);
struct Resend {};
STAMPEDE_VALUE(Resend);

struct Options {
  engine::Duration broadcast_after = engine::milliseconds(1);
  /// 0 = links lose nothing.
  engine::Duration resend_after = engine::milliseconds(20);
  /// Who signed what is looked at; else a proof is believed that has as many signatures as it
  /// takes.
  bool checks_signatures = true;
};
STAMPEDE_VALUE(Options, broadcast_after, resend_after, checks_signatures);

/// What a node has told, and never takes back.
struct Told {
  std::optional<Value> sent{};
  std::optional<Value> echoed{};
  std::optional<Value> delivered{};
};
STAMPEDE_VALUE(Told, sent, echoed, delivered);

struct SignedNode {
  using Messages = engine::Messages<Send, Echo, Final>;
  using Timers = engine::Timers<Broadcast, Resend>;

  Told told{};
  /// The broadcaster's: echoes of what it has sent, one of each signer, ascending.
  std::vector<engine::Signed<Value>> echoes{};
  static constexpr auto durable = &SignedNode::told;

  void start(Context& context);
  void recover(Context& context);
  void on(const Broadcast& broadcast, Context& context);
  void on(const Send& send, NodeId from, Context& context);
  void on(const Echo& echo, NodeId from, Context& context);
  void on(const Final& message, NodeId from, Context& context);
  void on(const Resend& resend, Context& context);

  void hear_echo(const engine::Signed<Value>& statement, Context& context);
  void tell_proof(Context& context) const;
  void deliver(Value value, Context& context);
};
STAMPEDE_VALUE(SignedNode, told, echoes);
static_assert(engine::Process<SignedNode>);

/// A quorum of different nodes has signed this value.
bool is_proof(const Final& message, std::size_t quorum);

/// What a liar says instead: the other of two values; in a Final with the echoes that it has, or
/// with as many of its own as it takes.
std::vector<Send> forge(const Send& send, const engine::Seal& seal);
std::vector<Echo> forge(const Echo& echo, const engine::Seal& seal);
std::vector<Final> forge(const Final& message, const engine::Seal& seal);

/// Leading is who broadcasts; the epoch is the value that was delivered, 0 = none yet.
void observe(const SignedNode& node, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::signed_echo
