// models/single_copy/single_copy.hpp: a register on servers that do not talk to each other. Right
// with one server, wrong with two: the smallest thing that a checker must tell apart.
#pragma once

#include <optional>
#include <string>

#include "models/client/register_client.hpp"

namespace stampede::models::single_copy {

using client::Get;
using client::GetOk;
using client::Put;
using client::PutOk;

struct Options {
  /// Clients begin by themselves: one put and one get each.
  bool clients_start_alone = false;
};
STAMPEDE_VALUE(Options, clients_start_alone);

struct Server {
  using Messages = engine::Messages<Put, Get>;
  using Sends = engine::Messages<PutOk, GetOk>;
  using Timers = engine::Timers<>;

  std::optional<std::string> value{};

  void on(const Put& put, NodeId from, Context& context) {
    value = put.value;
    context.send(from, PutOk{put.request_number});
  }
  void on(const Get& get, NodeId from, Context& context) {
    context.send(from, GetOk{get.request_number, value});
  }
};
STAMPEDE_VALUE(Server, value);
static_assert(engine::Process<Server>);

inline void observe(const Server&, NodeId, const engine::Group&, engine::Observation& observation) {
  observation.operational = true;
}

}  // namespace stampede::models::single_copy
