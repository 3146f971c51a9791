// models/chain/history.cpp: updates pass down the chain, and what is stable comes up.
#include <algorithm>

#include "models/chain/replica.hpp"

namespace stampede::models::chain {

void Replica::save(Context& context) const {
  if (context.options<Options>().keeps_history) context.persist();
}

// VRS 3: the head orders updates. One that was executed is answered from the table; one that waits
// in the history is answered by the tail.
void Replica::on(const Request& request, NodeId, Context& context) {
  if (!is_head()) return context.ignore();
  const bool remembers = context.options<Options>().remembers_answers;
  const Answer* const known = remembers ? answer_to(request) : nullptr;
  if (known != nullptr) {
    context.reached("reply-resent");
    return context.reply(request.id.client, Reply{stable.chain.epoch, known->id,
                                                  request.request_number, known->result});
  }
  if ((remembers && is_known(request)) || is_full(context)) return context.ignore();
  append(request, context);
}

bool Replica::is_full(const Context& context) const {
  return stable.log.size() - stable.executed >= context.options<Options>().window;
}

// VRS 3: each link takes updates in the order in which its predecessor has them.
void Replica::on(const Update& update, NodeId from, Context& context) {
  if (update.epoch != stable.chain.epoch || predecessor() != from) return context.ignore();
  const bool fits =
      update.sequence == stable.log.size() + 1 || !context.options<Options>().strict_sequence;
  if (update.sequence > stable.log.size())
    return fits ? append(update.request, context) : context.ignore();
  ASSERT(stable.log.at(update.sequence) == update.request);
  const Sequence has = is_joining() ? stable.log.size() : stable.executed;
  if (update.sequence > has) return context.ignore();
  context.send(from, Ack{stable.chain.epoch, has});
}

void Replica::append(const Request& request, Context& context) {
  const Options& options = context.options<Options>();
  stable.log.push_back(request);
  if (options.saves_first) save(context);
  const Sequence last = stable.log.size();
  if (const std::optional<Sequence> next_has = acknowledged()) {
    send_on(last - 1, *next_has + options.window, context);
    if (*next_has + 1 == last) context.arm(ResendTimeout{}, options.resend_interval);
  }
  if (is_joining()) context.send(stable.chain.tail(), Ack{stable.chain.epoch, last});
  if (!options.keeps_sent && is_linked()) execute_to(last, context);
  decide(context);
  if (!options.tail_answers && is_head() && !is_tail()) {
    engine::ServiceState state = newest();
    context.reply(request.id.client, Reply{stable.chain.epoch, request.id, request.request_number,
                                           state.apply(request.operation)});
  }
  if (!options.saves_first) save(context);
}

std::optional<Sequence> Replica::acknowledged() const {
  if (is_tail()) return joining_has;
  return is_linked() ? std::optional(stable.executed) : std::nullopt;
}

void Replica::send_on(Sequence from, Sequence to, Context& context) {
  if (is_held(context)) return;
  const Sequence last =
      std::min<Sequence>({to, stable.log.size(), from + context.options<Options>().window});
  for (Sequence sequence = from + 1; sequence <= last; ++sequence)
    context.send(*next_in_line(), Update{stable.chain.epoch, sequence, stable.log.at(sequence)});
}

// What is not acknowledged; of a link that waits for its successor to be stable as well.
void Replica::on(const ResendTimeout&, Context& context) {
  const std::optional<Sequence> next_has = acknowledged();
  if (!next_has || *next_has == stable.log.size()) return;
  context.reached("resent");
  send_on(*next_has, stable.log.size(), context);
  context.arm(ResendTimeout{}, context.options<Options>().resend_interval);
}

void Replica::on(const Ack& ack, NodeId from, Context& context) {
  if (ack.epoch != stable.chain.epoch || next_in_line() != from) return context.ignore();
  ASSERT(ack.sequence <= stable.log.size());
  if (is_tail()) {
    if (!joining_has || ack.sequence <= *joining_has) return context.ignore();
    const Sequence window = context.options<Options>().window;
    const Sequence sent = *joining_has + window;
    on_joining_has(ack.sequence, context);
    return send_on(sent, ack.sequence + window, context);
  }
  if (ack.sequence <= stable.executed) return context.ignore();
  execute_to(ack.sequence, context);
}

void Replica::decide(Context& context) {
  if (decides_alone() && !is_held(context)) execute_to(stable.log.size(), context);
}

// VRS 3: an Ack comes up from the tail, and the update leaves the list of those sent.
void Replica::execute_to(Sequence sequence, Context& context) {
  if (sequence <= stable.executed) return;
  while (stable.executed < sequence) {
    const Request& request = stable.log.at(++stable.executed);
    const Result result = service.apply(request.operation);
    if (is_of_nobody(request)) continue;
    client_table[request.id.client].answered(request, result);
    if (!is_tail()) continue;
    context.reply(request.id.client,
                  Reply{stable.chain.epoch, request.id, request.request_number, result});
  }
  if (acknowledged() == stable.log.size()) context.disarm(ResendTimeout{});
  if (is_joining()) return;
  if (const std::optional<NodeId> before = predecessor())
    context.send(*before, Ack{stable.chain.epoch, stable.executed});
}

void Session::answered(const Request& request, Result result) {
  oldest = std::max(oldest, request.oldest);
  std::erase_if(answers, [&](const auto& one) { return one.first < oldest; });
  answers[request.request_number] = {request.id, std::move(result)};
}

const Answer* Replica::answer_to(const Request& request) const {
  const auto session = client_table.find(request.id.client);
  if (session == client_table.end()) return nullptr;
  const auto answer = session->second.answers.find(request.request_number);
  return answer == session->second.answers.end() ? nullptr : &answer->second;
}

bool Replica::is_known(const Request& request) const {
  const auto session = client_table.find(request.id.client);
  if (session != client_table.end() && request.request_number < session->second.oldest) return true;
  for (Sequence sequence = stable.log.size(); sequence > stable.executed; --sequence) {
    if (stable.log.at(sequence).id == request.id) return true;
  }
  return answer_to(request) != nullptr;
}

// Who has no place is as good as down; one that was taken out and does not know it yet finds its
// history on its disk.
void observe(const Replica& replica, NodeId, const engine::Group&,
             engine::Observation& observation) {
  observation.operational = replica.is_linked();
  observation.leading = replica.is_head();
  observation.recovering = !replica.is_linked();
  observation.epoch = replica.stable.chain.epoch;
  observation.log = engine::ObservedLog::of<Request>(
      replica.stable.log, [](const Request& request) { return request.id; });
  observation.committed = replica.stable.executed;
  observation.executed = replica.stable.executed;
}

std::uint64_t state_digest(const Replica& replica) { return replica.service.digest(); }

}  // namespace stampede::models::chain
