// models/chain/partitions/client.hpp: a client that knows the table and the chains, several
// requests at once. Who is refused, or gets no answer in time, asks the masters and goes on from
// what they say.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "models/chain/client.hpp"
#include "models/chain/partitions/messages.hpp"

namespace stampede::models::chain::partitions {

struct Answered {
  Reply reply{};
};
STAMPEDE_VALUE(Answered, reply);
/// There is a newer chain.
struct Relinked {};
STAMPEDE_VALUE(Relinked);

/// What a client knows of one chain, and hears from it.
struct Line {
  using Messages = engine::Messages<Reply, NewChain>;
  using Sends = engine::Messages<AskChain>;
  using Timers = engine::Timers<>;
  using Indicates = engine::Indications<Answered, Relinked>;

  Chain chain{};

  void on(const Reply& reply, NodeId from, Context& context);
  void on(const NewChain& message, NodeId from, Context& context);
};
STAMPEDE_VALUE(Line, chain);

struct ClientOptions {
  /// Resend interval.
  Duration timeout = engine::milliseconds(200);
  /// How many requests may be on their way, to all chains together.
  std::uint32_t window = 4;
  /// After which it asks again where it was refused.
  Duration refused_interval = engine::milliseconds(10);
  /// Queries go to all links in turn.
  bool asks_any_link = false;
};
STAMPEDE_VALUE(ClientOptions, timeout, window, refused_interval, asks_any_link);

struct Client {
  using Messages = engine::Messages<NewTable>;
  using Sends = engine::Messages<Ask, Look, AskTable>;
  using Timers = engine::Timers<RequestTimeout, RefusedTimeout>;
  using Indications = engine::Indications<Answered, Relinked>;

  ClientId client{};
  Table table{};
  std::map<ChainNumber, Line> chain{};
  RequestNumber newest{};
  std::map<RequestNumber, Outstanding> outstanding{};
  /// Begun and not yet sent.
  std::vector<engine::BeginOperation> waiting{};
  /// Those of them that a chain has refused: they wait for news of the table.
  std::set<RequestNumber> refused{};
  /// Which operations change nothing, and what they are about.
  engine::ServiceState service{};

  using Parts = engine::Parts<&Client::chain>;

  void on(const engine::BeginOperation& begin, Context& context);
  void on(const NewTable& message, NodeId from, Context& context);
  void on(const RequestTimeout& timeout, Context& context);
  void on(const RefusedTimeout& timeout, Context& context);
  void on(const Answered& answered, Context& context);
  void on(const Relinked& relinked, const engine::Source& line, Context& context);

  void issue(const engine::BeginOperation& begin, Context& context);
  [[nodiscard]] RangeNumber range_of(const Outstanding& asked) const;
  void ask(RequestNumber number, Context& context);
  void ask_refused(Context& context);
  void ask_masters_for_table(Context& context) const;
};
STAMPEDE_VALUE(Client, client, table, chain, newest, outstanding, waiting, refused, service);
static_assert(engine::Process<Client>);

}  // namespace stampede::models::chain::partitions
