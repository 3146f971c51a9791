#include "models/chain/partitions/client.hpp"

#include "models/chain/partitions/shard.hpp"
#include "models/service/queries.hpp"

namespace stampede::models::chain::partitions {

void Line::on(const Reply& reply, NodeId, Context& context) { context.indicate(Answered{reply}); }

void Line::on(const NewChain& message, NodeId, Context& context) {
  if (message.chain.epoch <= chain.epoch) return context.ignore();
  chain = message.chain;
  context.indicate(Relinked{});
}

void Client::on(const engine::BeginOperation& begin, Context& context) {
  context.invoke(begin.id, begin.operation);
  if (begin.id.client != client) {
    // A new identity: whatever the old one waited for stays open.
    client = begin.id.client;
    newest = {};
    outstanding.clear();
    waiting.clear();
    refused.clear();
  }
  if (outstanding.size() >= context.options<ClientOptions>().window) {
    waiting.push_back(begin);
  } else {
    issue(begin, context);
  }
}

void Client::issue(const engine::BeginOperation& begin, Context& context) {
  ++newest.value;
  outstanding[newest] = {begin.id, begin.operation, begin.to};
  ask(newest, context);
  context.arm(RequestTimeout{}, context.options<ClientOptions>().timeout);
}

RangeNumber Client::range_of(const Outstanding& asked) const {
  return partitions::range_of(service.type(), asked.operation, table.owners.size());
}

void Client::ask(RequestNumber number, Context& context) {
  Outstanding& asked = outstanding.at(number);
  const RangeNumber range = range_of(asked);
  const ChainNumber owner = table.owners[range];
  const Chain& links = chain.at(owner).chain;
  const std::optional<NodeId> to = std::exchange(asked.to, std::nullopt);
  if (!service::is_query(service.type(), asked.operation)) {
    const RequestNumber oldest = outstanding.begin()->first;
    return context.send(to.value_or(links.head()),
                        Ask{owner, range, {asked.operation, asked.id, number, oldest}});
  }
  const std::size_t any = (number.value + client.value) % links.links.size();
  const NodeId reader =
      context.options<ClientOptions>().asks_any_link ? links.links[any].node : links.tail();
  context.send(to.value_or(reader), Look{owner, range, {asked.operation, asked.id, number}});
}

void Client::ask_masters_for_table(Context& context) const {
  for (const NodeId master : context.members("masters")) context.send(master, AskTable{});
}

void Client::on(const Answered& answered, Context& context) {
  const Reply& reply = answered.reply;
  const auto asked = outstanding.find(reply.request_number);
  if (asked == outstanding.end() || asked->second.id != reply.id) return;
  const auto* done = std::get_if<Done>(&reply.result.as<ShardResult>().what);
  if (done == nullptr) {
    if (refused.empty()) {
      ask_masters_for_table(context);
      context.arm(RefusedTimeout{}, context.options<ClientOptions>().refused_interval);
    }
    refused.insert(reply.request_number);
    return;
  }
  refused.erase(reply.request_number);
  outstanding.erase(asked);
  context.respond(reply.id, done->result);
  if (!waiting.empty()) {
    const engine::BeginOperation begin = waiting.front();
    waiting.erase(waiting.begin());
    issue(begin, context);
  }
  if (outstanding.empty()) context.disarm(RequestTimeout{});
}

void Client::on(const NewTable& message, NodeId, Context& context) {
  if (message.table.epoch <= table.epoch) return context.ignore();
  table = message.table;
  ask_refused(context);
}

// The range may be on its way to the chain that the table names.
void Client::on(const RefusedTimeout&, Context& context) { ask_refused(context); }

void Client::ask_refused(Context& context) {
  for (const RequestNumber number : std::exchange(refused, {})) ask(number, context);
}

void Client::on(const Relinked&, const engine::Source& line, Context& context) {
  const auto number_of_chain = line.key<ChainNumber>();
  for (const auto& [number, asked] : outstanding) {
    if (table.owners[range_of(asked)] == number_of_chain) ask(number, context);
  }
}

void Client::on(const RequestTimeout&, Context& context) {
  if (outstanding.empty()) return;
  context.reached("client-retry");
  ask_masters_for_table(context);
  for (auto& [number, line] : chain) {
    Context inside = context.inside(line);
    for (const NodeId master : context.members("masters")) inside.send(master, AskChain{});
  }
  for (const auto& [number, asked] : outstanding) ask(number, context);
  context.arm(RequestTimeout{}, context.options<ClientOptions>().timeout);
}

}  // namespace stampede::models::chain::partitions
