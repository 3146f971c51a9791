// What models say of each node by itself: every such property is shown one node that breaks it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "engine/world/world.hpp"
#include "models/abd/abd.hpp"
#include "models/chain/master.hpp"
#include "models/chain/replica.hpp"
#include "models/echo_broadcast/echo_broadcast.hpp"
#include "models/models.hpp"
#include "models/multi_paxos/replica.hpp"
#include "models/paxos/server.hpp"
#include "models/ping_pong/ping_pong.hpp"
#include "models/primary_backup/master.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"
#include "models/service/register.hpp"
#include "models/service/services.hpp"
#include "models/two_phase_commit/two_phase_commit.hpp"
#include "models/viewstamped/replica.hpp"

namespace stampede::tests {
namespace {

using engine::World;
namespace vrr = models::viewstamped;
namespace multi = models::multi_paxos;
namespace backup = models::primary_backup;
namespace commit = models::two_phase_commit;

/// `further`: how many members each further group has that may have so many; 0 = the usual sizes.
engine::ClusterSpec spec_of(const engine::Model& model, std::uint32_t further = 0) {
  engine::ClusterSpec spec;
  for (const engine::GroupOffer& offer : model.further_groups)
    spec.groups[offer.name] = further == 0 ? offer.members : std::min(further, offer.members_max);
  spec.replicas = std::max(model.replicas_min, std::min(3U, model.replicas_max));
  spec.clients = model.uses_service ? 1 : 0;
  const std::string service = model.services.empty() ? "kv" : model.services.front();
  spec.service = model.uses_service ? models::service::find_service(service) : nullptr;
  spec.options = model.read_options(nullptr, {});
  return spec;
}

/// Whose fact it is; that of a core in a further group is looked at in primary-backup, which keeps
/// one.
const engine::Model& model_of(const std::string& property) {
  const std::string prefix = property.substr(0, property.find('/'));
  if (property.find('@') != std::string::npos && prefix == "multi-paxos")
    return *models::find_model(models::all_models(), "primary_backup");
  for (const engine::Model* model : models::all_models()) {
    std::string name = model->name;
    std::replace(name.begin(), name.end(), '_', '-');
    if (name == prefix) return *model;
  }
  FAIL("no model is called " << prefix);
  throw std::logic_error(prefix);
}

engine::Property find_property(const engine::Model& model, const engine::ClusterSpec& spec,
                               const std::string& name) {
  for (engine::Property& property : model.properties(spec)) {
    if (property.name == name) return property;
  }
  FAIL("no property is called " << name);
  throw std::logic_error(name);
}

/// What the last step did: what it sent is on its way, and has left the effects.
engine::Effects whole_effects(const World& world) {
  engine::Effects effects = world.last_effects();
  const std::size_t before = world.new_messages.size() - effects.sends.size();
  for (std::size_t i = 0; i < effects.sends.size(); ++i)
    effects.sends[i].payload = world.message(world.new_messages[before + i]).payload;
  return effects;
}

/// What the property says of a step that took this node from `before` to what it is now; empty if
/// nothing.
std::string judged(const engine::Property& property, const World& world, NodeId node,
                   const engine::ProcessValue& before) {
  const auto monitor = property.make();
  std::vector<engine::Violation> reported;
  engine::Judge judge{world, reported, property.name, &monitor->group_in(world.membership())};
  const engine::LocalState& local = world.local(node);
  const engine::Effects effects = whole_effects(world);
  monitor->stepped({node, &before, local.process, local.timers, effects}, judge);
  return reported.empty() ? "" : reported.front().message;
}

template <class P>
P& as(World& world, NodeId node) {
  return *static_cast<P*>(world.local(node).process.get());
}

std::uint32_t find_timer(const World& world, NodeId node, const char* type) {
  const std::vector<std::uint32_t> slots = world.find_timers({type, {}, node, 0, {}, {}});
  REQUIRE(slots.size() == 1);
  return slots.front();
}

void take_timer(World& world, NodeId node, const char* type) {
  world.local(node).timers[find_timer(world, node, type)].armed = false;
}

void fire(World& world, NodeId node, const char* type) {
  REQUIRE(world.fire(node, find_timer(world, node, type)));
}

void deliver_all(World& world) {
  for (int rounds = 0; rounds < 20; ++rounds) {
    for (const engine::MessageSlot slot : world.in_flight()) world.deliver(slot);
  }
}

constexpr NodeId n0{0};
constexpr NodeId n1{1};
constexpr NodeId n2{2};
constexpr NodeId n3{3};
constexpr NodeId n4{4};

/// A node that breaks a fact: how it gets where it can, and what is then done to it.
struct Case {
  std::string property;
  NodeId node;
  std::function<void(World&)> before;
  std::function<void(World&)> spoil;
  std::string message;
};

void nothing(World&) {}

vrr::Request request(std::uint64_t number) {
  vrr::Request request;
  request.request_number = RequestNumber{number};
  return request;
}

std::vector<Case> viewstamped_cases() {
  const auto recover = [](World& world) {
    REQUIRE(world.crash(n1, engine::disk_loses));
    REQUIRE(world.restart(n1));
  };
  const auto change_view = [](World& world) { fire(world, n1, "ViewChangeTimeout"); };
  const auto transfer = [](World& world) {
    fire(world, n1, "ViewChangeTimeout");
    deliver_all(world);
    vrr::Core& late = as<vrr::Replica>(world, n2).core;
    late.view_number = late.last_normal_view = late.stable.view_number = 0;
    fire(world, n1, "CommitTimeout");
    REQUIRE(world.deliver(*world.find_message({"Commit", {}, n1, n2, 0, 0})));
    REQUIRE(late.status == vrr::Status::transferring);
  };
  const std::string name = "viewstamped/replica-in-order";
  return {
      {name, n0, nothing, [](World& world) { take_timer(world, n0, "CommitTimeout"); },
       "r0 is normal in view 0 and has neither CommitTimeout nor ViewChangeTimeout"},
      {name, n0, nothing,
       [](World& world) {
         as<vrr::Replica>(world, n0).core.log.push_back({0, Operation::of(request(1))});
       },
       "r0 is normal in view 0 and has no ResendTimeout"},
      {name, n1, nothing, [](World& world) { take_timer(world, n1, "ViewChangeTimeout"); },
       "r1 is normal in view 0 and has neither CommitTimeout nor ViewChangeTimeout"},
      {name, n1, change_view, [](World& world) { take_timer(world, n1, "ViewChangeTimeout"); },
       "r1 is view_change in view 1 and has no ViewChangeTimeout"},
      {name, n1, change_view, [](World& world) { take_timer(world, n1, "ResendTimeout"); },
       "r1 is view_change in view 1 and has no ResendTimeout"},
      {name, n2, transfer, [](World& world) { take_timer(world, n2, "ResendTimeout"); },
       "r2 is transferring in view 0 and has no ResendTimeout"},
      {name, n1, recover, [](World& world) { take_timer(world, n1, "RecoveryTimeout"); },
       "r1 is recovering in view 0 and has no RecoveryTimeout"},
      {name, n1, change_view,
       [](World& world) { as<vrr::Replica>(world, n1).core.prepare_oks[n2] = 1; },
       "r1 is view_change in view 1 and counts PrepareOks"},
      {name, n1, nothing,
       [](World& world) {
         as<vrr::Replica>(world, n1).core.view_change.start_view_changes.insert(n2);
       },
       "r1 is normal in view 0 and counts votes of a view change"},
      {name, n1, recover, [](World& world) { as<vrr::Replica>(world, n1).core.recovery = {}; },
       "r1 is recovering in view 0 and has no nonce"},
      {name, n1, change_view,
       [](World& world) { as<vrr::Replica>(world, n1).core.recovery.nonce = 7; },
       "r1 is view_change in view 1 and waits for answers to a Recovery"},
      {name, n1, change_view,
       [](World& world) { as<vrr::Replica>(world, n1).core.recovery.recovery_responses[n2] = {}; },
       "r1 is view_change in view 1 and waits for answers to a Recovery"},
      {name, n1, change_view,
       [](World& world) { as<vrr::Replica>(world, n1).core.transfer.view_number = 2; },
       "r1 is view_change in view 1 and waits for a NewState"},
      {name, n1, nothing,
       [](World& world) { as<vrr::Replica>(world, n1).core.last_normal_view = 1; },
       "r1 is normal in view 0 and was normal in a later view"},
      {name, n2, transfer,
       [](World& world) { as<vrr::Replica>(world, n2).core.transfer.view_number = 0; },
       "r2 is transferring in view 0 and fetches no later view"},
      {name, n1, change_view,
       [](World& world) { as<vrr::Replica>(world, n1).core.stable.view_number = 0; },
       "r1 is view_change in view 1 and would recover in an earlier view"},
  };
}

/// The client behind three servers writes at the first one, and all is delivered until somebody has
/// sent an M.
template <class M>
void until_sent(World& world) {
  const auto write = models::service::RegisterOperation{models::service::cell::Write{"x"}};
  REQUIRE(world.begin(n3, {{ClientId{0}, 1}, Operation::of(write), n0}));
  const auto is_sent = [](const engine::Send& send) { return send.payload.get<M>() != nullptr; };
  for (;;) {
    const engine::Effects effects = whole_effects(world);
    if (std::any_of(effects.sends.begin(), effects.sends.end(), is_sent)) return;
    REQUIRE(!world.in_flight().empty());
    world.deliver(world.in_flight().front());
  }
}

std::vector<Case> paxos_cases() {
  namespace paxos = models::paxos;
  const std::string timers = "multi-paxos/timers-armed";
  return {
      {"paxos/accepts-what-it-promised", n1, nothing,
       [](World& world) {
         as<paxos::Server>(world, n1).core.accepted = paxos::AcceptedProposal{{1, n2}, {}};
       },
       R"(s1 has promised ballot {"round":0,"proposer":0} and accepted in ballot {"round":1,"proposer":2})"},
      {"paxos/accepts-what-it-promised", n1, nothing,
       [](World& world) { as<paxos::Server>(world, n1).core.is_decided = true; },
       "s1 knows that there is a decision and not which"},
      {"paxos/answers-what-it-decides", n0, until_sent<paxos::Decided>,
       [](World& world) {
         as<paxos::Server>(world, n0).core.accepted->proposal =
             Operation::of(paxos::Proposal{{1}, n1, "x"});
       },
       "has decided, and does not tell who asked for it"},
      {"paxos/tells-what-it-accepted", n1, until_sent<paxos::Promise>,
       [](World& world) {
         as<paxos::Server>(world, n1).core.accepted = paxos::AcceptedProposal{{1, n0}, {}};
       },
       R"(promises that it has accepted null and not {"ballot":{"round":1,"proposer":0},"proposal":null})"},
      {"paxos/tells-what-it-accepted", n1, until_sent<paxos::Accepted>,
       [](World& world) { as<paxos::Server>(world, n1).core.accepted.reset(); },
       R"(says that it has accepted in ballot {"round":1,"proposer":0} and holds null)"},
      {timers, n1, nothing, [](World& world) { take_timer(world, n1, "ElectionTimeout"); },
       "r1 does not lead and has no ElectionTimeout"},
      {timers, n0, nothing, [](World& world) { take_timer(world, n0, "HeartbeatTimeout"); },
       "r0 leads without a HeartbeatTimeout"},
      {timers, n0, nothing,
       [](World& world) { as<multi::Replica>(world, n0).core.accepts[1].insert(n0); },
       "r0 has open proposals and no ResendTimeout"},
      {"multi-paxos/leads-what-it-promised", n0, nothing,
       [](World& world) {
         as<multi::Replica>(world, n0).core.stable.promised = {1, n1};
       },
       "r0 is leader of its own ballot of round 0 and has promised itself to another node's "
       "ballot of round 1"},
      {"multi-paxos/committed-within-votes", n1, nothing,
       [](World& world) { as<multi::Replica>(world, n1).core.committed = 1; },
       "r1 knows that slot 1 is chosen and has votes up to slot 0"},
      {"multi-paxos/leaves-no-gap", n0, nothing,
       [](World& world) { as<multi::Replica>(world, n0).core.accepts[3].insert(n0); },
       "r0 leads and asks for votes in 1 of the slots from 1 to 3"},
      {"multi-paxos/changes-once", n0, nothing,
       [](World& world) {
         as<multi::Replica>(world, n0).core.configurations = {{1, {}}, {4, {}}};
       },
       "r0 has changed the members 1 times, and was asked to 0 times"},
      // Whoever asks need not be a client.
      {"multi-paxos/changes-once", n0, nothing,
       [](World& world) {
         multi::Core& core = as<multi::Replica>(world, n0).core;
         multi::Vote vote;
         vote.entry.request = Operation::of(engine::Reconfigure{{n1}});
         core.stable.votes.push_back(vote);
         core.committed = 1;
         core.configurations = {{1, {}}, {4, {}}, {5, {}}};
       },
       "r0 has changed the members 2 times, and was asked to 1 times"},
  };
}

std::vector<Case> other_cases() {
  namespace abd = models::abd;
  namespace ping = models::ping_pong;
  const std::string timers = "primary-backup/timers-armed";
  // Three replicas, the view service behind them.
  const auto settle = [](World& world) {
    deliver_all(world);
    REQUIRE(as<backup::Replica>(world, n0).status == backup::Status::serving);
  };
  return {
      {timers, n1, nothing, [](World& world) { take_timer(world, n1, "JoinTimeout"); },
       "r1 has no JoinTimeout"},
      {timers, n0, settle,
       [](World& world) { as<backup::Replica>(world, n0).status = backup::Status::installing; },
       "r0 waits for its backup and has no ResendTimeout"},
      {timers, n0, settle, [](World& world) { as<backup::Replica>(world, n0).log.push_back({}); },
       "r0 has requests on their way to the backup and no ResendTimeout"},
      {"primary-backup/announces", n3, nothing,
       [](World& world) { take_timer(world, n3, "AnnounceTimeout"); }, "v0 has no AnnounceTimeout"},
      {"primary-backup/executes-its-log", n0, settle,
       [](World& world) { as<backup::Replica>(world, n0).executed = 1; },
       "r0 has executed 1 of 0 requests"},
      {"primary-backup/joins-with-nothing", n0, nothing,
       [](World& world) { as<backup::Replica>(world, n0).log.push_back({}); },
       "r0 waits for its first seat and holds 1 request"},
      {"primary-backup/waits-to-be-spared", n0, nothing,
       [](World& world) { as<backup::Replica>(world, n0).status = backup::Status::idle; },
       "is idle in view 0, which is settled with a former life of it"},
      {"primary-backup/views-follow", n3, settle,
       [](World& world) { as<backup::ViewService>(world, n3).views.view.view_number = 3; },
       "goes from view 1 to view 3"},
      {"primary-backup/views-follow", n3, settle,
       [](World& world) {
         as<backup::ViewService>(world, n3).views.view = {2, {n2, 1}, {n0, 1}};
       },
       "goes on to view 2, whose primary was in neither view 1 nor the settled view 1"},
      {"primary-backup/settles-its-view", n3, nothing,
       [](World& world) { as<backup::ViewService>(world, n3).views.settled.view_number = 2; },
       "v0 is in view 0 and has settled view 2"},
      {"primary-backup/names-who-joined", n3, nothing,
       [](World& world) {
         as<backup::ViewService>(world, n3).views.view.primary = {n0, 7};
       },
       "v0 names incarnation 7 of a replica and knows of none after 0"},
      {"abd/sequence-monotone", n0,
       [](World& world) { as<abd::Server>(world, n0).content.sequence.clock = 5; },
       [](World& world) { as<abd::Server>(world, n0).content.sequence.clock = 4; },
       R"(holds version {"clock":4,"writer":0} and held {"clock":5,"writer":0})"},
      {"abd/counts-itself", n0, nothing,
       [](World& world) { as<abd::Server>(world, n0).phase = abd::Querying{}; },
       "s0 asks a majority and has not asked itself"},
      {"abd/counts-itself", n0, nothing,
       [](World& world) { as<abd::Server>(world, n0).phase = abd::Recording{}; },
       "s0 tells a majority and does not count itself"},
      {"echo-broadcast/says-it-again", n1, nothing,
       [](World& world) { take_timer(world, n1, "Resend"); }, "r1 has no Resend"},
      {"echo-broadcast/tells-first", n0, nothing,
       [](World& world) { as<models::echo_broadcast::Node>(world, n0).told.sent = 1; },
       "r0 has gone on without telling the others"},
      {"signed-echo-broadcast/asks-again", n0, nothing,
       [](World& world) { take_timer(world, n0, "Resend"); },
       "r0 will broadcast and has no Resend"},
      {"two-phase-commit/votes", n1, nothing, [](World& world) { take_timer(world, n1, "Vote"); },
       "m1 is working and will never vote"},
      {"two-phase-commit/stops-waiting", n3, nothing,
       [](World& world) { take_timer(world, n3, "GiveUp"); },
       "coordinator waits and will never give up"},
      {"two-phase-commit/stops-waiting", n3, nothing,
       [](World& world) {
         for (const NodeId manager : {n0, n1, n2})
           as<commit::TransactionManager>(world, n3).prepared.insert(manager);
       },
       "coordinator has heard of all and will never decide"},
      {"ping-pong/asks-again", n0, nothing,
       [](World& world) { take_timer(world, n0, "RetryTimeout"); },
       "p0 waits for the answer to Ping 1 and has no RetryTimeout"},
  };
}

/// Three replicas, three masters behind them.
std::vector<Case> masters_cases() {
  const auto settle = [](World& world) {
    deliver_all(world);
    REQUIRE(as<backup::Master>(world, n3).views.settled.view_number == 1);
  };
  return {
      {"multi-paxos/timers-armed@masters", n4, nothing,
       [](World& world) { take_timer(world, n4, "masters.ElectionTimeout"); },
       "m1 does not lead and has no ElectionTimeout"},
      {"multi-paxos/leads-what-it-promised@masters", n3, nothing,
       [](World& world) {
         as<backup::Master>(world, n3).masters.stable.promised = {1, n4};
       },
       "m0 is leader of its own ballot of round 0 and has promised itself to another node's "
       "ballot of round 1"},
      {"multi-paxos/committed-within-votes@masters", n4, nothing,
       [](World& world) { as<backup::Master>(world, n4).masters.committed = 1; },
       "m1 knows that slot 1 is chosen and has votes up to slot 0"},
      {"multi-paxos/leaves-no-gap@masters", n3, nothing,
       [](World& world) { as<backup::Master>(world, n3).masters.accepts[3].insert(n3); },
       "m0 leads and asks for votes in 1 of the slots from 1 to 3"},
      {"primary-backup/announces@masters", n3, nothing,
       [](World& world) { take_timer(world, n3, "AnnounceTimeout"); }, "m0 has no AnnounceTimeout"},
      {"primary-backup/settles-its-view@masters", n3, nothing,
       [](World& world) { as<backup::Master>(world, n3).views.settled.view_number = 2; },
       "m0 is in view 0 and has settled view 2"},
      {"primary-backup/names-who-joined@masters", n3, nothing,
       [](World& world) {
         as<backup::Master>(world, n3).views.view.backup = {n0, 7};
       },
       "m0 names incarnation 7 of a replica and knows of none after 0"},
      {"primary-backup/views-follow@masters", n3, settle,
       [](World& world) {
         ++as<backup::Master>(world, n3).applied;
         as<backup::Master>(world, n3).views.view.view_number = 3;
       },
       "goes from view 1 to view 3"},
      {"primary-backup/leader-announces@masters", n4, settle,
       [](World& world) { fire(world, n3, "AnnounceTimeout"); },
       "m1 announces a view and does not lead"},
      {"primary-backup/leader-names@masters", n3, nothing,
       [](World& world) {
         auto& joined = as<backup::Master>(world, n3).views.joined;
         joined[n0] = joined[n1] = 1;
       },
       "m0 leads, and has not proposed view 1"},
      {"multi-paxos/changes-once@masters", n3, nothing,
       [](World& world) {
         as<backup::Master>(world, n3).masters.configurations = {{1, {}}, {4, {}}};
       },
       "m0 has changed the members 1 times, and was asked to 0 times"},
  };
}

/// Three links, and one master behind them.
std::vector<Case> chain_cases() {
  namespace chain = models::chain;
  const std::string timers = "chain/timers-armed";
  return {
      {timers, n1, nothing, [](World& world) { take_timer(world, n1, "JoinTimeout"); },
       "r1 has no JoinTimeout"},
      {timers, n0, nothing,
       [](World& world) { as<chain::Replica>(world, n0).stable.log.push_back({}); },
       "r0 has updates on their way down the chain and no ResendTimeout"},
      {timers, n2, nothing, [](World& world) { take_timer(world, n2, "RenewTimeout"); },
       "r2 waits to be confirmed and has no RenewTimeout"},
      {"chain/executes-its-history", n1, nothing,
       [](World& world) { as<chain::Replica>(world, n1).stable.executed = 1; },
       "r1 has executed 1 of 0 updates"},
      {"chain/tail-decides", n2, nothing,
       [](World& world) { as<chain::Replica>(world, n2).stable.log.push_back({}); },
       "r2 is the tail and has executed 0 of 1 update"},
      {"chain/announces@masters", n3, nothing,
       [](World& world) { take_timer(world, n3, "AnnounceTimeout"); }, "m0 has no AnnounceTimeout"},
      {"chain/links-have-joined@masters", n3, nothing,
       [](World& world) {
         as<chain::Master>(world, n3).chains.chain.links.front().incarnation = 7;
       },
       "m0 has incarnation 7 of a replica in the chain and knows of none after 0"},
      {"partitioned-chain/hands-over", n0, nothing,
       [](World& world) { take_timer(world, n0, "HandoverTimeout"); }, "r0 has no HandoverTimeout"},
      {"partitioned-chain/balances", n3, nothing,
       [](World& world) { take_timer(world, n3, "BalanceTimeout"); }, "m0 has no BalanceTimeout"},
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> all = viewstamped_cases();
  for (const auto& list : {paxos_cases(), other_cases(), masters_cases(), chain_cases()})
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

TEST_CASE("facts: each is broken by a node that is not as it says", "[unit]") {
  for (const Case& one : all_cases()) {
    INFO(one.property << ", " << one.message);
    const engine::Model& model = model_of(one.property);
    const bool of_group = one.property.find('@') != std::string::npos;
    const engine::ClusterSpec spec = spec_of(model, of_group ? 3 : 0);
    const engine::Property property = find_property(model, spec, one.property);
    World world(model.assemble(spec), {1, true, false, 512});
    world.start();
    one.before(world);
    const engine::ProcessValue before = world.process(one.node);
    CHECK(judged(property, world, one.node, before).empty());
    one.spoil(world);
    CHECK(judged(property, world, one.node, before) == one.message);
  }
}

TEST_CASE("facts: every one that a model states is shown to be broken", "[unit]") {
  std::set<std::string> shown;
  for (const Case& one : all_cases()) shown.insert(one.property);
  for (const engine::Model* model : models::all_models()) {
    if (model->properties == nullptr) continue;
    for (const std::uint32_t further : {0U, 3U}) {
      for (const engine::Property& property : model->properties(spec_of(*model, further))) {
        INFO(property.name);
        if (property.make()->judges_steps_alone()) CHECK(shown.count(property.name) == 1);
      }
    }
  }
}

}  // namespace stampede::tests
