// models/chain/exploration.cpp: which messages can have no effect any more. The arguments rest on
// one fact, that epochs of a replica rise: a crash may undo that where a save was under way, or
// where nothing is saved.
#include "models/chain/exploration.hpp"

#include "models/chain/client.hpp"
#include "models/chain/master.hpp"
#include "models/chain/replica.hpp"

namespace stampede::models::chain {
namespace {

/// A replica as its messages find it.
struct Place {
  const Replica& replica;
  bool may_crash = false;
};

template <class M>
bool is_of_the_past(const Replica& replica, const engine::Payload& message) {
  const M* found = message.get<M>();
  return found != nullptr && found->epoch < replica.stable.chain.epoch;
}

template <class... M>
bool is_of_past_epoch(const Replica& replica, const engine::Payload& message,
                      engine::Messages<M...>) {
  return (is_of_the_past<M>(replica, message) || ...);
}

// What is stable stays so within an epoch: an Ack below it is ignored.
bool is_dead(const Place& at, const engine::Payload& message) {
  const Stable& stable = at.replica.stable;
  if (const auto* announced = message.get<NewChain>())
    return announced->chain.epoch <= stable.chain.epoch;
  if (const auto* ack = message.get<Ack>(); ack != nullptr && ack->epoch == stable.chain.epoch)
    return !at.may_crash && !at.replica.is_tail() && ack->sequence <= stable.executed;
  if (const auto* confirmed = message.get<Confirmed>();
      confirmed != nullptr && confirmed->epoch == stable.chain.epoch)
    return !at.may_crash && confirmed->round < at.replica.confirmation.round;
  return is_of_past_epoch(
      at.replica, message,
      engine::Messages<Update, Ack, Received, Confirm, Confirmed, VersionQuery, VersionIs>{});
}

// A client never asks again for what it was answered.
bool is_dead(const Client& client, const engine::Payload& message) {
  if (const auto* announced = message.get<NewChain>())
    return announced->chain.epoch <= client.chain.epoch;
  const auto* reply = message.get<Reply>();
  return reply != nullptr && reply->request_number <= client.newest &&
         client.outstanding.count(reply->request_number) == 0;
}

bool is_dead(const Master& master, const engine::DeadQuery& query) {
  return master.masters.is_dead(query, query.options.as<Options>().masters) ||
         master.detector.is_dead(query.message, query.may_fire<detector::SilenceTimeout>());
}

bool dead(const engine::DeadQuery& query) {
  if (!query.local.up) return false;
  if (const auto* replica = engine::process_as<Replica>(query.local.process)) {
    const bool keeps = query.options.as<Options>().keeps_history && query.local.held.empty();
    return (keeps || !query.may_crash) && is_dead(Place{*replica, query.may_crash}, query.message);
  }
  if (const auto* client = engine::process_as<Client>(query.local.process))
    return is_dead(*client, query.message);
  const auto* master = engine::process_as<Master>(query.local.process);
  return master != nullptr && is_dead(*master, query);
}

void normalise(NodeId, engine::ProcessValue& process, const engine::Group&,
               const engine::Payload& options) {
  if (engine::process_as<Master>(process) != nullptr)
    static_cast<Master*>(process.get())->masters.normalise(options.as<Options>().masters);
}

}  // namespace

engine::Exploration exploration() {
  engine::Exploration exploration;
  exploration.dead = &dead;
  exploration.normalise = &normalise;
  return exploration;
}

}  // namespace stampede::models::chain
