#include "models/primary_backup/invariants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "models/multi_paxos/core_facts.hpp"
#include "models/primary_backup/master.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"
#include "models/viewstamped/core_facts.hpp"

namespace stampede::models::primary_backup {
namespace {

using engine::Observation;

std::string requests(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " request" : " requests");
}

std::optional<std::string> backup_is_ahead(const engine::WorldView& world) {
  for (const NodeId primary : world.members()) {
    const Observation& first = world.observation(primary);
    if (!first.leading || !world.correct(primary)) continue;
    for (const NodeId backup : world.members()) {
      const Observation& second = world.observation(backup);
      if (backup == primary || !second.operational || second.epoch != first.epoch ||
          !world.correct(backup))
        continue;
      if (second.log.size() >= first.executed && second.log.agrees(first.log, first.executed))
        continue;
      return world.name(primary) + " has executed " + requests(first.executed) + " of view " +
             std::to_string(first.epoch) + " and its backup " + world.name(backup) + " has " +
             std::to_string(std::min<std::uint64_t>(second.log.size(), first.executed)) +
             " of them";
    }
  }
  return std::nullopt;
}

std::optional<std::string> replica_timer_missing(const Replica& replica,
                                                 const engine::NodeView& node) {
  if (node.lacks(JoinTimeout{})) return node.name() + " has no JoinTimeout";
  if (!replica.is_primary(node.self()) || !node.lacks(ResendTimeout{})) return std::nullopt;
  if (replica.status == Status::installing)
    return node.name() + " waits for its backup and has no ResendTimeout";
  if (replica.status == Status::serving && replica.backed_up < replica.log.size())
    return node.name() + " has requests on their way to the backup and no ResendTimeout";
  return std::nullopt;
}

// It has a seat, or is idle, from its first settled view on.
std::optional<std::string> holds_before_it_joins(const Replica& replica,
                                                 const engine::NodeView& node) {
  if (replica.status != Status::joining || replica.log.size() == 0) return std::nullopt;
  return node.name() + " waits for its first seat and holds " + requests(replica.log.size());
}

std::optional<std::string> idle_too_early(const Replica& before, const Replica& after,
                                          const engine::Effects&) {
  const bool joins = before.status == Status::joining && after.status == Status::idle;
  if (!joins || after.settled_since_start) return std::nullopt;
  return "is idle in view " + std::to_string(after.view.view_number) +
         ", which is settled with a former life of it";
}

template <class Server>
std::optional<std::string> announcement_missing(const Server&, const engine::NodeView& node) {
  if (!node.lacks(AnnounceTimeout{})) return std::nullopt;
  return node.name() + " has no AnnounceTimeout";
}

std::optional<std::string> executed_unlogged(const Replica& replica, const engine::NodeView& node) {
  if (replica.executed <= replica.log.size()) return std::nullopt;
  return node.name() + " has executed " + std::to_string(replica.executed) + " of " +
         requests(replica.log.size());
}

template <class Server>
std::optional<std::string> settled_ahead(const Server& server, const engine::NodeView& node) {
  const Views& views = server.views;
  if (views.settled.view_number <= views.view.view_number) return std::nullopt;
  return node.name() + " is in view " + std::to_string(views.view.view_number) +
         " and has settled view " + std::to_string(views.settled.view_number);
}

template <class Server>
std::optional<std::string> stranger_named(const Server& server, const engine::NodeView& node) {
  const Views& views = server.views;
  for (const Seat& seat : {views.view.primary, views.view.backup}) {
    const std::uint64_t* newest = views.joined.find(seat.node);
    const std::uint64_t known = newest == nullptr ? 0 : *newest;
    if (seat.incarnation > known)
      return node.name() + " names incarnation " + std::to_string(seat.incarnation) +
             " of a replica and knows of none after " + std::to_string(known);
  }
  return std::nullopt;
}

/// Of several commands that are decided in one step nobody sees what was between them.
bool is_one_command(const Master& before, const Master& after) {
  return after.applied == before.applied + 1;
}
bool is_one_command(const ViewService&, const ViewService&) { return true; }

template <class Server>
std::optional<std::string> unfit(const Server& before, const Server& after,
                                 const engine::Effects&) {
  const View& last = before.views.view;
  const View& next = after.views.view;
  if (next == last || !is_one_command(before, after)) return std::nullopt;
  if (next.view_number != last.view_number + 1)
    return "goes from view " + std::to_string(last.view_number) + " to view " +
           std::to_string(next.view_number);
  const View& settled = after.views.settled;
  if (settled.view_number == 0 || next.primary == last.primary || next.primary == settled.primary ||
      next.primary == settled.backup)
    return std::nullopt;
  return "goes on to view " + std::to_string(next.view_number) +
         ", whose primary was in neither view " + std::to_string(last.view_number) +
         " nor the settled view " + std::to_string(settled.view_number);
}

/// Others know of views when they are old. What waited for a save leaves whoever leads by then.
struct LeaderAnnounces {
  static void on(const engine::Stepped& step, engine::Judge& judge) {
    const bool left_late = step.effects.has_rare && step.effects.saves_completed > 0;
    if (engine::process_as<Master>(step.after) == nullptr || left_late) return;
    const auto& sends = step.effects.sends;
    const bool announces = std::any_of(sends.begin(), sends.end(), [](const engine::Send& send) {
      return send.payload.get<NewView>() != nullptr;
    });
    if (!announces || judge.world.observation(step.node, judge.group()).leading) return;
    judge.violated(judge.world.name(step.node) + " announces a view and does not lead",
                   {step.node});
  }
};
STAMPEDE_VALUE(LeaderAnnounces);

/// Nobody else does, as long as it leads.
struct LeaderNames {
  static void on(const engine::Stepped& step, engine::Judge& judge) {
    const auto* master = engine::process_as<Master>(step.after);
    if (master == nullptr || !judge.world.observation(step.node, judge.group()).leading) return;
    const std::optional<View> next = master->ahead().next(master->detector);
    if (!next) return;
    judge.violated(judge.world.name(step.node) + " leads, and has not proposed view " +
                       std::to_string(next->view_number),
                   {step.node});
  }
};
STAMPEDE_VALUE(LeaderNames);

/// What was said of each view.
struct OneView {
  std::map<ViewNumber, View> announced{};
  using Hears = engine::Messages<NewView>;

  void on(const engine::MessageSent& sent, engine::Judge& judge) {
    const auto* message = sent.payload->get<NewView>();
    if (message == nullptr) return;
    const View& first =
        announced.try_emplace(message->view.view_number, message->view).first->second;
    if (first == message->view) return;
    judge.violated(judge.world.name(sent.from) + " announces view " +
                       std::to_string(first.view_number) + " of " + text(message->view, judge) +
                       ", which was of " + text(first, judge),
                   {sent.from});
  }

  static std::string text(const View& view, const engine::Judge& judge) {
    const auto seat = [&](const Seat& one) {
      return judge.world.name(one.node) + " (incarnation " + std::to_string(one.incarnation) + ")";
    };
    return seat(view.primary) + " and " + seat(view.backup);
  }
};
STAMPEDE_VALUE(OneView, announced);

/// Of each node that names views.
template <class Server>
std::vector<engine::Property> server_facts() {
  using engine::node_property;
  return {node_property<Server>("primary-backup/announces",
                                "Whoever names the views goes on telling the present one.",
                                &announcement_missing<Server>),
          node_property<Server>("primary-backup/settles-its-view",
                                "No view is settled before it was made.", &settled_ahead<Server>),
          node_property<Server>("primary-backup/names-who-joined",
                                "Who is primary or backup has joined in this life.",
                                &stranger_named<Server>),
          engine::step_property<Server>("primary-backup/views-follow",
                                        "A view has the number after that of the one before, and "
                                        "a primary that has everything.",
                                        &unfit<Server>)};
}

/// Of the masters, as facts of their group: it comes after the replicas and the view service.
void add_masters(const Options& options, std::vector<engine::Property>& list) {
  constexpr std::uint32_t masters = 2;
  const auto add = [&](std::vector<engine::Property> properties) {
    for (engine::Property& property : properties) {
      const std::string name = property.name + "@masters";
      list.push_back(engine::for_group(std::move(property), masters, name));
    }
  };
  add(server_facts<Master>());
  add({engine::monitor_property("primary-backup/leader-announces",
                                "Only the leader of the masters tells replicas of views.",
                                LeaderAnnounces{}),
       engine::monitor_property("primary-backup/leader-names",
                                "A leader that sees a reason for another view has proposed it.",
                                LeaderNames{})});
  add(Consensus::invariants(options.masters));
  add(protocol::core_facts<&Master::masters>(options.masters));
}

}  // namespace

std::vector<engine::Property> invariants(const engine::ClusterSpec& spec) {
  std::vector<engine::Property> list = {
      engine::world_property(
          "primary-backup/backup-is-ahead",
          "The backup of a view has every request that its primary has executed.",
          &backup_is_ahead),
      engine::node_property<Replica>("primary-backup/timers-armed",
                                     "Whoever waits has the timer armed that ends the wait.",
                                     &replica_timer_missing),
      engine::node_property<Replica>("primary-backup/executes-its-log",
                                     "A replica executes what is in its log.", &executed_unlogged),
      engine::node_property<Replica>("primary-backup/joins-with-nothing",
                                     "Who waits for its first seat has taken no request.",
                                     &holds_before_it_joins),
      engine::step_property<Replica>("primary-backup/waits-to-be-spared",
                                     "Who has restarted waits until a view is settled without it.",
                                     &idle_too_early)};
  if (spec.members_of("masters") == 0) {
    for (engine::Property& fact : server_facts<ViewService>()) list.push_back(std::move(fact));
    return list;
  }
  list.push_back(engine::monitor_property(
      "primary-backup/one-view", "All who announce a view say the same of it.", OneView{}));
  add_masters(spec.options.as<Options>(), list);
  return list;
}

}  // namespace stampede::models::primary_backup
