// models/client/register_client.hpp: the client of a replicated register: one Put or Get at a time,
// each to the next server. It asks once: who loses messages leaves operations open.
//
// Told to start alone it needs no plan: it puts a value of its own, then gets. Values and targets
// are those of Stateright's register client, so that state counts can be compared; there the second
// request of one client may have the number of another one's third.
#pragma once

#include <optional>
#include <string>

#include "engine/process/process.hpp"

namespace stampede::models::client {

struct Put {
  RequestNumber request_number{};
  std::string value{};
};
STAMPEDE_VALUE(Put, request_number, value);

struct Get {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Get, request_number);

struct PutOk {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(PutOk, request_number);

struct GetOk {
  RequestNumber request_number{};
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(GetOk, request_number, value);

struct RegisterClientOptions {
  /// Begins by itself: one put, then one get.
  bool starts_alone = false;
};
STAMPEDE_VALUE(RegisterClientOptions, starts_alone);

/// The operation under way.
struct Awaited {
  OperationId id{};
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Awaited, id, request_number);

struct RegisterClient {
  using Messages = engine::Messages<PutOk, GetOk>;
  using Timers = engine::Timers<>;
  using Sends = engine::Messages<Put, Get>;

  ClientId client{};
  std::optional<Awaited> awaited{};
  /// Operations begun so far.
  std::uint32_t begun = 0;

  void start(Context& context);
  void on(const engine::BeginOperation& begin, Context& context);
  void on(const PutOk& answer, NodeId from, Context& context);
  void on(const GetOk& answer, NodeId from, Context& context);

  void issue(const engine::BeginOperation& begin, Context& context);
};
STAMPEDE_VALUE(RegisterClient, client, awaited, begun);

}  // namespace stampede::models::client
