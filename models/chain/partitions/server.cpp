#include "models/chain/partitions/server.hpp"

namespace stampede::models::chain::partitions {
namespace {

template <class Asked>
void refuse(const Asked& asked, Context& inside) {
  inside.reached("refused");
  inside.reply(asked.id.client, Reply{0, asked.id, asked.request_number,
                                      engine::Payload::of(ShardResult{NotMine{}})});
}

}  // namespace

void Server::start(Context& context) {
  for (auto& [number, replica] : chain) {
    Context inside = context.inside(replica);
    replica.start(inside);
  }
  context.arm(HandoverTimeout{}, context.options<Options>().handover_interval);
}

void Server::recover(Context& context) {
  for (auto& [number, replica] : chain) {
    Context inside = context.inside(replica);
    replica.recover(inside);
  }
  context.arm(HandoverTimeout{}, context.options<Options>().handover_interval);
}

// ----- clients -----

// A repetition of what was executed here belongs to whoever holds the range now, too.
void Server::on(const Ask& ask, NodeId from, Context& context) {
  Replica& replica = chain.at(ask.chain);
  Context inside = context.inside(replica);
  Request request = ask.request;
  if (replica.is_head() && !standing_of(replica, ask.range).held) return refuse(request, inside);
  request.operation = operation_of(Perform{ask.range, ask.request});
  replica.on(request, from, inside);
}

// What is known when it is answered decides, which may be later: then it is refused by the shard.
void Server::on(const Look& look, NodeId from, Context& context) {
  Replica& replica = chain.at(look.chain);
  Context inside = context.inside(replica);
  Query query = look.query;
  if (replica.answers_queries(inside) && !standing_in(shard_of(replica), look.range).held)
    return refuse(query, inside);
  query.operation = operation_of(Read{look.range, look.query.operation});
  replica.on(query, from, inside);
}

// ----- ranges that move -----

void Server::on(const NewTable& message, NodeId, Context& context) {
  if (message.table.epoch <= table.epoch) return context.ignore();
  table = message.table;
  for (const auto& [number, replica] : chain) release(number, context);
}

void Server::on(const HandoverTimeout&, Context& context) {
  for (const auto& [number, replica] : chain) {
    release(number, context);
    hand_over(number, context);
  }
  context.arm(HandoverTimeout{}, context.options<Options>().handover_interval);
}

void Server::append(ChainNumber number, Operation operation, Context& context) {
  Replica& replica = chain.at(number);
  Context inside = context.inside(replica);
  replica.append(Request{std::move(operation), {}, {}, {}}, inside);
}

// A range may have come under a later table than the one that is known here.
void Server::release(ChainNumber number, Context& context) {
  Replica& replica = chain.at(number);
  if (!replica.is_head()) return;
  for (RangeNumber range = 0; range < table.owners.size(); ++range) {
    const Standing standing = standing_of(replica, range);
    const ChainNumber owner = table.owners[range];
    if (!standing.held || owner == number || standing.seen >= table.epoch ||
        replica.is_full(context.inside(replica)))
      continue;
    context.reached("released");
    append(number, operation_of(Release{range, owner, table.epoch}), context);
  }
}

void Server::hand_over(ChainNumber number, Context& context) {
  const Options& options = context.options<Options>();
  Replica& replica = chain.at(number);
  if (!replica.is_head()) return;
  const engine::ServiceState known = options.release_is_stable ? replica.service : replica.newest();
  for (const auto& [range, left] : static_cast<const Shard*>(known.content())->released) {
    Handover handover{number, range, left};
    if (!options.sessions_move) handover.range.sessions.clear();
    const NodeId head = chain.at(left.chain).stable.chain.head();
    if (head == context.self()) {
      on(handover, head, context);
    } else {
      context.send(head, std::move(handover));
    }
    if (!options.keeps_released) on(Adopted{number, range, left.epoch}, head, context);
  }
}

// The head of the first chain may be a head here as well.
void Server::on(const Handover& handover, NodeId from, Context& context) {
  const ChainNumber number = handover.range.chain;
  const Replica& replica = chain.at(number);
  const bool knows_late_ranges = context.options<Options>().knows_late_ranges;
  const auto has_come = [&](const Standing& standing) {
    return knows_late_ranges ? standing.seen >= handover.range.epoch : standing.held;
  };
  if (!replica.is_head()) return;
  if (!has_come(standing_of(replica, handover.number)) &&
      !replica.is_full(context.inside(replica))) {
    context.reached("adopted");
    append(number, operation_of(Adopt{handover.number, handover.range}), context);
  }
  if (!has_come(standing_in(shard_of(replica), handover.number))) return;
  const Adopted adopted{handover.from, handover.number, handover.range.epoch};
  if (from == context.self()) return on(adopted, from, context);
  context.send(from, adopted);
}

void Server::on(const Adopted& adopted, NodeId, Context& context) {
  const Replica& replica = chain.at(adopted.from);
  if (replica.is_head() && standing_of(replica, adopted.range).released == adopted.epoch &&
      !replica.is_full(context.inside(replica)))
    append(adopted.from, operation_of(Forget{adopted.range, adopted.epoch}), context);
}

}  // namespace stampede::models::chain::partitions
