// models/chain/client.hpp: a client that knows the chain: updates go to its head, queries to its
// tail, several at once, and the answers come as they come. Who gets none in time asks the masters
// who is in the chain, and asks again.
#pragma once

#include <map>

#include "models/chain/messages.hpp"

namespace stampede::models::chain {

struct ClientOptions {
  /// Resend interval.
  Duration timeout = engine::milliseconds(200);
  /// How many requests may be on their way; operations that begin meanwhile wait.
  std::uint32_t window = 4;
  /// Queries go to all links in turn.
  bool asks_any_link = false;
};
STAMPEDE_VALUE(ClientOptions, timeout, window, asks_any_link);

/// An operation on its way.
struct Outstanding {
  OperationId id{};
  Operation operation{};
  /// Where the plan says that it goes first.
  std::optional<NodeId> to{};
};
STAMPEDE_VALUE(Outstanding, id, operation, to);

struct Client {
  using Messages = engine::Messages<Reply, NewChain>;
  using Sends = engine::Messages<Request, Query, AskChain>;
  using Timers = engine::Timers<RequestTimeout>;

  ClientId client{};
  Chain chain{};
  RequestNumber newest{};
  std::map<RequestNumber, Outstanding> outstanding{};
  /// Begun and not yet sent.
  std::vector<engine::BeginOperation> waiting{};
  /// Which operations change nothing.
  engine::ServiceState service{};

  void on(const engine::BeginOperation& begin, Context& context);
  void on(const Reply& reply, NodeId from, Context& context);
  void on(const NewChain& message, NodeId from, Context& context);
  void on(const RequestTimeout& timeout, Context& context);

  void issue(const engine::BeginOperation& begin, Context& context);
  /// Whom a query goes to.
  [[nodiscard]] NodeId reader(RequestNumber number, const Context& context) const;
  void ask(RequestNumber number, const Outstanding& asked, Context& context) const;
};
STAMPEDE_VALUE(Client, client, chain, newest, outstanding, waiting, service);
static_assert(engine::Process<Client>);

}  // namespace stampede::models::chain
