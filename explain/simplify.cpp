#include "explain/simplify.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/core/error.hpp"
#include "engine/world/decision_text.hpp"

namespace stampede::explain {

using engine::Decision;
using engine::DecisionKind;
using engine::Document;

namespace {

Schedule without_times(Schedule schedule) {
  for (Item& item : schedule) item.decision.at.reset();
  return schedule;
}

bool attempt_frame(Reducer& reducer, Frame& frame, const Frame& other, const Schedule& candidate) {
  auto player = std::make_shared<const LenientPlayer>(other.scenario(), reducer.player().target());
  if (!reducer.attempt_on(std::move(player), candidate)) return false;
  frame = other;
  return true;
}

/// The same nodes in another world, by their identities; whoever is missing is not there.
using NodesElsewhere = std::map<NodeId, NodeId>;

/// The items of nodes that are there, too, as that world calls them.
Schedule moved(const Schedule& schedule, const NodesElsewhere& nodes,
               const engine::Clients& clients, const engine::Clients& clients_there) {
  Schedule there;
  for (Item item : schedule) {
    Decision& decision = item.decision;
    bool all = true;
    const auto move = [&](NodeId& node) {
      const auto found = nodes.find(node);
      all = all && found != nodes.end();
      if (found != nodes.end()) node = found->second;
    };
    if (is_about_message(decision.kind)) {
      move(decision.message.from);
      move(decision.message.to);
    } else if (decision.kind == DecisionKind::fire) {
      move(decision.timer.node);
    } else if (decision.node != no_node) {
      move(decision.node);
    }
    if (!all) continue;
    if (decision.operation.to) {
      move(*decision.operation.to);
      if (!all) decision.operation.to.reset();
    }
    if (decision.kind == DecisionKind::begin) {
      const auto generation =
          static_cast<std::uint32_t>(decision.operation.id.client.value / clients.nodes().size());
      decision.operation.id.client =
          clients_there.identity(*clients_there.place(decision.node), generation);
    }
    there.push_back(std::move(item));
  }
  return there;
}

/// The reducer's schedule in this frame, whose first clients are these of here.
std::optional<Elsewhere> elsewhere(const Reducer& reducer, const Frame& smaller,
                                   const std::vector<NodeId>& clients) {
  try {
    auto player =
        std::make_shared<const LenientPlayer>(smaller.scenario(), reducer.player().target());
    const engine::World& here = reducer.player().booted();
    const engine::World& there = player->booted();
    const engine::Clients& clients_there = there.membership().clients();
    NodesElsewhere nodes;
    for (std::uint32_t i = 0; i < here.node_count(); ++i) {
      const auto same = there.names().find(here.name(NodeId{i}));
      if (same && !clients_there.contains(*same)) nodes[NodeId{i}] = *same;
    }
    for (std::size_t i = 0; i < std::min(clients.size(), clients_there.nodes().size()); ++i)
      nodes[clients[i]] = clients_there.nodes()[i];
    Schedule schedule =
        moved(reducer.schedule(), nodes, here.membership().clients(), clients_there);
    return Elsewhere{smaller, std::move(player), std::move(schedule)};
  } catch (const engine::InputError&) {
    return std::nullopt;  // no scenario has so few nodes
  }
}

bool attempt_elsewhere(Reducer& reducer, Frame& frame, const std::optional<Elsewhere>& there) {
  if (!there || !reducer.attempt_on(there->player, there->schedule)) return false;
  frame = there->frame;
  return true;
}

bool reconfigures(const Schedule& schedule) {
  return std::any_of(schedule.begin(), schedule.end(), [](const Item& item) {
    return item.decision.operation.operation &&
           item.decision.operation.operation.get<engine::Reconfigure>() != nullptr;
  });
}

/// Clients that do something, in the order in which they begin.
std::vector<NodeId> busy_clients(const Reducer& reducer) {
  std::vector<NodeId> busy;
  const engine::Clients& clients = reducer.player().booted().membership().clients();
  for (const Item& item : reducer.schedule()) {
    const NodeId node = place_of(item.decision);
    if (clients.contains(node) && std::find(busy.begin(), busy.end(), node) == busy.end())
      busy.push_back(node);
  }
  return busy;
}

bool is_generated_value(const std::string& text) {
  const std::size_t dot = text.find('.');
  return dot != 0 && dot != std::string::npos && dot + 1 < text.size() &&
         text.find_first_not_of("0123456789.") == std::string::npos;
}

bool is_generated_key(const std::string& text) {
  return text.size() > 1 && text[0] == 'k' &&
         text.find_first_not_of("0123456789", 1) == std::string::npos;
}

void for_each_scalar(Document& document, const std::function<void(Document&)>& see) {
  if (document.is_scalar()) see(document);
  for (Document& item : document.items) for_each_scalar(item, see);
  for (Document::Entry& entry : document.entries) for_each_scalar(entry.value, see);
}

/// `one_key`: all keys become one.
Schedule renamed(const Reducer& reducer, bool one_key) {
  const engine::World& world = reducer.player().booted();
  const engine::ServiceType& service = *reducer.player().scenario().cluster.service;
  static const std::vector<std::string> short_keys = {"x", "y", "z", "u", "v", "w"};
  std::map<std::string, std::string> keys;
  std::map<std::string, std::string> values;
  Schedule schedule = reducer.schedule();
  for (Item& item : schedule) {
    if (item.decision.kind != DecisionKind::begin) continue;
    engine::Operation& operation = item.decision.operation.operation;
    Document document = engine::parse_json(operation.to_json(&world.names()), "operation");
    for_each_scalar(document, [&](Document& scalar) {
      if (is_generated_key(scalar.text)) {
        const std::size_t place = one_key ? 0 : keys.size();
        const std::string key = place < short_keys.size() ? short_keys[place] : scalar.text;
        scalar.text = keys.emplace(scalar.text, key).first->second;
      } else if (is_generated_value(scalar.text)) {
        const std::string value = std::to_string(values.size() + 1);
        scalar.text = values.emplace(scalar.text, value).first->second;
      }
    });
    operation = engine::read_operation(document, service, world.membership(), world.names());
  }
  return schedule;
}

}  // namespace

bool is_simple(const Frame& frame, const Schedule& schedule) {
  return frame.saves == scenarios::Saves::in_step && !frame.clocks &&
         std::none_of(schedule.begin(), schedule.end(),
                      [](const Item& item) { return item.decision.at.has_value(); });
}

void simplify_frame(Reducer& reducer, Frame& frame) {
  const auto attempt = [&](const Frame& other, const Schedule& candidate) {
    return attempt_frame(reducer, frame, other, candidate);
  };
  Frame simple = frame;
  simple.saves = scenarios::Saves::in_step;
  simple.clocks = false;
  if (attempt(simple, without_times(reducer.schedule()))) return;
  simple.saves = frame.saves;
  if (attempt(simple, without_times(reducer.schedule()))) return;
  if (!attempt(simple, reducer.schedule()) && frame.has_clocks()) simple = frame;
  simple.saves = scenarios::Saves::in_step;
  attempt(simple, reducer.schedule());
}

void leave_out_clients(Reducer& reducer, Frame& frame) {
  const std::vector<NodeId> clients = busy_clients(reducer);
  if (clients.size() < frame.clients) {
    Frame smaller = frame;
    smaller.clients = static_cast<std::uint32_t>(clients.size());
    attempt_elsewhere(reducer, frame, elsewhere(reducer, smaller, clients));
  }
}

std::optional<Elsewhere> among_replicas(const Reducer& reducer, const Frame& frame,
                                        std::uint32_t replicas) {
  // What a protocol survives of faulty nodes, fewer replicas need not.
  const bool has_faulty = !reducer.player().scenario().cluster.faulty.empty();
  if (has_faulty || reconfigures(reducer.schedule())) return std::nullopt;
  Frame smaller = frame;
  smaller.replicas = replicas;
  return elsewhere(reducer, smaller, reducer.player().booted().membership().clients().nodes());
}

bool leave_out_replicas(Reducer& reducer, Frame& frame) {
  for (std::uint32_t replicas = 1; replicas < frame.replicas; ++replicas) {
    if (attempt_elsewhere(reducer, frame, among_replicas(reducer, frame, replicas))) return true;
  }
  return false;
}

bool ask_at_once(Reducer& reducer) {
  const std::size_t size = reducer.schedule().size();
  std::set<std::uint32_t> seen;
  for (bool found = true; found;) {
    found = false;
    for (std::size_t place = 0; place < reducer.schedule().size(); ++place) {
      const Item begin = reducer.schedule()[place];
      if (begin.decision.kind != DecisionKind::begin || !seen.insert(begin.id).second) continue;
      found = true;
      std::set<NodeId> asked;
      for (const Item& item : reducer.schedule()) {
        if (item.decision.kind == DecisionKind::deliver &&
            item.decision.message.from == begin.decision.node)
          asked.insert(item.decision.message.to);
      }
      for (const NodeId server : asked) {
        Schedule candidate = reducer.schedule();
        candidate[place].decision.operation.to = server;
        if (reducer.attempt_smaller(candidate)) break;
      }
      break;
    }
  }
  return reducer.schedule().size() < size;
}

void simplify_crashes(Reducer& reducer) {
  for (std::size_t place = 0; place < reducer.schedule().size(); ++place) {
    const Decision& decision = reducer.schedule()[place].decision;
    if (decision.kind != DecisionKind::crash || decision.outcome == engine::disk_loses) continue;
    Schedule candidate = reducer.schedule();
    candidate[place].decision.outcome = engine::disk_loses;
    reducer.attempt_whole(candidate);
  }
}

void rename_contents(Reducer& reducer) {
  if (reducer.player().scenario().cluster.service == nullptr) return;
  try {
    if (!reducer.attempt_whole(renamed(reducer, true)))
      reducer.attempt_whole(renamed(reducer, false));
  } catch (const engine::InputError&) {
    // The service has operations with other contents: they stay as they are.
  }
}

}  // namespace stampede::explain
