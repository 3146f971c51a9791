// models/chain/messages.hpp: what links, masters and clients of a chain tell each other.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/core/shared_log.hpp"
#include "models/client/client.hpp"
#include "models/detector/heartbeat.hpp"
#include "models/detector/ping.hpp"
#include "models/multi_paxos/core.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::chain {

/// The part that decides who is alive; PingDetector does as well.
using Detector = detector::HeartbeatDetector;

/// What the masters agree by; viewstamped does as well (models/consensus).
namespace protocol = multi_paxos;
using Consensus = protocol::Core;

using client::Reply;
using client::RequestTimeout;

using Epoch = std::uint64_t;
using Sequence = std::uint64_t;

/// One life of a replica: what it held may be gone with its incarnation, even if it is back at
/// once.
struct Link {
  NodeId node = no_node;
  std::uint64_t incarnation = 0;
};
STAMPEDE_VALUE(Link, node, incarnation);

/// The configuration: updates go from the first link, the head, to the last one, the tail.
struct Chain {
  Epoch epoch = 0;
  std::vector<Link> links{};
  /// Copies the history of the tail, to become the tail itself.
  std::optional<Link> joining{};

  [[nodiscard]] bool has(const Link& link) const {
    return std::find(links.begin(), links.end(), link) != links.end();
  }
  [[nodiscard]] bool has(NodeId node) const {
    return std::any_of(links.begin(), links.end(),
                       [&](const Link& link) { return link.node == node; });
  }
  [[nodiscard]] NodeId head() const { return links.front().node; }
  [[nodiscard]] NodeId tail() const { return links.back().node; }
};
STAMPEDE_VALUE(Chain, epoch, links, joining);

// ----- clients and links -----
/// An update, for the head. All requests of the client below `oldest` are answered.
struct Request {
  Operation operation{};
  OperationId id{};
  RequestNumber request_number{};
  RequestNumber oldest{};
};
STAMPEDE_VALUE(Request, operation, id, request_number, oldest);

/// An update by whoever keeps the chain as a part: no client waits for it.
[[nodiscard]] inline bool is_of_nobody(const Request& request) { return request.id.number == 0; }

/// An operation that changes nothing, for the tail; with `reads` elsewhere, for any link.
struct Query {
  Operation operation{};
  OperationId id{};
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Query, operation, id, request_number);

// ----- along the chain -----
/// Down: the request is at this place of the history.
struct Update {
  Epoch epoch = 0;
  Sequence sequence = 0;
  Request request{};
};
STAMPEDE_VALUE(Update, epoch, sequence, request);

/// Up: everything up to here is stable, for the tail has it. Of a joining node: it has it.
struct Ack {
  Epoch epoch = 0;
  Sequence sequence = 0;
};
STAMPEDE_VALUE(Ack, epoch, sequence);

/// Up, from whoever has got another predecessor: its history ends here.
struct Received {
  Epoch epoch = 0;
  Sequence sequence = 0;
};
STAMPEDE_VALUE(Received, epoch, sequence);

/// Is this still the chain? From a link that wants to answer queries, to all others.
struct Confirm {
  Epoch epoch = 0;
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(Confirm, epoch, round);

struct Confirmed {
  Epoch epoch = 0;
  std::uint64_t round = 0;
};
STAMPEDE_VALUE(Confirmed, epoch, round);

/// How far is the history stable? From a link that is asked for what it has a newer version of, to
/// the tail.
struct VersionQuery {
  Epoch epoch = 0;
  OperationId id{};
};
STAMPEDE_VALUE(VersionQuery, epoch, id);

struct VersionIs {
  Epoch epoch = 0;
  OperationId id{};
  Sequence sequence = 0;
};
STAMPEDE_VALUE(VersionIs, epoch, id, sequence);

// ----- with masters -----
/// A replica has no place in the chain and wants one.
struct Join {
  std::uint64_t incarnation = 0;
};
STAMPEDE_VALUE(Join, incarnation);

/// From the tail: the joining node has the whole history, and nothing becomes stable without it.
struct Met {
  Epoch epoch = 0;
};
STAMPEDE_VALUE(Met, epoch);

struct NewChain {
  Chain chain{};
};
STAMPEDE_VALUE(NewChain, chain);

/// A client that gets no answer asks who is in the chain.
struct AskChain {};
STAMPEDE_VALUE(AskChain);

// ----- timers -----
/// A master tells the present chain again.
struct AnnounceTimeout {};
STAMPEDE_VALUE(AnnounceTimeout);
/// Who is out of the chain, or joins it, says so again.
struct JoinTimeout {};
STAMPEDE_VALUE(JoinTimeout);
/// The next in line has not acknowledged something, or somebody has not confirmed.
struct ResendTimeout {};
STAMPEDE_VALUE(ResendTimeout);
/// A lease is to be renewed.
struct RenewTimeout {};
STAMPEDE_VALUE(RenewTimeout);
/// What was promised to a link that is out of the chain has run out.
struct HoldTimeout {};
STAMPEDE_VALUE(HoldTimeout);

}  // namespace stampede::models::chain
