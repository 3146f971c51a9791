// models/chain/reads.cpp: queries, at the tail or at every link.
#include <algorithm>

#include "models/chain/replica.hpp"

namespace stampede::models::chain {
namespace {

/// Both may be about the same thing.
bool share_key(const engine::ServiceType& service, const Operation& left, const Operation& right) {
  return service.key == nullptr || service.key(left) == service.key(right);
}

bool is_weak(Reads reads) { return reads == Reads::bounded || reads == Reads::eventual; }

}  // namespace

bool Replica::answers_queries(const Context& context) const {
  return is_tail() || (is_linked() && context.options<Options>().reads != Reads::tail);
}

// VRS 3: queries go to the tail. CRAQ 2.3: or to any link.
void Replica::on(const Query& query, NodeId, Context& context) {
  if (!answers_queries(context)) return context.ignore();
  if (may_answer(context)) return answer(query, context);
  const auto same = [&](const Query& other) { return other.id == query.id; };
  if (std::any_of(confirmation.asking.begin(), confirmation.asking.end(), same) ||
      std::any_of(confirmation.waiting.begin(), confirmation.waiting.end(), same))
    return context.ignore();
  confirmation.waiting.push_back(query);
  if (!confirmation.open) ask_others(context);
}

bool Replica::may_answer(const Context& context) const {
  const Options& options = context.options<Options>();
  if (is_weak(options.reads)) return true;
  if (must_wait(context)) return false;
  if (options.fence == Fence::none || others().empty()) return true;
  return options.fence == Fence::lease && context.now() < confirmation.leased;
}

void Replica::answer(const Query& query, Context& context) {
  const Options& options = context.options<Options>();
  const std::size_t ahead = is_tail() ? 0 : unstable(query.operation);
  if (ahead == 0) return reply_from(service, query, context);
  const bool takes_newest = options.reads == Reads::eventual ||
                            (options.reads == Reads::bounded && ahead <= options.bound) ||
                            options.dirty_reads == DirtyReads::newest;
  if (takes_newest) {
    context.reached("dirty-read");
    engine::ServiceState state = newest();
    return reply_from(state, query, context);
  }
  if (options.dirty_reads == DirtyReads::stable) return reply_from(service, query, context);
  asked_tail[query.id] = query;
  context.send(stable.chain.tail(), VersionQuery{stable.chain.epoch, query.id});
}

// CRAQ 2.3: the tail has the last word on what is stable.
void Replica::on(const VersionQuery& query, NodeId from, Context& context) {
  if (query.epoch != stable.chain.epoch || !is_tail() || must_wait(context))
    return context.ignore();
  context.send(from, VersionIs{query.epoch, query.id, stable.executed});
}

// What the tail has executed is stable here as well, and more may be by now: that is newer than
// the beginning of the query, too.
void Replica::on(const VersionIs& version, NodeId, Context& context) {
  const auto asked = asked_tail.find(version.id);
  if (version.epoch != stable.chain.epoch || asked == asked_tail.end()) return context.ignore();
  ASSERT(version.sequence <= stable.log.size());
  if (version.sequence < stable.executed) {
    context.reached("version-gone");
    ASSERT(context.options<Options>().serves_newer);
  }
  execute_to(version.sequence, context);
  reply_from(service, asked->second, context);
  asked_tail.erase(asked);
}

void Replica::reply_from(engine::ServiceState& state, const Query& query, Context& context) const {
  context.reply(query.id.client, Reply{stable.chain.epoch, query.id, query.request_number,
                                       state.apply(query.operation)});
}

engine::ServiceState Replica::newest() const {
  engine::ServiceState state = service;
  for (Sequence sequence = stable.executed + 1; sequence <= stable.log.size(); ++sequence)
    state.apply(stable.log.at(sequence).operation);
  return state;
}

std::size_t Replica::unstable(const Operation& query) const {
  std::size_t count = 0;
  for (Sequence sequence = stable.executed + 1; sequence <= stable.log.size(); ++sequence) {
    if (share_key(service.type(), query, stable.log.at(sequence).operation)) ++count;
  }
  return count;
}

}  // namespace stampede::models::chain
