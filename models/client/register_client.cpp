#include "models/client/register_client.hpp"

#include "models/service/register.hpp"

namespace stampede::models::client {

using service::RegisterOperation;
using service::RegisterResult;
namespace cell = service::cell;

namespace {

/// Of each operation of each client another one, by Cantor's pairing: servers know by it what the
/// answers of others are about, whoever asked.
RequestNumber number_of(ClientId client, std::uint32_t begun) {
  const std::uint64_t diagonal = std::uint64_t{client.value} + begun;
  return RequestNumber{diagonal * (diagonal + 1) / 2 + client.value};
}

engine::BeginOperation own_operation(ClientId client, std::uint32_t number) {
  RegisterOperation operation{cell::Read{}};
  // 'A' for the first client, as in the examples this is compared with.
  if (number == 1)
    operation.call = cell::Write{std::string(1, static_cast<char>('A' + client.value))};
  return {{client, number}, Operation::of(std::move(operation)), std::nullopt};
}

}  // namespace

void RegisterClient::start(Context& context) {
  if (context.options<RegisterClientOptions>().starts_alone)
    issue(own_operation(client, 1), context);
}

void RegisterClient::on(const engine::BeginOperation& begin, Context& context) {
  issue(begin, context);
}

void RegisterClient::issue(const engine::BeginOperation& begin, Context& context) {
  context.invoke(begin.id, begin.operation);
  ++begun;
  const auto& servers = context.members();
  const NodeId target =
      begin.to ? *begin.to : servers[(context.self().value + begun - 1) % servers.size()];
  awaited = Awaited{begin.id, number_of(client, begun)};
  const auto& operation = begin.operation.as<RegisterOperation>();
  if (const auto* write = std::get_if<cell::Write>(&operation.call)) {
    context.send(target, Put{awaited->request_number, write->value});
  } else {
    ASSERT(std::holds_alternative<cell::Read>(operation.call));  // there is no cas over Put and Get
    context.send(target, Get{awaited->request_number});
  }
}

void RegisterClient::on(const PutOk& answer, NodeId, Context& context) {
  if (!awaited || answer.request_number != awaited->request_number) return context.ignore();
  const OperationId id = awaited->id;
  awaited.reset();
  context.respond(id, Result::of(RegisterResult{cell::Done{}}));
  if (context.options<RegisterClientOptions>().starts_alone && begun == 1)
    issue(own_operation(client, 2), context);
}

void RegisterClient::on(const GetOk& answer, NodeId, Context& context) {
  if (!awaited || answer.request_number != awaited->request_number) return context.ignore();
  const OperationId id = awaited->id;
  awaited.reset();
  context.respond(id, Result::of(RegisterResult{cell::Found{answer.value}}));
}

}  // namespace stampede::models::client
