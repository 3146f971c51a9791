#include "engine/explore/monitor_cache.hpp"

#include <algorithm>
#include <atomic>

namespace stampede::engine {

void MonitorCache::Knowledge::append_hash(Hasher& hasher) const {
  for (const std::uint32_t state : states) hasher.add(state);
}

/// A packed world while it tells one step to one monitor: Stage of audience.hpp. It remembers how
/// far the monitor looks around.
class MonitorCache::Telling final : public WorldView {
 public:
  Telling(const TransitionCache& transitions, Monitor& monitor, const Transition& transition,
          const std::uint32_t* locals)
      : transitions_(transitions),
        monitor_(monitor),
        transition_(transition),
        locals_(locals),
        judge_{*this, reported, monitor.property(), &monitor.group_in(transitions.membership())} {}

  std::vector<Violation> reported;
  [[nodiscard]] Depth depth() const { return depth_; }

  // ----- Stage -----
  Monitor& monitor(std::uint32_t) { return monitor_; }
  Judge& judge(std::uint32_t) { return judge_; }
  bool renew_observations(NodeId) {
    renewed_ = true;
    return transitions_.shown(transition_.before) != transitions_.shown(transition_.after);
  }
  unsigned changed(NodeId node, std::size_t facet) {
    return ObservationChanged::changed_fields(observation_before(node, facet),
                                              transitions_.shown(transition_.after)[facet]);
  }
  const Observation& observation_before(NodeId, std::size_t facet) {
    return transitions_.shown(transition_.before)[facet];
  }
  const WorldView& view() { return *this; }

  // ----- WorldView -----
  const Membership& membership() const override { return transitions_.membership(); }
  const Group& group(NodeId node) const override { return transitions_.group(node); }
  const std::vector<Facet>& facets(NodeId node) const override { return transitions_.facets(node); }
  const Observation& shown(NodeId node, std::size_t facet) const override {
    // The node that stepped shows what it did before until its observations are renewed.
    if (node == transition_.node)
      return transitions_.shown(renewed_ ? transition_.after : transition_.before)[facet];
    depth_ = std::max(depth_, shown_by_others);
    return transitions_.shown(locals_[node.value])[facet];
  }
  bool up(NodeId node) const override {
    if (node == transition_.node) return transitions_.local(transition_.after).up;
    depth_ = std::max(depth_, shown_by_others);
    return transitions_.local(locals_[node.value]).up;
  }
  bool correct(NodeId node) const override { return transitions_.correct(node); }
  const LocalState& local(NodeId node) const override {
    if (node == transition_.node) return transitions_.local(transition_.after);
    depth_ = processes_of_others;
    return transitions_.local(locals_[node.value]);
  }
  bool keeps_timer(const NamedType& type) const override { return transitions_.keeps_timer(type); }
  const Payload& options(NodeId node) const override {
    return transitions_.nodes()[node.value].options;
  }
  std::string name(NodeId node) const override { return transitions_.nodes()[node.value].name; }
  std::size_t node_count() const override { return transitions_.nodes().size(); }

 private:
  const TransitionCache& transitions_;
  Monitor& monitor_;
  const Transition& transition_;
  const std::uint32_t* locals_;
  Judge judge_;
  bool renewed_ = false;
  mutable Depth depth_ = own_node;
};

namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

MonitorCache::MonitorCache(TransitionCache& transitions,
                           std::vector<std::unique_ptr<Monitor>> monitors)
    : transitions_(transitions), serial_(next_serial()) {
  transitions_.set_monitors(monitors, [this](std::size_t monitor, const Transition& step) {
    ++monitor_runs_;
    Slot& slot = *slots_[monitor];
    Telling telling(transitions_, *slot.monitors.front(), step, nullptr);
    tell(slot, step, telling);
    ASSERT(telling.depth() == own_node);
    return !telling.reported.empty();
  });
  violations_.push_back({});
  Knowledge knowledge;
  Hasher hasher;
  for (std::unique_ptr<Monitor>& monitor : monitors) {
    auto slot = std::make_unique<Slot>();
    const Interned state = slot->states.intern(monitor->state());
    hasher.add(state.hash);
    knowledge.states.push_back(state.id);
    slot->monitors.push_back(std::move(monitor));
    slot->audience = Audience(slot->monitors);
    slots_.push_back(std::move(slot));
  }
  initial_ = knowledge_.intern(std::move(knowledge)).id;
  contributions_.push_back(contribution(monitors_place, hasher.finish()));
}

std::uint32_t MonitorCache::find_view(Depth depth, const std::uint32_t* locals) const {
  // Most often asked again: all decisions of a world are judged in the same view of it.
  thread_local struct {
    std::uint64_t cache = 0;
    Depth depth = own_node;
    std::vector<std::uint32_t> locals;
    std::uint32_t view = 0;
  } last;
  const std::size_t nodes = transitions_.nodes().size();
  if (last.cache == serial_ && last.depth == depth &&
      std::equal(last.locals.begin(), last.locals.end(), locals))
    return last.view;
  std::uint32_t view = 0;
  for (std::size_t node = 0; node < nodes; ++node) {
    view = views_[depth - 1].find(view, seen_of(depth, locals[node]));
    if (view == PairMap::none) return view;
  }
  last.cache = serial_;
  last.depth = depth;
  last.locals.assign(locals, locals + nodes);
  last.view = view;
  return view;
}

std::uint32_t MonitorCache::intern_view(Depth depth, const std::uint32_t* locals) {
  std::uint32_t view = 0;
  for (std::size_t node = 0; node < transitions_.nodes().size(); ++node) {
    const std::uint32_t seen = seen_of(depth, locals[node]);
    std::uint32_t next = views_[depth - 1].find(view, seen);
    if (next == PairMap::none) {
      next = view_count_++;
      views_[depth - 1].insert(view, seen, next);
    }
    view = next;
  }
  return view;
}

const MonitorCache::Result* MonitorCache::find(const Results& results, std::uint32_t state,
                                               std::uint32_t transition,
                                               const std::uint32_t* locals) const {
  std::uint32_t place = results.by_pair.find(state, transition);
  if (place == PairMap::none) return nullptr;
  const Result* result = &results.pool[place];
  while (result->depth != own_node) {
    const std::uint32_t view = find_view(result->depth, locals);
    if (view == PairMap::none) return nullptr;
    place = results.by_view.find(result->pair, view);
    if (place == PairMap::none) return nullptr;
    result = &results.pool[place];
  }
  return result;
}

void MonitorCache::keep(Results& results, std::uint32_t state, std::uint32_t transition,
                        const std::uint32_t* locals, Result result) {
  const Depth depth = result.depth;
  result.depth = own_node;
  std::uint32_t place = results.by_pair.find(state, transition);
  if (place == PairMap::none) {
    if (depth == own_node) {
      results.by_pair.insert(state, transition, results.pool.push_back(result));
      return;
    }
    place = static_cast<std::uint32_t>(results.pool.size());
    results.pool.push_back({0, 0, depth, place});
    results.by_pair.insert(state, transition, place);
  }
  // Along the depths that are known to the one that this result needs.
  while (true) {
    const Result& node = results.pool[place];
    ASSERT(node.depth != own_node);
    const std::uint32_t view = intern_view(node.depth, locals);
    const std::uint32_t next = results.by_view.find(node.pair, view);
    if (next != PairMap::none) {
      place = next;
      continue;
    }
    if (depth <= node.depth) {
      results.by_view.insert(node.pair, view, results.pool.push_back(result));
      return;
    }
    const std::uint32_t pair = node.pair;
    const auto deeper = static_cast<std::uint32_t>(results.pool.size());
    results.pool.push_back({0, 0, depth, deeper});
    results.by_view.insert(pair, view, deeper);
    place = deeper;
  }
}

void MonitorCache::tell(const Slot& slot, const Transition& step, Telling& telling) const {
  ToldStep told{step.node, step.kind, nullptr, nullptr, step.effects};
  MessageSeen delivered;
  if (step.kind == Input::Kind::message) {
    const PackedMessage& seen = transitions_.message(step.message);
    delivered = {transitions_.identity(seen.from), seen.to, seen.type, &seen.payload};
    told.delivered = &delivered;
  }
  const LocalState& before = transitions_.local(step.before);
  if (slot.audience.wants_before() && before.up) told.before = &before.process;
  slot.audience.tell(told, telling);
}

MonitorCache::Result MonitorCache::run(std::size_t monitor, std::uint32_t state,
                                       std::uint32_t transition, const std::uint32_t* locals) {
  ++monitor_runs_;
  Slot& slot = *slots_[monitor];
  Monitor& fed = *slot.monitors.front();
  fed.restore(slot.states[state]);
  const Transition& step = transitions_.transition(transition);
  Telling telling(transitions_, fed, step, locals);
  tell(slot, step, telling);
  Result result;
  result.state = slot.states.intern(fed.state()).id;
  result.depth = telling.depth();
  if (!telling.reported.empty()) result.violations = violations_.push_back(telling.reported);
  return result;
}

MonitorCache::Result MonitorCache::of_monitor(std::size_t monitor, std::uint32_t state,
                                              std::uint32_t transition,
                                              const std::uint32_t* locals) {
  Results& results = slots_[monitor]->results;
  if (const Result* known = find(results, state, transition, locals)) return *known;
  const Result result = run(monitor, state, transition, locals);
  keep(results, state, transition, locals, result);
  return result;
}

MonitorCache::Result MonitorCache::compute(std::uint32_t knowledge, std::uint32_t transition,
                                           const std::uint32_t* locals) {
  Knowledge next = knowledge_[knowledge];
  const std::uint64_t heard = transitions_.heard_by(transition);
  Result all;
  std::vector<Violation> reported;
  bool changed = false;
  for (std::size_t monitor = 0; monitor < slots_.size(); ++monitor) {
    if ((heard >> monitor & 1) == 0) continue;
    const std::uint32_t state = next.states[monitor];
    const Result result = of_monitor(monitor, state, transition, locals);
    // A known result says no more how deep it looked: its place does.
    const std::uint32_t place = slots_[monitor]->results.by_pair.find(state, transition);
    all.depth = std::max(all.depth, slots_[monitor]->results.pool[place].depth);
    if (all.depth == shown_by_others) {
      const Result& first = slots_[monitor]->results.pool[place];
      if (first.depth == shown_by_others) {
        const std::uint32_t second =
            slots_[monitor]->results.by_view.find(first.pair, find_view(shown_by_others, locals));
        all.depth = std::max(all.depth, slots_[monitor]->results.pool[second].depth);
      }
    }
    next.states[monitor] = result.state;
    changed = changed || result.state != state;
    if (result.violations != 0) {
      const auto& list = violations_[result.violations];
      reported.insert(reported.end(), list.begin(), list.end());
    }
  }
  all.state = knowledge;
  if (changed) {
    Hasher hasher;
    for (std::size_t monitor = 0; monitor < slots_.size(); ++monitor)
      hasher.add(slots_[monitor]->states.hash(next.states[monitor]));
    all.state = knowledge_.intern(std::move(next)).id;
    if (all.state == contributions_.size())
      contributions_.push_back(contribution(monitors_place, hasher.finish()));
  }
  if (!reported.empty()) all.violations = violations_.push_back(std::move(reported));
  return all;
}

MonitorCache::Outcome MonitorCache::next_special(std::uint32_t known, std::uint32_t knowledge,
                                                 std::uint32_t transition,
                                                 const std::uint32_t* locals) {
  if (known != PairMap::none) {
    if (const Result* result = find(all_, knowledge, transition, locals))
      return {result->state, result->violations};
  }
  const std::lock_guard guard(transitions_.lock());
  if (const Result* result = find(all_, knowledge, transition, locals))
    return {result->state, result->violations};
  known = outcomes_.find(knowledge, transition);
  if (known < special) return {known, 0};
  const Result result = compute(knowledge, transition, locals);
  ASSERT(result.state < special);
  if (result.depth == own_node && result.violations == 0) {
    outcomes_.insert(knowledge, transition, result.state);
  } else {
    keep(all_, knowledge, transition, locals, result);
    if (known == PairMap::none) outcomes_.insert(knowledge, transition, special);
  }
  return {result.state, result.violations};
}

}  // namespace stampede::engine
