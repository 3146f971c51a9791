#include "engine/explore/state_space.hpp"

#include <algorithm>

#include "engine/core/watch.hpp"
#include "engine/world/configurations.hpp"

namespace stampede::engine {

const char* kind_name(Candidate::Kind kind) {
  constexpr const char* names[] = {"deliver", "drop",    "duplicate", "fire", "begin",
                                   "crash",   "restart", "complete",  "clock"};
  return names[kind];
}

namespace {

/// What the plan has after the operation that ended.
std::function<const BeginOperation*(OperationId)> next_of_plan(
    const std::vector<PlannedClient>& plan) {
  return [&plan](OperationId ended) -> const BeginOperation* {
    for (const PlannedClient& client : plan) {
      const auto& operations = client.operations;
      for (std::size_t i = 0; i + 1 < operations.size(); ++i) {
        if (operations[i].id == ended) return &operations[i + 1];
      }
    }
    return nullptr;
  };
}

/// Settings of the cache: its clients go on by themselves if they are to.
TransitionSettings transition_settings(const SpaceSettings& settings) {
  TransitionSettings transitions = settings.transitions;
  if (settings.begins == Begins::at_once) transitions.begins_next = next_of_plan(settings.plan);
  return transitions;
}

}  // namespace

PathStep step_of(const WorldRef& world, const Candidate& candidate) {
  return {candidate.kind, is_about_message(candidate.kind) ? world.messages[candidate.place] : 0,
          candidate.transition};
}

StateSpace::StateSpace(Assembly assembly, std::vector<std::unique_ptr<Monitor>> monitors,
                       SpaceSettings settings)
    : settings_(std::move(settings)),
      transitions_(std::move(assembly), transition_settings(settings_)),
      monitors_(transitions_, std::move(monitors)),
      ledgers_(settings_.budgets, settings_.plan),
      symmetry_(transitions_, settings_.symmetry),
      servers_(transitions_.membership().servers()),
      limiting_(transitions_.nodes().size()) {
  if (settings_.within_tolerance) {
    for (const Group& group : transitions_.membership().groups()) {
      if (group.tolerance() == Tolerance::any) continue;
      CrashLimit limit{&group, {}};
      for (const NodeId node : group.everybody()) {
        limiting_[node.value].push_back(limits_.size());
        const auto& facets = transitions_.facets(node);
        const auto facet = std::find_if(facets.begin(), facets.end(),
                                        [&](const Facet& one) { return one.group == &group; });
        limit.facets.push_back(facet == facets.end()
                                   ? CrashLimit::none
                                   : static_cast<std::size_t>(facet - facets.begin()));
      }
      limits_.push_back(std::move(limit));
    }
  }
  transitions_.forget_results(!settings_.keeps_results);
  for (const PlannedClient& client : settings_.plan) {
    auto& begins = begins_.emplace_back();
    for (const BeginOperation& operation : client.operations) {
      begins.push_back(transitions_.intern(
          Stimulus{Input::Kind::begin, transitions_.intern(operation), {}, {}}));
    }
  }
  const Budgets& budgets = settings_.budgets;
  acts_ = !begins_.empty() || !budgets.timers.empty() || budgets.crashes != 0 ||
          budgets.drops != 0 || budgets.duplicates != 0 || budgets.clock_moves != 0;
  for (const NodeSpec& node : transitions_.nodes()) {
    const ProcessType& type = node.boot.type();
    acts_ = acts_ || type.disk_completed != nullptr;
    acts_ = acts_ || (!settings_.transitions.saves_in_step && !type.durable.empty());
  }
  for (const Group& group : transitions_.membership().groups()) acts_ = acts_ || group.may_change();
  if (settings_.proves && settings_.keeps_results) prepare_proof();
}

PackedWorld StateSpace::unbooted() {
  PackedWorld world;
  for (std::uint32_t node = 0; node < node_count(); ++node) {
    world.locals.push_back(
        transitions_.intern(NodeId{node}, engine::unbooted(transitions_.nodes()[node])));
  }
  world.knowledge = monitors_.initial();
  world.hash = hash_anew(world);
  return world;
}

std::vector<Root> StateSpace::roots_after(const std::vector<Root>& roots, std::size_t node,
                                          std::uint32_t stimulus, std::optional<std::size_t> client,
                                          std::vector<BrokenRoot>& broken) {
  std::vector<Root> after;
  for (const Root& root : roots) {
    Candidate candidate;
    candidate.kind = client ? Candidate::begin : Candidate::restart;
    candidate.ledger =
        client ? spend(root.world.ledger, ledgers_.begin(*client)) : root.world.ledger;
    const auto offer = [&](const Candidate& one) {
      Watch::tick();  // an outcome that is known runs no handler
      std::vector<PathStep> begun = root.begun;
      if (client) begun.push_back({one.kind, 0, one.transition});
      if (threw(one)) {
        broken.push_back({exception_of(one.transition), std::move(begun)});
        return;
      }
      const MonitorCache::Outcome outcome = judge(root.world, one);
      for (const Violation& violation : monitors_.violations(outcome.violations))
        broken.push_back({violation, begun});
      // Under their own names: who has booted must not change places with who has not.
      PackedWorld next;
      apply_unhashed(root.world, one, outcome.knowledge, next);
      next.hash = hash_anew(next);
      after.push_back({std::move(next), std::move(begun)});
    };
    const std::uint32_t first = transitions_.act(root.world.locals[node], stimulus);
    if (first != TransitionCache::nothing) {
      offer_outcomes(candidate, first, offer);
    } else {
      after.push_back(root);  // nobody here begins anything
    }
  }
  return after;
}

std::vector<Root> StateSpace::initial(std::vector<BrokenRoot>& broken) {
  std::vector<Root> roots = {{unbooted(), {}}};
  const std::uint32_t start = transitions_.intern(Stimulus{Input::Kind::start, 0, {}, {}});
  for (std::size_t node = 0; node < node_count(); ++node) {
    if (!transitions_.membership().is_spare(NodeId{static_cast<std::uint32_t>(node)}))
      roots = roots_after(roots, node, start, std::nullopt, broken);
  }
  if (settings_.begins == Begins::any_time) return roots;
  for (std::size_t client = 0; client < begins_.size(); ++client)
    roots = roots_after(roots, ledgers_.plan()[client].node.value, begins_[client].front(), client,
                        broken);
  return roots;
}

Violation StateSpace::exception_of(std::uint32_t transition) const {
  const Transition& threw = transitions_.transition(transition);
  return {"no-exception",
          0,
          transitions_.nodes()[threw.node.value].name + ": " + threw.effects.exception->text,
          {threw.node}};
}

// ----- what nodes do by themselves -----

std::uint32_t StateSpace::own_actions_of(std::uint32_t local) {
  const std::uint32_t known = own_places_.find(local, 0);
  return known != PairMap::none ? known : compute_own_actions(local);
}

/// Each without the save that is under way, and then with it.
std::vector<DiskOutcome> StateSpace::crash_outcomes(const LocalState& local) const {
  std::vector<DiskOutcome> outcomes = file_outcomes(local);
  if (local.held.empty()) return outcomes;
  const std::size_t count = outcomes.size();
  for (std::size_t i = 0; i < count; ++i) {
    outcomes[i].save_kept = false;
    outcomes.push_back(outcomes[i]);
    outcomes.back().save_kept = true;
  }
  return outcomes;
}

std::vector<DiskOutcome> StateSpace::file_outcomes(const LocalState& local) const {
  const std::size_t pending = local.disk.pending_count();
  std::vector<DiskOutcome> outcomes = {disk_loses};
  if (pending == 0) return outcomes;
  const std::size_t counted = std::min<std::size_t>(pending, 63);
  const std::uint64_t sets =
      settings_.any_subset_of_writes && counted <= 16 ? std::uint64_t{1} << counted : 0;
  for (std::uint64_t set = 1; set < sets; ++set) outcomes.push_back({set, false, false});
  if (sets == 0) {
    for (std::size_t kept = 1; kept <= counted; ++kept)
      outcomes.push_back({(std::uint64_t{1} << kept) - 1, false, false});
  }
  if (pending > counted) outcomes.push_back(disk_keeps);
  if (settings_.torn_writes) {
    for (std::size_t kept = 0; kept < counted; ++kept)
      outcomes.push_back({(std::uint64_t{1} << kept) - 1, true, false});
  }
  return outcomes;
}

std::uint32_t StateSpace::compute_own_actions(std::uint32_t id) {
  const std::lock_guard guard(transitions_.lock());
  std::uint32_t place = own_places_.find(id, 0);
  if (place != PairMap::none) return place;
  const LocalState& local = transitions_.local(id);
  const NodeId node{transitions_.facts(id).node};
  const Budgets& budgets = settings_.budgets;
  std::vector<OwnAction> actions;
  const auto add = [&](Candidate::Kind kind, const Stimulus& stimulus, std::uint32_t move) {
    actions.push_back({kind, transitions_.intern(stimulus), move});
  };
  const bool is_server = std::binary_search(servers_.begin(), servers_.end(), node);
  if (budgets.clock_moves != 0 && is_server)
    add(Candidate::clock, {Input::Kind::clock, 0, {}, {}}, Ledgers::clock);
  if (local.up) {
    for (std::uint32_t slot = 0; slot < local.timers.size(); ++slot) {
      for (std::size_t i = 0; i < budgets.timers.size(); ++i) {
        if (budgets.timers[i].second == 0 ||
            budgets.timers[i].first != local.timers[slot].type->name)
          continue;
        add(Candidate::fire, {Input::Kind::timer, slot, {}, {}}, ledgers_.timer(i));
      }
    }
    if (!local.held.empty()) add(Candidate::complete, {Input::Kind::save_completed, 0, {}, {}}, 0);
    for (const auto& [file, content] : local.disk.files) {
      if (local.disk.busy(file))
        add(Candidate::complete, {Input::Kind::disk_completed, 0, {}, file}, 0);
    }
    for (const DiskOperation& operation : local.disk.outstanding) {
      if (!local.disk.files.contains(operation.file) &&
          local.disk.oldest(operation.file).request == operation.request)
        add(Candidate::complete, {Input::Kind::disk_completed, 0, {}, operation.file}, 0);
    }
    if (budgets.crashes != 0 && is_server) {
      for (const DiskOutcome& outcome : crash_outcomes(local))
        add(Candidate::crash, {Input::Kind::crash, 0, outcome, {}}, Ledgers::crash);
    }
  } else if (local.incarnation > 0 && budgets.restarts != 0) {
    add(Candidate::restart, {Input::Kind::recover, 0, {}, {}}, Ledgers::restart);
  } else if (local.incarnation == 0 && budgets.boots != 0) {
    add(Candidate::restart, {Input::Kind::start, 0, {}, {}}, Ledgers::boot);
  }
  place = actions.empty() ? TransitionCache::nothing : own_actions_.push_back(std::move(actions));
  own_places_.insert(id, 0, place);
  return place;
}

std::uint32_t StateSpace::ledger_after(std::uint32_t ledger, const TransitionStep& step) {
  const std::size_t client = ledgers_.client_of(NodeId{step.node});
  if (client == begins_.size()) return ledger;
  const std::lock_guard guard(transitions_.lock());
  const std::uint32_t ended = ledgers_.end_operation(ledger, client);
  if ((step.flags & TransitionStep::began) == 0) return ended;
  return ledgers_.spend(ended, ledgers_.begin(client));
}

bool StateSpace::survives_crash(const WorldRef& world, std::size_t node) const {
  const auto& limiting = limiting_[node];
  return std::all_of(limiting.begin(), limiting.end(), [&](std::size_t position) {
    return survives_crash(world, limits_[position], NodeId{static_cast<std::uint32_t>(node)});
  });
}

bool StateSpace::survives_crash(const WorldRef& world, const CrashLimit& limit, NodeId node) const {
  const Group& group = *limit.group;
  std::vector<ShownBy> shown;
  NodeSet failed;
  for (std::size_t place = 0; place < limit.facets.size(); ++place) {
    const NodeId one = group.everybody()[place];
    const std::uint32_t local = world.locals[one.value];
    if (has_failed(local, limit.facets[place])) failed.insert(one);
    const bool up = (transitions_.facts(local).flags & LocalFacts::up) != 0;
    if (group.may_change() && up && limit.facets[place] != CrashLimit::none)
      shown.push_back({one, &transitions_.shown(local)[limit.facets[place]]});
  }
  const auto survives = [&](const std::vector<NodeId>& members) {
    return engine::survives_crash(group.tolerance(), members, node, failed);
  };
  if (!group.may_change()) return survives(group.members());
  const auto configurations = configurations_of(group, shown);
  return std::all_of(configurations.begin(), configurations.end(), survives);
}

bool StateSpace::has_failed(std::uint32_t local, std::size_t facet) const {
  const std::uint8_t flags = transitions_.facts(local).flags;
  if (facet == 0) return (flags & LocalFacts::failed) != 0;
  if ((flags & LocalFacts::up) == 0 ||
      !transitions_.correct(NodeId{transitions_.facts(local).node}))
    return true;
  return facet != CrashLimit::none && transitions_.shown(local)[facet].recovering;
}

bool StateSpace::may_move_clock(const WorldRef& world, std::size_t node) const {
  if (!settings_.clock_skew) return true;
  const auto elapsed = [&](std::size_t other) {
    return transitions_.facts(world.locals[other]).elapsed;
  };
  const Duration moved = elapsed(node) + settings_.transitions.clock_step;
  return std::all_of(servers_.begin(), servers_.end(), [&](NodeId other) {
    return other.value == node || moved - elapsed(other.value) <= *settings_.clock_skew;
  });
}

// ----- successors -----

bool StateSpace::compute_dead(std::uint32_t local, std::uint32_t message, bool crashes) const {
  auto& lock = const_cast<TransitionCache&>(transitions_).lock();
  const std::lock_guard guard(lock);
  const std::uint32_t known = dead_[crashes ? 1 : 0].find(local, message);
  if (known != PairMap::none) return known != 0;
  const bool dead = declared_dead(local, message, crashes);
  dead_[crashes ? 1 : 0].insert(local, message, dead ? 1 : 0);
  if (dead && proof_ != nullptr) proof_->dropped(local, message, crashes);
  return dead;
}

bool StateSpace::declared_dead(std::uint32_t local, std::uint32_t message, bool crashes) const {
  const NodeId receiver{transitions_.facts(local).node};
  return settings_.dead(receiver, transitions_.group(receiver), transitions_.local(local),
                        transitions_.message(message), crashes);
}

void StateSpace::prepare_proof() {
  Proof::Claims claims;
  if (settings_.dead) {
    claims.dead = [this](std::uint32_t local, std::uint32_t message, bool crashes) {
      return declared_dead(local, message, crashes);
    };
  }
  claims.has_normal_form = settings_.transitions.normalise != nullptr;
  claims.property = [this](std::size_t monitor) { return monitors_.property(monitor); };
  claims.crashes = settings_.budgets.crashes;
  claims.crashes_unlimited = settings_.budgets.crashes == Budgets::unlimited;
  proof_ = std::make_unique<Proof>(transitions_, symmetry_, std::move(claims));
}

std::uint64_t StateSpace::hash_after(const WorldRef& world, const Candidate& candidate,
                                     std::uint32_t knowledge) const {
  std::uint64_t hash = world.hash;
  if (knowledge != world.knowledge)
    hash += monitors_.contribution_of(knowledge) - monitors_.contribution_of(world.knowledge);
  if (candidate.ledger != world.ledger)
    hash += ledgers_.contribution_of(candidate.ledger) - ledgers_.contribution_of(world.ledger);
  const bool is_set = settings_.network == NetworkKind::set;
  if (is_about_message(candidate.kind) && (!is_set || candidate.kind == Candidate::drop)) {
    const std::uint64_t taken = transitions_.message_contribution(world.messages[candidate.place]);
    hash += candidate.kind == Candidate::duplicate ? taken : -taken;
  }
  if (candidate.transition == PairMap::none) return hash;
  const TransitionStep& step = transitions_.step(candidate.transition);
  hash += step.node_change + step.sent_change;
  for (std::uint32_t i = 0; is_set && i < step.send_count; ++i) {
    if (is_there(world, step, i))
      hash -= transitions_.message_contribution(transitions_.send(step, i));
  }
  if (!settings_.dead) return hash;

  const bool crashes = may_crash(candidate.ledger);
  const bool last_crash = candidate.kind == Candidate::crash && !crashes;
  for (std::uint32_t i = 0; i < step.send_count; ++i) {
    const std::uint32_t sent = transitions_.send(step, i);
    const std::uint32_t to = transitions_.receiver(sent).value;
    if (is_dead(to == step.node ? step.after : world.locals[to], sent, crashes))
      hash -= transitions_.message_contribution(sent);
  }
  if ((step.flags & TransitionStep::moved) == 0 && !last_crash) return hash;
  for (std::uint32_t place = 0; place < world.message_count; ++place) {
    if (place == candidate.place && candidate.kind == Candidate::deliver) continue;
    const std::uint32_t message = world.messages[place];
    const std::uint32_t to = transitions_.receiver(message).value;
    if (to != step.node && !last_crash) continue;
    if (is_dead(to == step.node ? step.after : world.locals[to], message, crashes))
      hash -= transitions_.message_contribution(message);
  }
  return hash;
}

bool StateSpace::is_there(const WorldRef& world, const TransitionStep& step,
                          std::uint32_t position) const {
  const std::uint32_t message = transitions_.send(step, position);
  if (std::binary_search(world.messages, world.messages + world.message_count, message))
    return true;
  for (std::uint32_t earlier = 0; earlier < position; ++earlier) {
    if (transitions_.send(step, earlier) == message) return true;
  }
  return false;
}

void StateSpace::add_message(PackedWorld& world, std::uint32_t message) const {
  auto& messages = world.messages;
  if (settings_.network != NetworkKind::queue) {
    const auto place = std::upper_bound(messages.begin(), messages.end(), message);
    if (settings_.network == NetworkKind::set && place != messages.begin() &&
        *(place - 1) == message)
      return;
    messages.insert(place, message);
    return;
  }
  const auto link = [&](std::uint32_t id) {
    return (static_cast<std::uint64_t>(transitions_.sender(id).value) << 32) |
           transitions_.receiver(id).value;
  };
  const std::uint64_t wanted = link(message);
  const auto place = std::find_if(messages.begin(), messages.end(),
                                  [&](std::uint32_t other) { return link(other) > wanted; });
  messages.insert(place, message);
}

void StateSpace::take_message(PackedWorld& world, std::size_t place) const {
  world.messages.erase(world.messages.begin() + static_cast<std::ptrdiff_t>(place));
}

void StateSpace::drop_dead(PackedWorld& world) const {
  const bool crashes = may_crash(world.ledger);
  std::erase_if(world.messages, [&](std::uint32_t message) {
    const NodeId to = transitions_.receiver(message);
    return is_dead(world.locals[to.value], message, crashes);
  });
}

std::uint64_t StateSpace::network_hash(const PackedWorld& world) const {
  std::uint64_t hash = 0;
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < world.messages.size(); ++i) {
    const std::uint32_t message = world.messages[i];
    const std::uint64_t share = transitions_.message_contribution(message);
    if (settings_.network == NetworkKind::queue) {
      const bool first =
          i == 0 || transitions_.sender(world.messages[i - 1]) != transitions_.sender(message) ||
          transitions_.receiver(world.messages[i - 1]) != transitions_.receiver(message);
      position = first ? 1 : position + 1;
      hash += mix(share, position);
    } else {
      hash += share;
    }
  }
  return hash;
}

std::uint64_t StateSpace::hash_anew(const PackedWorld& world) const {
  std::uint64_t hash = network_hash(world);
  for (const std::uint32_t local : world.locals) hash += transitions_.facts(local).contribution;
  hash += monitors_.contribution_of(world.knowledge);
  return hash + ledgers_.contribution_of(world.ledger);
}

void StateSpace::apply_unhashed(const WorldRef& world, const Candidate& candidate,
                                std::uint32_t knowledge, PackedWorld& next) const {
  next.locals.assign(world.locals, world.locals + node_count());
  next.messages.assign(world.messages, world.messages + world.message_count);
  next.knowledge = knowledge;
  next.ledger = candidate.ledger;
  const bool keeps = settings_.network == NetworkKind::set && candidate.kind != Candidate::drop;
  if (candidate.kind == Candidate::duplicate) {
    add_message(next, world.messages[candidate.place]);
  } else if (candidate.kind <= Candidate::drop && !keeps) {
    take_message(next, candidate.place);
  }
  if (candidate.transition != PairMap::none) {
    const TransitionStep& step = transitions_.step(candidate.transition);
    next.locals[step.node] = step.after;
    for (std::uint32_t i = 0; i < step.send_count; ++i)
      add_message(next, transitions_.send(step, i));
    if (settings_.dead) drop_dead(next);
  }
}

// ----- by hand -----

Applied StateSpace::by_hand(PackedWorld& world, NodeId node, std::uint32_t first, std::size_t place,
                            const std::vector<std::uint32_t>& choices) {
  if (first == TransitionCache::nothing) return {};
  std::uint32_t id = first;
  const auto fits = [&](std::uint32_t outcome) {
    const auto& asked = transitions_.transition(outcome).effects.choices;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i].taken != (i < choices.size() ? choices[i] : 0)) return false;
    }
    return true;
  };
  while (id != PairMap::none && !fits(id)) id = transitions_.step(id).next;
  ASSERT(id != PairMap::none);
  ASSERT(transitions_.step(id).node == node.value);
  Applied applied{true, {}};
  if ((transitions_.step(id).flags & TransitionStep::threw) != 0) {
    applied.violations.push_back(exception_of(id));
    return applied;
  }
  const bool delivers = transitions_.transition(id).kind == Input::Kind::message;
  Candidate candidate;
  candidate.kind = delivers ? Candidate::deliver : Candidate::restart;
  candidate.place = static_cast<std::uint32_t>(place);
  candidate.transition = id;
  candidate.ledger = world.ledger;
  const MonitorCache::Outcome outcome = judge(world, candidate);
  applied.violations = monitors_.violations(outcome.violations);
  PackedWorld next;
  apply(world, candidate, outcome.knowledge, next);
  ASSERT(!is_additive() || next.hash == hash_after(world, candidate, outcome.knowledge));
  world = std::move(next);
  return applied;
}

Applied StateSpace::deliver(PackedWorld& world, std::uint32_t message,
                            const std::vector<std::uint32_t>& choices) {
  const auto place = std::find(world.messages.begin(), world.messages.end(), message);
  if (place == world.messages.end()) return {};
  const NodeId to = transitions_.receiver(message);
  return by_hand(world, to, transitions_.deliver(world.local(to), message),
                 static_cast<std::size_t>(place - world.messages.begin()), choices);
}

Applied StateSpace::drop(PackedWorld& world, std::uint32_t message) {
  const auto place = std::find(world.messages.begin(), world.messages.end(), message);
  if (place == world.messages.end()) return {};
  world.messages.erase(place);
  world.hash = hash_anew(world);
  return {true, {}};
}

Applied StateSpace::duplicate(PackedWorld& world, std::uint32_t message) {
  if (!world.in_flight(message)) return {};
  add_message(world, message);
  world.hash = hash_anew(world);
  return {true, {}};
}

Applied StateSpace::fire(PackedWorld& world, NodeId node, std::uint32_t timer,
                         const std::vector<std::uint32_t>& choices) {
  const std::uint32_t stimulus = transitions_.intern(Stimulus{Input::Kind::timer, timer, {}, {}});
  return by_hand(world, node, transitions_.act(world.local(node), stimulus), 0, choices);
}

Applied StateSpace::begin(PackedWorld& world, NodeId client, const BeginOperation& operation,
                          const std::vector<std::uint32_t>& choices) {
  const std::uint32_t stimulus =
      transitions_.intern(Stimulus{Input::Kind::begin, transitions_.intern(operation), {}, {}});
  return by_hand(world, client, transitions_.act(world.local(client), stimulus), 0, choices);
}

Applied StateSpace::complete_save(PackedWorld& world, NodeId node) {
  const std::uint32_t stimulus =
      transitions_.intern(Stimulus{Input::Kind::save_completed, 0, {}, {}});
  return by_hand(world, node, transitions_.act(world.local(node), stimulus), 0, {});
}

Applied StateSpace::crash(PackedWorld& world, NodeId node, const DiskOutcome& outcome) {
  const std::uint32_t stimulus = transitions_.intern(Stimulus{Input::Kind::crash, 0, outcome, {}});
  return by_hand(world, node, transitions_.act(world.local(node), stimulus), 0, {});
}

Applied StateSpace::restart(PackedWorld& world, NodeId node,
                            const std::vector<std::uint32_t>& choices) {
  const bool booted = (transitions_.facts(world.local(node)).flags & LocalFacts::booted) != 0;
  const std::uint32_t stimulus =
      transitions_.intern(Stimulus{booted ? Input::Kind::recover : Input::Kind::start, 0, {}, {}});
  return by_hand(world, node, transitions_.act(world.local(node), stimulus), 0, choices);
}

Applied StateSpace::set_paused(PackedWorld& world, NodeId node, bool paused) {
  const LocalState& at = local(world, node);
  if (!at.up || at.paused == paused) return {};
  LocalState next = at;
  next.paused = paused;
  world.locals[node.value] = transitions_.intern(node, std::move(next));
  world.hash = hash_anew(world);
  return {true, {}};
}

}  // namespace stampede::engine
