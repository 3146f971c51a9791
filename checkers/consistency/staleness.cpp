#include "checkers/consistency/staleness.hpp"

#include <algorithm>
#include <map>

#include "checkers/consistency/accesses.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

/// Writes `version`, or asks whether it is among the latest.
struct Visit {
  std::string key{};
  std::uint32_t version = 0;
  bool writes = false;
};
STAMPEDE_VALUE(Visit, key, version, writes);

struct Answer {
  bool present = true;
};
STAMPEDE_VALUE(Answer, present);

/// A store that remembers the latest `memory` versions of each key; version 0 is the initial one.
struct RecentVersions {
  std::uint32_t memory = 1;
  std::map<std::string, std::vector<std::uint32_t>> latest{};

  Answer apply(const Visit& visit) {
    std::vector<std::uint32_t>& versions = latest[visit.key];
    if (versions.empty()) versions.push_back(0);
    if (!visit.writes) {
      return {std::find(versions.begin(), versions.end(), visit.version) != versions.end()};
    }
    versions.push_back(visit.version);
    if (versions.size() > memory) versions.erase(versions.begin());
    return {};
  }
};
STAMPEDE_VALUE(RecentVersions, memory, latest);

engine::ServiceType recent_versions(std::uint32_t memory) {
  engine::ServiceType type;
  type.name = "recent-versions";
  type.state = &engine::payload_type<RecentVersions>();
  type.initial = engine::Payload::of(RecentVersions{memory, {}});
  type.apply = [](const engine::Payload& state, const engine::Operation& operation) {
    RecentVersions next = state.as<RecentVersions>();
    engine::Result result = engine::Payload::of(next.apply(operation.as<Visit>()));
    return std::pair{engine::Payload::of(std::move(next)), std::move(result)};
  };
  type.clone = [](const void* state) -> std::shared_ptr<void> {
    return std::make_shared<RecentVersions>(*static_cast<const RecentVersions*>(state));
  };
  type.apply_in_place = [](void* state, const engine::Operation& operation) {
    return engine::Payload::of(static_cast<RecentVersions*>(state)->apply(operation.as<Visit>()));
  };
  type.key = [](const engine::Operation& operation) -> std::string_view {
    return operation.as<Visit>().key;
  };
  type.is_pure = [](const engine::Operation& operation, const engine::Result&) {
    return !operation.as<Visit>().writes;
  };
  return type;
}

/// The accesses as visits, one for each; the history's numbers of events are kept in their order.
engine::History visits_of(const engine::History& history, const Accesses& accesses,
                          Budget& budget) {
  struct Event {
    std::uint64_t at;
    std::uint32_t number;
    bool response;
  };
  std::vector<Event> events;
  for (std::uint32_t number = 0; number < accesses.all.size(); ++number) {
    const HistoryOperation& operation = history.operations()[accesses.all[number].position];
    events.push_back({operation.invoked_at, number, false});
    if (!operation.is_open()) events.push_back({operation.responded_at, number, true});
  }
  std::sort(events.begin(), events.end(), [&](const Event& left, const Event& right) {
    budget.spend();
    return left.at < right.at;
  });
  engine::History visits;
  const engine::Result answer = engine::Payload::of(Answer{});
  for (const Event& event : events) {
    budget.spend(4);
    const Access& access = accesses.all[event.number];
    const OperationId id{ClientId{event.number}, 1};
    if (event.response) {
      visits.respond(id, answer, 0, {});
      continue;
    }
    const std::uint32_t source = access.source == Access::initially ? 0 : access.source + 1;
    visits.invoke(
        id,
        engine::Payload::of(Visit{accesses.keys[access.key],
                                  access.is_write ? event.number + 1 : source, access.is_write}),
        0, {});
  }
  return visits;
}

class Search {
 public:
  Search(const engine::History& history, const Accesses& accesses,
         const LinearizabilityLimits& limits, Budget& budget)
      : accesses_(accesses), limits_(limits), visits_(visits_of(history, accesses, budget)) {}

  LinearizabilityResult run(std::uint64_t k) {
    const engine::ServiceType type = recent_versions(static_cast<std::uint32_t>(k));
    LinearizabilityResult result = check_linearizability(visits_, type, limits_);
    for (auto* positions : {&result.witness, &result.core, &result.core_open}) {
      for (std::size_t& position : *positions) position = accesses_.all[position].position;
    }
    return result;
  }

 private:
  const Accesses& accesses_;
  const LinearizabilityLimits& limits_;
  engine::History visits_;
};

void blame(AtomicityResult& result, LinearizabilityResult&& refuted) {
  result.core = std::move(refuted.core);
  result.core_open = std::move(refuted.core_open);
  result.core_limit = std::move(refuted.core_limit);
  result.key = std::move(refuted.key);
}

std::string versions(std::uint64_t k) {
  return k == 1 ? "the latest version" : "one of the latest " + std::to_string(k) + " versions";
}

Staleness measure(const engine::History& history, const engine::ServiceType& type, Budget& budget) {
  Staleness staleness;
  const Accesses accesses = collect_accesses(history, type, budget);
  if (!accesses.refusal.empty()) return staleness;
  staleness.known = true;
  const auto operation_of = [&](std::uint32_t number) -> const HistoryOperation& {
    return history.operations()[accesses.all[number].position];
  };
  std::vector<std::vector<std::uint32_t>> by_response = accesses.writes;
  for (auto& writes : by_response) {
    std::sort(writes.begin(), writes.end(), [&](std::uint32_t left, std::uint32_t right) {
      budget.spend();
      return operation_of(left).responded_at < operation_of(right).responded_at;
    });
  }
  for (const Access& access : accesses.all) {
    if (access.is_write || access.source == Access::none) continue;
    const HistoryOperation& read = history.operations()[access.position];
    const bool from_start = access.source == Access::initially;
    const std::uint64_t since = from_start ? 0 : operation_of(access.source).responded_at;
    const auto& writes = by_response[access.key];
    auto write = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t number) {
      return operation_of(number).responded_at < read.invoked_at;
    });
    std::uint64_t behind = 0;
    std::int64_t over_at = 0;
    budget.spend();
    while (write != writes.begin()) {
      budget.spend();
      const HistoryOperation& missed = operation_of(*--write);
      if (!from_start && missed.responded_at <= since) break;
      if (!from_start && missed.invoked_at < since) continue;
      ++behind;
      over_at = missed.responded_time.nanoseconds;
    }
    if (behind == 0) continue;
    ++staleness.stale_reads;
    if (behind > staleness.versions) {
      staleness.versions = behind;
      staleness.read = access.position;
    }
    const std::int64_t late = read.invoked_time.nanoseconds - over_at;
    if (late > staleness.time) {
      staleness.time = late;
      staleness.latest_read = access.position;
    }
  }
  return staleness;
}

AtomicityResult check(const engine::History& history, const engine::ServiceType& type,
                      std::uint64_t k_max, const LinearizabilityLimits& limits, Budget& budget) {
  AtomicityResult result;
  const Accesses accesses = collect_accesses(history, type, budget);
  if (!accesses.refusal.empty()) {
    result.limit = accesses.refusal;
    return result;
  }
  for (const Access& access : accesses.all) {
    if (access.is_write || access.source != Access::none) continue;
    result.verdict = Judgement::violated;
    result.core = {access.position};
    result.reason = "a read saw a value that nobody wrote, so no k will do";
    return result;
  }
  std::uint64_t most = 1;
  for (const auto& writes : accesses.writes)
    most = std::max<std::uint64_t>(most, writes.size() + 1);
  if (k_max == 0 || k_max > most) k_max = most;
  Search search(history, accesses, limits, budget);
  // A read that is behind k versions in real time needs k + 1.
  result.lower_bound = std::min(measure(history, type, budget).versions + 1, k_max);
  for (std::uint64_t k = result.lower_bound; k <= k_max; ++k) {
    LinearizabilityResult found = search.run(k);
    if (found.verdict == Judgement::undecided) {
      result.limit = "k = " + std::to_string(k) + ": " + found.limit;
      return result;
    }
    if (found.verdict == Judgement::ok) {
      result.verdict = Judgement::ok;
      result.k = k;
      result.witness = std::move(found.witness);
      if (k == result.lower_bound && k > 1) blame(result, search.run(k - 1));
      return result;
    }
    result.lower_bound = k + 1;
    blame(result, std::move(found));
    result.reason = "no order lets every read see " + versions(k);
  }
  result.verdict = Judgement::violated;
  if (k_max == most) result.reason = "a read ended before the write that it saw began";
  return result;
}

}  // namespace

Staleness measure_staleness(const engine::History& history, const engine::ServiceType& type,
                            const LinearizabilityLimits& limits) {
  Budget budget(limits.stop);
  try {
    return measure(history, type, budget);
  } catch (const Stopped&) {
    return {};
  }
}

AtomicityResult check_atomicity(const engine::History& history, const engine::ServiceType& type,
                                std::uint64_t k_max, const LinearizabilityLimits& limits) {
  Budget budget(limits.stop);
  try {
    return check(history, type, k_max, limits, budget);
  } catch (const Stopped& stopped) {
    AtomicityResult result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
