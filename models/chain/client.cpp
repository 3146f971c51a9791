#include "models/chain/client.hpp"

#include "models/service/queries.hpp"

namespace stampede::models::chain {

void Client::on(const engine::BeginOperation& begin, Context& context) {
  context.invoke(begin.id, begin.operation);
  if (begin.id.client != client) {
    // A new identity: whatever the old one waited for stays open.
    client = begin.id.client;
    newest = {};
    outstanding.clear();
    waiting.clear();
  }
  if (outstanding.size() >= context.options<ClientOptions>().window) {
    waiting.push_back(begin);
  } else {
    issue(begin, context);
  }
}

void Client::issue(const engine::BeginOperation& begin, Context& context) {
  ++newest.value;
  const auto placed = outstanding.emplace(newest, Outstanding{begin.id, begin.operation, begin.to});
  ask(newest, placed.first->second, context);
  placed.first->second.to.reset();
  context.arm(RequestTimeout{}, context.options<ClientOptions>().timeout);
}

NodeId Client::reader(RequestNumber number, const Context& context) const {
  if (!context.options<ClientOptions>().asks_any_link) return chain.tail();
  return chain.links[(number.value + client.value) % chain.links.size()].node;
}

void Client::ask(RequestNumber number, const Outstanding& asked, Context& context) const {
  if (service::is_query(service.type(), asked.operation)) {
    context.send(asked.to.value_or(reader(number, context)),
                 Query{asked.operation, asked.id, number});
  } else {
    context.send(asked.to.value_or(chain.head()),
                 Request{asked.operation, asked.id, number, outstanding.begin()->first});
  }
}

void Client::on(const Reply& reply, NodeId, Context& context) {
  const auto asked = outstanding.find(reply.request_number);
  if (asked == outstanding.end() || asked->second.id != reply.id) return context.ignore();
  outstanding.erase(asked);
  context.respond(reply.id, reply.result);
  if (!waiting.empty()) {
    const engine::BeginOperation begin = waiting.front();
    waiting.erase(waiting.begin());
    issue(begin, context);
  }
  if (outstanding.empty()) context.disarm(RequestTimeout{});
}

void Client::on(const NewChain& message, NodeId, Context& context) {
  if (message.chain.epoch <= chain.epoch) return context.ignore();
  chain = message.chain;
  for (const auto& [number, asked] : outstanding) ask(number, asked, context);
}

void Client::on(const RequestTimeout&, Context& context) {
  if (outstanding.empty()) return;
  context.reached("client-retry");
  for (const NodeId master : context.members("masters")) context.send(master, AskChain{});
  for (const auto& [number, asked] : outstanding) ask(number, asked, context);
  context.arm(RequestTimeout{}, context.options<ClientOptions>().timeout);
}

}  // namespace stampede::models::chain
