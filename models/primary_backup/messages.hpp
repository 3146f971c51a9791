// models/primary_backup/messages.hpp: what replicas, view service and clients tell each other.
#pragma once

#include "engine/core/shared_log.hpp"
#include "models/client/client.hpp"
#include "models/detector/heartbeat.hpp"
#include "models/detector/ping.hpp"
#include "models/multi_paxos/core.hpp"
#include "models/viewstamped/core.hpp"

namespace stampede::models::primary_backup {

/// The part that decides who is alive; PingDetector does as well.
using Detector = detector::HeartbeatDetector;

/// What several masters agree by; viewstamped does as well (models/consensus).
namespace protocol = multi_paxos;
using Consensus = protocol::Core;

using client::Reply;
using client::Request;

using ViewNumber = std::uint64_t;
using OpNumber = std::uint64_t;
using Log = engine::SharedLog<Request>;

/// One life of a replica: what it held is gone with its incarnation, even if it is back at once.
struct Seat {
  NodeId node = no_node;
  std::uint64_t incarnation = 0;
};
STAMPEDE_VALUE(Seat, node, incarnation);

/// Who serves: always two, so that nothing is answered that only one replica holds.
struct View {
  ViewNumber view_number = 0;
  Seat primary{};
  Seat backup{};
};
STAMPEDE_VALUE(View, view_number, primary, backup);

// ----- replicas and view service -----
/// The sender is up, has no seat, and can be given one.
struct Join {
  std::uint64_t incarnation = 0;
};
STAMPEDE_VALUE(Join, incarnation);

struct NewView {
  View view{};
  /// The primary has acknowledged the view: its members serve.
  bool acknowledged = false;
  /// The newest incarnation of the receiver that the view service knows of.
  std::uint64_t joined = 0;
};
STAMPEDE_VALUE(NewView, view, acknowledged, joined);

/// Primary and backup of this view hold the same state.
struct Acknowledge {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(Acknowledge, view_number);

// ----- primary and backup -----
/// A request on its way to the backup, at its position in the log.
struct Forward {
  ViewNumber view_number = 0;
  OpNumber op_number = 0;
  Request request{};
};
STAMPEDE_VALUE(Forward, view_number, op_number, request);

/// The backup has this request and all before it.
struct ForwardOk {
  ViewNumber view_number = 0;
  OpNumber op_number = 0;
};
STAMPEDE_VALUE(ForwardOk, view_number, op_number);

/// The whole state, for the backup of a new view: the service is what the log makes of it.
struct State {
  ViewNumber view_number = 0;
  Log log{};
};
STAMPEDE_VALUE(State, view_number, log);

struct StateOk {
  ViewNumber view_number = 0;
};
STAMPEDE_VALUE(StateOk, view_number);

// ----- timers -----
/// Whoever names the views announces the present one.
struct AnnounceTimeout {};
STAMPEDE_VALUE(AnnounceTimeout);
/// An idle replica offers itself.
struct JoinTimeout {};
STAMPEDE_VALUE(JoinTimeout);
/// The backup has not acknowledged something.
struct ResendTimeout {};
STAMPEDE_VALUE(ResendTimeout);

}  // namespace stampede::models::primary_backup
