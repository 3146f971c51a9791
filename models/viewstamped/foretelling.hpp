// models/viewstamped/foretelling.hpp: operations that need to know what replicas may not agree on,
// a time or a draw (VRR 4.4). The primary foretells it as it appends the request, alone or, in a
// pre-step, with f backups; from there on it is a part of the operation in the log.
#pragma once

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"
#include "models/client/client.hpp"
#include "models/service/foretold.hpp"

namespace stampede::models::viewstamped {

/// The primary asks what a backup would say; the two numbers name the request.
struct Foretell {
  ClientId client{};
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Foretell, client, request_number);

struct ForetoldIs {
  ClientId client{};
  RequestNumber request_number{};
  service::Foretold foretold{};
};
STAMPEDE_VALUE(ForetoldIs, client, request_number, foretold);

/// The pre-step of this client has had its time.
struct ForetellTimeout {
  ClientId client{};
};
STAMPEDE_VALUE(ForetellTimeout, client);

/// A request that backups were asked about.
struct PreStep {
  client::Request request{};
  PerNode<service::Foretold> answers{};
};
STAMPEDE_VALUE(PreStep, request, answers);

/// What this replica says by itself.
[[nodiscard]] service::Foretold foretold_here(Context& context);
/// The operation, foretold by this replica alone if it needs that.
[[nodiscard]] Operation foretold(const Operation& operation, Context& context);

}  // namespace stampede::models::viewstamped
