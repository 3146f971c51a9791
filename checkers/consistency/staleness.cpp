#include "checkers/consistency/staleness.hpp"

#include <algorithm>
#include <map>

#include "checkers/consistency/accesses.hpp"
#include "checkers/linearizability/linearizability.hpp"

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
                          Patience& patience) {
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
    patience.spend();
    return left.at < right.at;
  });
  engine::History visits;
  const engine::Result answer = engine::Payload::of(Answer{});
  for (const Event& event : events) {
    patience.spend(4);
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
  Search(const engine::History& history, const Accesses& accesses, const Limits& limits,
         Patience& patience)
      : accesses_(accesses), limits_(limits), visits_(visits_of(history, accesses, patience)) {}

  Finding run(std::uint64_t k) {
    const engine::ServiceType type = recent_versions(static_cast<std::uint32_t>(k));
    Finding result = check_linearizability(visits_, type, limits_);
    for (auto* positions : {&result.witness, &result.core, &result.core_open}) {
      for (std::size_t& position : *positions) position = accesses_.all[position].position;
    }
    return result;
  }

 private:
  const Accesses& accesses_;
  const Limits& limits_;
  engine::History visits_;
};

void blame(Finding& result, Finding&& refuted) {
  result.core = std::move(refuted.core);
  result.core_open = std::move(refuted.core_open);
  result.core_limit = std::move(refuted.core_limit);
  result.key = std::move(refuted.key);
}

std::string versions(std::uint64_t k) {
  return k == 1 ? "the latest version" : "one of the latest " + std::to_string(k) + " versions";
}

/// What reads missed in real time.
class Missed {
 public:
  Missed(const engine::History& history, const Accesses& accesses, Patience& patience)
      : history_(history), accesses_(accesses), patience_(patience), by_response_(accesses.writes) {
    for (auto& writes : by_response_) {
      std::sort(writes.begin(), writes.end(), [&](std::uint32_t left, std::uint32_t right) {
        patience_.spend();
        return operation_of(left).responded_at < operation_of(right).responded_at;
      });
    }
  }

  /// The writes that were over before the read began, and began after the write that it saw was
  /// over; the last to respond comes first.
  template <class Visit>
  void by(const Access& access, const Visit& visit) const {
    const HistoryOperation& read = history_.operations()[access.position];
    const bool from_start = access.source == Access::initially;
    const std::uint64_t since = from_start ? 0 : operation_of(access.source).responded_at;
    const auto& writes = by_response_[access.key];
    auto write = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t number) {
      return operation_of(number).responded_at < read.invoked_at;
    });
    patience_.spend();
    while (write != writes.begin()) {
      patience_.spend();
      const HistoryOperation& missed = operation_of(*--write);
      if (!from_start && missed.responded_at <= since) break;
      if (!from_start && missed.invoked_at < since) continue;
      visit(accesses_.all[*write].position, missed);
    }
  }

 private:
  [[nodiscard]] const HistoryOperation& operation_of(std::uint32_t number) const {
    return history_.operations()[accesses_.all[number].position];
  }

  const engine::History& history_;
  const Accesses& accesses_;
  Patience& patience_;
  std::vector<std::vector<std::uint32_t>> by_response_;  // by key
};

Staleness measure(const engine::History& history, const engine::ServiceType& type,
                  Patience& patience) {
  Staleness staleness;
  const Accesses accesses = collect_accesses(history, type, patience);
  if (!accesses.refusal.empty()) return staleness;
  staleness.known = true;
  const Missed missed(history, accesses, patience);
  for (const Access& access : accesses.all) {
    if (access.is_write || access.source == Access::none) continue;
    std::uint64_t behind = 0;
    std::int64_t over_at = 0;
    missed.by(access, [&](std::size_t, const HistoryOperation& write) {
      ++behind;
      over_at = write.responded_time.nanoseconds;
    });
    if (behind == 0) continue;
    ++staleness.stale_reads;
    if (behind > staleness.versions) {
      staleness.versions = behind;
      staleness.read = access.position;
    }
    const std::int64_t late =
        history.operations()[access.position].invoked_time.nanoseconds - over_at;
    if (late > staleness.time) {
      staleness.time = late;
      staleness.latest_read = access.position;
    }
  }
  return staleness;
}

/// The first read that is further behind than it may be, and why.
class TooStale {
 public:
  TooStale(const engine::History& history, const Accesses& accesses, const StalenessBound& bound,
           Patience& patience)
      : history_(history),
        accesses_(accesses),
        bound_(bound),
        missed_(history, accesses, patience) {}

  Finding judge() const {
    Finding finding;
    finding.verdict = Verdict::ok;
    for (const Access& access : accesses_.all) {
      if (access.is_write || !judge(access, finding)) continue;
      finding.verdict = Verdict::violated;
      finding.key = accesses_.keys[access.key];
      std::sort(finding.core.begin(), finding.core.end());
      return finding;
    }
    return finding;
  }

 private:
  /// True if it is too stale.
  bool judge(const Access& access, Finding& finding) const {
    if (access.source == Access::none) {
      finding.core = {access.position};
      finding.reason = Sentence("% saw a value that nobody wrote", finding.core);
      return finding.unwritten_value = true;
    }
    std::vector<std::size_t> missed;
    const HistoryOperation* first = nullptr;
    missed_.by(access, [&](std::size_t position, const HistoryOperation& write) {
      missed.push_back(position);
      first = &write;
    });
    if (missed.empty()) return false;
    const engine::Duration late =
        history_.operations()[access.position].invoked_time - first->responded_time;
    const bool is_late = bound_.time && late > *bound_.time;
    if (!is_late && (!bound_.versions || missed.size() <= *bound_.versions)) return false;
    finding.core = {access.position};
    finding.reason.name(access.position).say(" sees ");
    if (access.source == Access::initially) {
      finding.reason.say("the initial value");
    } else {
      finding.core.push_back(accesses_.all[access.source].position);
      finding.reason.say("what ").name(finding.core.back()).say(" wrote");
    }
    if (is_late) {
      finding.core.push_back(missed.back());
      finding.reason.say(", " + to_string(late) + " after ").name(missed.back());
      finding.reason.say(" had replaced it");
    } else {
      finding.core.insert(finding.core.end(), missed.begin(), missed.end());
      finding.reason.say(", which " + std::to_string(missed.size()) + " writes had replaced");
    }
    return true;
  }

  const engine::History& history_;
  const Accesses& accesses_;
  const StalenessBound& bound_;
  Missed missed_;
};

Finding check(const engine::History& history, const engine::ServiceType& type, std::uint64_t k_max,
              const Limits& limits, Patience& patience) {
  Finding result;
  const Accesses accesses = collect_accesses(history, type, patience);
  if (!accesses.refusal.empty()) {
    result.limit = accesses.refusal;
    return result;
  }
  for (const Access& access : accesses.all) {
    if (access.is_write || access.source != Access::none) continue;
    result.verdict = Verdict::violated;
    result.core = {access.position};
    result.reason = Sentence("a read saw a value that nobody wrote, so no k will do", {});
    result.unwritten_value = true;
    return result;
  }
  std::uint64_t most = 1;
  for (const auto& writes : accesses.writes)
    most = std::max<std::uint64_t>(most, writes.size() + 1);
  if (k_max == 0 || k_max > most) k_max = most;
  Search search(history, accesses, limits, patience);
  // A read that is behind k versions in real time needs k + 1.
  const std::uint64_t least = std::min(measure(history, type, patience).versions + 1, k_max);
  for (std::uint64_t k = least; k <= k_max; ++k) {
    Finding found = search.run(k);
    if (found.verdict == Verdict::undecided) {
      result.limit = "k = " + std::to_string(k) + ": " + found.limit;
      return result;
    }
    if (found.verdict == Verdict::ok) {
      result.verdict = Verdict::ok;
      result.k = k;
      result.witness = std::move(found.witness);
      if (k == least && k > 1) blame(result, search.run(k - 1));
      return result;
    }
    blame(result, std::move(found));
    result.reason = Sentence("no order lets every read see " + versions(k), {});
  }
  result.verdict = Verdict::violated;
  if (k_max == most) {
    result.reason = Sentence("a read ended before the write that it saw began", {});
  }
  return result;
}

}  // namespace

Staleness measure_staleness(const engine::History& history, const engine::ServiceType& type,
                            const Limits& limits) {
  Patience patience(limits.stop);
  try {
    return measure(history, type, patience);
  } catch (const Stopped&) {
    return {};
  }
}

Finding check_staleness(const engine::History& history, const engine::ServiceType& type,
                        const StalenessBound& bound, const Limits& limits) {
  Patience patience(limits.stop);
  Finding refused;
  try {
    const Accesses accesses = collect_accesses(history, type, patience);
    if (accesses.refusal.empty()) return TooStale(history, accesses, bound, patience).judge();
    refused.limit = accesses.refusal;
  } catch (const Stopped& stopped) {
    refused.limit = stopped.reason();
  }
  return refused;
}

Finding check_atomicity(const engine::History& history, const engine::ServiceType& type,
                        std::uint64_t k_max, const Limits& limits) {
  Patience patience(limits.stop);
  try {
    return check(history, type, k_max, limits, patience);
  } catch (const Stopped& stopped) {
    Finding result;
    result.limit = stopped.reason();
    return result;
  }
}

}  // namespace stampede::checkers
