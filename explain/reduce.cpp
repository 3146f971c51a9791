#include "explain/reduce.hpp"

#include <algorithm>
#include <map>

#include "engine/core/hash.hpp"

namespace stampede::explain {

using engine::DecisionKind;

namespace {

std::set<std::uint32_t> ids_of(const Schedule& schedule) {
  std::set<std::uint32_t> ids;
  for (const Item& item : schedule) ids.insert(item.id);
  return ids;
}

template <class Wanted>
std::vector<ItemGroup> each_that(const Schedule& schedule, const Wanted& wanted) {
  std::vector<ItemGroup> groups;
  for (const Item& item : schedule) {
    if (wanted(item.decision)) groups.push_back({item.id});
  }
  return groups;
}

template <class Unwanted>
Schedule without(const Schedule& schedule, const Unwanted& unwanted) {
  Schedule rest;
  rest.reserve(schedule.size());
  for (const Item& item : schedule) {
    if (!unwanted(item)) rest.push_back(item);
  }
  return rest;
}

}  // namespace

std::vector<ItemGroup> fault_groups(const Schedule& schedule) {
  std::vector<ItemGroup> groups;
  ItemGroup marks;
  /// By node: the outage that it is in.
  std::map<NodeId, std::size_t> outages;
  for (const Item& item : schedule) {
    const NodeId node = item.decision.node;
    switch (item.decision.kind) {
      case DecisionKind::begin_fault:
      case DecisionKind::end_fault:
        marks.push_back(item.id);
        break;
      case DecisionKind::crash:
      case DecisionKind::pause:
        outages[node] = groups.size();
        groups.push_back({item.id});
        break;
      case DecisionKind::restart:
      case DecisionKind::resume:
      case DecisionKind::wipe:
        if (const auto outage = outages.find(node); outage != outages.end())
          groups[outage->second].push_back(item.id);
        break;
      case DecisionKind::drop:
      case DecisionKind::duplicate:
      case DecisionKind::corrupt:
      case DecisionKind::clock:
        groups.push_back({item.id});
        break;
      default:
        break;
    }
  }
  if (!marks.empty()) groups.push_back(std::move(marks));
  return groups;
}

std::vector<ItemGroup> operation_groups(const Schedule& schedule) {
  return each_that(schedule,
                   [](const auto& decision) { return decision.kind == DecisionKind::begin; });
}

std::vector<ItemGroup> timer_groups(const Schedule& schedule) {
  return each_that(schedule,
                   [](const auto& decision) { return decision.kind == DecisionKind::fire; });
}

std::vector<ItemGroup> single_groups(const Schedule& schedule) {
  return each_that(schedule, [](const auto&) { return true; });
}

std::vector<ItemGroup> node_groups(const Schedule& schedule, const std::vector<NodeId>& nodes) {
  std::vector<ItemGroup> groups;
  for (const NodeId node : nodes) {
    ItemGroup group;
    for (const Item& item : schedule) {
      if (place_of(item.decision) == node) group.push_back(item.id);
    }
    if (!group.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

Reducer::Reducer(std::shared_ptr<const LenientPlayer> player, Schedule schedule,
                 std::function<bool()> go_on)
    : player_(std::move(player)), schedule_(std::move(schedule)), go_on_(std::move(go_on)) {}

std::optional<Schedule> Reducer::play(const LenientPlayer& player, const Schedule& candidate) {
  stopped_ = stopped_ || !go_on_();
  if (stopped_) return std::nullopt;
  ++candidates_;
  decisions_ += candidate.size();
  return player.play(candidate);
}

void Reducer::take(Schedule schedule) {
  schedule_ = std::move(schedule);
  drop_ignored();
}

void Reducer::drop_ignored() {
  const Schedule heard = without(schedule_, [](const Item& item) { return item.ignored; });
  if (heard.size() == schedule_.size()) return;
  if (auto played = play(*player_, heard)) schedule_ = std::move(*played);
}

bool Reducer::attempt(const Schedule& candidate) { return attempt_on(player_, candidate); }

bool Reducer::attempt_on(std::shared_ptr<const LenientPlayer> player, const Schedule& candidate) {
  auto played = play(*player, candidate);
  if (!played) return false;
  player_ = std::move(player);
  take(std::move(*played));
  return true;
}

bool Reducer::attempt_whole(const Schedule& candidate) {
  auto played = play(*player_, candidate);
  if (!played || played->size() != candidate.size()) return false;
  schedule_ = std::move(*played);
  return true;
}

bool Reducer::attempt_smaller(const Schedule& candidate) {
  const Schedule before = schedule_;
  if (!attempt(candidate)) return false;
  remove_all_kinds();
  if (schedule_.size() < before.size()) return true;
  schedule_ = before;
  return false;
}

std::set<std::uint32_t> Reducer::cone_of(const std::set<std::uint32_t>& roots) const {
  std::set<std::uint32_t> cone = roots;
  for (auto item = schedule_.rbegin(); item != schedule_.rend(); ++item) {
    if (cone.count(item->id) != 0) cone.insert({item->cause, item->before});
  }
  return cone;
}

bool Reducer::keep_only(const std::set<std::uint32_t>& ids) {
  const Schedule rest =
      without(schedule_, [&](const Item& item) { return ids.count(item.id) == 0; });
  return rest.size() < schedule_.size() && attempt(rest);
}

void Reducer::cut_to_cone() {
  std::set<std::uint32_t> roots = {schedule_.back().id};
  if (keep_only(cone_of(roots))) return;
  std::map<NodeId, std::uint32_t> last;
  for (const Item& item : schedule_) last[place_of(item.decision)] = item.id;
  for (const NodeId node : player_->violation().nodes) roots.insert(last[node]);
  if (keep_only(cone_of(roots))) return;
  // What clients saw.
  for (const NodeId node : player_->booted().membership().clients().nodes())
    roots.insert(last[node]);
  keep_only(cone_of(roots));
}

void Reducer::remove(std::vector<ItemGroup> groups) {
  if (order_ != 0) {
    std::sort(groups.begin(), groups.end(), [&](const ItemGroup& left, const ItemGroup& right) {
      const std::uint64_t one = engine::mix(order_, left.front());
      const std::uint64_t other = engine::mix(order_, right.front());
      return one != other ? one < other : left.front() < right.front();
    });
  }
  for (std::size_t size = groups.size(); size != 0; size = size == 1 ? 0 : (size + 1) / 2) {
    for (std::size_t first = 0; first < groups.size();) {
      const auto begin = groups.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end =
          groups.begin() + static_cast<std::ptrdiff_t>(std::min(first + size, groups.size()));
      std::set<std::uint32_t> removed;
      for (auto group = begin; group != end; ++group) removed.insert(group->begin(), group->end());
      const bool gone = attempt(
          without(schedule_, [&](const Item& item) { return removed.count(item.id) != 0; }));
      if (stopped_) return;
      if (!gone) {
        first += size;
        continue;
      }
      groups.erase(begin, end);
      const std::set<std::uint32_t> left = ids_of(schedule_);
      const auto is_gone = [&](const ItemGroup& group) {
        return std::none_of(group.begin(), group.end(),
                            [&](std::uint32_t id) { return left.count(id) != 0; });
      };
      const auto before = groups.begin() + static_cast<std::ptrdiff_t>(first);
      first -= static_cast<std::size_t>(std::count_if(groups.begin(), before, is_gone));
      groups.erase(std::remove_if(groups.begin(), groups.end(), is_gone), groups.end());
    }
  }
}

void Reducer::remove_all_kinds() {
  std::vector<NodeId> nodes;
  for (std::uint32_t i = 0; i < player_->booted().node_count(); ++i) nodes.push_back(NodeId{i});
  const std::vector<NodeId>& clients = player_->booted().membership().clients().nodes();
  for (std::size_t size = SIZE_MAX; schedule_.size() < size && !stopped_;) {
    size = schedule_.size();
    remove(fault_groups(schedule_));
    remove(operation_groups(schedule_));
    remove(node_groups(schedule_, clients));
    remove(node_groups(schedule_, nodes));
    remove(timer_groups(schedule_));
    remove(single_groups(schedule_));
  }
}

void Reducer::remove_in_other_orders(const Schedule& from, std::uint64_t decisions_max) {
  constexpr std::uint64_t patience = 24;
  const std::uint64_t enough = decisions_ + decisions_max;
  Schedule smallest = schedule_;
  std::uint64_t useful = 0;
  for (std::uint64_t order = 1; order - useful <= patience && decisions_ < enough; ++order) {
    order_ = order;
    schedule_ = from;
    remove_all_kinds();
    if (!stopped_ && schedule_.size() < smallest.size()) {
      smallest = schedule_;
      useful = order;
    }
    if (stopped_) break;
  }
  order_ = 0;
  schedule_ = std::move(smallest);
}

void Reducer::put_in_order() {
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t i = 0; i < schedule_.size(); ++i) places[schedule_[i].id] = i;
  std::set<std::uint32_t> sinks = ids_of(schedule_);
  for (const Item& item : schedule_) {
    sinks.erase(item.cause);
    sinks.erase(item.before);
  }
  Schedule ordered;
  std::set<std::uint32_t> placed = {0};
  const std::function<void(std::uint32_t)> place = [&](std::uint32_t id) {
    if (!placed.insert(id).second) return;
    const auto found = places.find(id);
    if (found == places.end()) return;
    const Item& item = schedule_[found->second];
    const auto [first, second] = std::minmax(item.cause, item.before, [&](auto left, auto right) {
      return places[left] < places[right];
    });
    place(first);
    place(second);
    ordered.push_back(item);
  };
  for (const Item& item : schedule_) {
    if (sinks.count(item.id) != 0) place(item.id);
  }
  attempt_whole(ordered);
}

}  // namespace stampede::explain
