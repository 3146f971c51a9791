#include "checkers/consistency/sequential.hpp"

#include <algorithm>
#include <unordered_map>

#include "checkers/consistency/happens_before.hpp"
#include "checkers/consistency/minimal_core.hpp"
#include "checkers/description.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/linearizability/search/configuration_set.hpp"
#include "checkers/linearizability/search/service_automaton.hpp"
#include "checkers/partition.hpp"
#include "checkers/witness.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

/// Positions of each client's operations, in their order, clients in the order of their first ones.
std::vector<std::vector<std::uint32_t>> positions_by_client(const engine::History& history,
                                                            Patience& patience) {
  std::vector<std::vector<std::uint32_t>> sessions;
  std::unordered_map<std::uint32_t, std::size_t> numbers;  // looked up, never iterated
  for (std::uint32_t position = 0; position < history.operations().size(); ++position) {
    patience.spend();
    const std::uint32_t client = history.operations()[position].id.client.value;
    const std::size_t number = numbers.emplace(client, sessions.size()).first->second;
    if (number == sessions.size()) sessions.emplace_back();
    sessions[number].push_back(position);
  }
  return sessions;
}

/// What any order has to keep, of histories whose reads tell which write they saw.
class Saturation {
 public:
  /// Nothing is known, and nothing refuted, where that would take more than `memory_bytes`.
  Saturation(const engine::History& history, const engine::ServiceType& type,
             std::uint64_t memory_bytes, Patience& patience)
      : accesses_(collect_accesses(history, type, patience)), order_(accesses_, patience) {
    if (!accesses_.refusal.empty()) return;
    for (const Access& access : accesses_.all) {
      if (access.is_write || access.source != Access::none) continue;
      from_nowhere_ = access.position;
      refuted_ = true;
      return;
    }
    if (order_.memory_bytes() > memory_bytes) return;
    memory_bytes_ = order_.memory_bytes();
    constexpr std::uint32_t rounds_max = 64;
    refuted_ = !order_.saturate(rounds_max);
    is_known_ = !refuted_;
    if (refuted_) return;
    of_position_.assign(history.operations().size(), Access::none);
    for (std::uint32_t number = 0; number < accesses_.all.size(); ++number) {
      of_position_[accesses_.all[number].position] = number;
    }
  }

  /// No order fits.
  [[nodiscard]] bool refuted() const { return refuted_; }
  [[nodiscard]] std::uint64_t memory_bytes() const { return memory_bytes_; }
  [[nodiscard]] bool sees_unwritten_value() const { return from_nowhere_ != SIZE_MAX; }
  /// One sentence about why.
  [[nodiscard]] Sentence reason() const {
    if (sees_unwritten_value()) return {"% saw a value that nobody wrote", {from_nowhere_}};
    Sentence sentence("no order that keeps each client's own explains what was read: ", {});
    const char* separator = "";
    for (const std::uint32_t number : order_.cycle()) {
      sentence.say(separator).name(accesses_.all[number].position);
      separator = " has to come before ";
    }
    sentence.say(", which has to come before the first of these");
    return sentence;
  }

  /// Whether all that has to come before the operation is done, when `done` says how many accesses
  /// of each of its sessions are.
  [[nodiscard]] bool may_go(std::uint32_t position, const std::vector<std::uint32_t>& done) const {
    const std::uint32_t number = number_of(position);
    if (number == Access::none) return true;
    for (std::uint32_t session = 0; session < done.size(); ++session) {
      const bool own = session == accesses_.all[number].session;
      if (order_.past(number, session) > done[session] + (own ? 1 : 0)) return false;
    }
    return true;
  }
  /// The session of the operation, or none if it is no access, or nothing is known.
  [[nodiscard]] std::uint32_t session_of(std::uint32_t position) const {
    const std::uint32_t number = number_of(position);
    return number == Access::none ? Access::none : accesses_.all[number].session;
  }
  [[nodiscard]] std::size_t session_count() const { return accesses_.sessions.size(); }

 private:
  [[nodiscard]] std::uint32_t number_of(std::uint32_t position) const {
    return is_known_ ? of_position_[position] : Access::none;
  }

  Accesses accesses_;
  HappensBefore order_;
  std::uint64_t memory_bytes_ = 0;
  bool refuted_ = false;
  bool is_known_ = false;
  std::size_t from_nowhere_ = SIZE_MAX;
  std::vector<std::uint32_t> of_position_;
};

class Fronts {
 public:
  Fronts(const engine::History& history, const engine::ServiceType& type,
         const Saturation& saturation, const Limits& limits, Patience& patience)
      : patience_(patience),
        sessions_(positions_by_client(history, patience)),
        saturation_(saturation),
        whole_(whole(history, patience)),
        automaton_(history, type, whole_, patience),
        limits_(limits),
        front_(sessions_.size(), 0),
        accesses_done_(saturation.session_count(), 0),
        left_(history.completed()),
        failed_((sessions_.size() + 2) / 2 + 1),
        key_((sessions_.size() + 2) / 2 + 1) {
    steps_.reserve(whole_.operations.size());
  }

  Finding search() {
    do_pure();
    while (left_ > 0) {
      if (result_.configurations++ == limits_.max_configurations) {
        return give_up("max_configurations = " + std::to_string(limits_.max_configurations));
      }
      if (memory_bytes() > limits_.max_memory_bytes) {
        return give_up("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
      }
      patience_.spend(1 + sessions_.size() / 16);
      make_key();
      if (!failed_.contains(key_)) points_.push_back({steps_.size(), 0});
      if (!advance()) {
        result_.verdict = Verdict::violated;
        return std::move(result_);
      }
    }
    result_.verdict = Verdict::ok;
    for (const Step& step : steps_) {
      result_.witness.push_back(sessions_[step.session][step.index]);
    }
    return std::move(result_);
  }

 private:
  struct Step {
    std::uint32_t session;
    std::uint32_t index;
    std::uint32_t state;
  };
  struct Point {
    std::size_t depth;
    std::uint32_t next_session;
  };

  Finding give_up(std::string reason) {
    result_.limit = std::move(reason);
    return std::move(result_);
  }

  /// The history as one part: numbers of its operations are their positions.
  static Part whole(const engine::History& history, Patience& patience) {
    std::vector<Part> parts = partition_by(
        history, [](const engine::Operation&) { return std::string_view(); },
        [&](std::uint32_t, const HistoryOperation&) { patience.spend(); });
    return parts.empty() ? Part() : std::move(parts.front());
  }

  /// At most, until the next configuration.
  [[nodiscard]] std::uint64_t memory_bytes() const {
    constexpr std::uint64_t bytes_per_operation = sizeof(PartOperation) + 2 * sizeof(std::uint32_t);
    const bool points_grow = points_.size() == points_.capacity();
    return bytes_per_operation * whole_.operations.size() + sizeof(Step) * steps_.capacity() +
           (points_grow ? 3 : 1) * sizeof(Point) * points_.capacity() +
           failed_.bytes_to_insert(points_.size() + 1) + saturation_.memory_bytes() +
           automaton_.memory_bytes() + automaton_.bytes_to_grow(sessions_.size());
  }

  /// Does the next operation of a session if its result fits.
  bool step(std::uint32_t session, bool only_pure) {
    if (front_[session] == sessions_[session].size()) return false;
    const std::uint32_t position = sessions_[session][front_[session]];
    const bool open = whole_.operations[position].is_open();
    if (open && automaton_.is_ignored()[position]) return false;
    if (!only_pure && !saturation_.may_go(position, accesses_done_)) return false;
    const std::uint32_t next =
        only_pure ? automaton_.force(position, state_) : automaton_.choose(position, state_);
    if (next == no_state) return false;
    if (open && next == state_) return false;
    steps_.push_back({session, front_[session], state_});
    ++front_[session];
    const std::uint32_t known = saturation_.session_of(position);
    if (known != Access::none) ++accesses_done_[known];
    if (!open) --left_;
    state_ = next;
    return true;
  }

  void do_pure() {
    for (bool again = true; again;) {
      again = false;
      for (std::uint32_t session = 0; session < sessions_.size(); ++session) {
        while (step(session, true)) again = true;
      }
    }
  }

  bool advance() {
    while (!points_.empty()) {
      Point& point = points_.back();
      undo_to(point.depth);
      while (point.next_session < sessions_.size()) {
        if (!step(point.next_session++, false)) continue;
        do_pure();
        return true;
      }
      make_key();
      failed_.insert(key_, patience_);
      points_.pop_back();
    }
    return false;
  }

  void undo_to(std::size_t depth) {
    while (steps_.size() > depth) {
      const Step& undone = steps_.back();
      --front_[undone.session];
      const std::uint32_t known = saturation_.session_of(sessions_[undone.session][undone.index]);
      if (known != Access::none) --accesses_done_[known];
      if (!whole_.operations[sessions_[undone.session][undone.index]].is_open()) ++left_;
      state_ = undone.state;
      steps_.pop_back();
    }
  }

  void make_key() {
    std::fill(key_.begin(), key_.end(), 0);
    key_[0] = state_;
    for (std::size_t session = 0; session < front_.size(); ++session) {
      key_[1 + session / 2] |= std::uint64_t{front_[session]} << (32 * (session % 2));
    }
  }

  Patience& patience_;
  std::vector<std::vector<std::uint32_t>> sessions_;
  const Saturation& saturation_;
  Part whole_;
  ServiceAutomaton automaton_;
  const Limits& limits_;
  std::vector<std::uint32_t> front_;
  std::vector<std::uint32_t> accesses_done_;
  std::uint32_t state_ = 0;
  std::size_t left_;
  std::vector<Step> steps_;
  std::vector<Point> points_;
  ConfigurationSet failed_;
  std::vector<std::uint64_t> key_;
  Finding result_;
};

struct Enumeration {
  const engine::History& history;
  const engine::ServiceType& type;

  [[nodiscard]] bool completes(std::uint32_t done, const engine::Payload& state) const {
    const std::vector<HistoryOperation>& operations = history.operations();
    bool all_completed_done = true;
    for (std::size_t position = 0; position < operations.size(); ++position) {
      if ((done >> position & 1U) != 0) continue;
      const HistoryOperation& operation = operations[position];
      all_completed_done = all_completed_done && operation.is_open();
      bool next_of_session = true;
      for (std::size_t earlier = 0; earlier < position; ++earlier) {
        const bool same = operations[earlier].id.client == operation.id.client;
        if (same && (done >> earlier & 1U) == 0) next_of_session = false;
      }
      if (!next_of_session) continue;
      const auto [next, result] = type.apply(state, operation.operation);
      if (!operation.is_open() && !(result == operation.result)) continue;
      if (completes(done | (1U << position), next)) return true;
    }
    return all_completed_done;
  }
};

/// Of refute_sequential_witness.
std::string refute_order(const engine::History& history, const engine::ServiceType& type,
                         const std::vector<std::size_t>& order, Patience& patience) {
  const std::vector<HistoryOperation>& operations = history.operations();
  std::vector<bool> seen(operations.size(), false);
  std::vector<std::uint32_t> latest;
  engine::ServiceState state(type);
  for (const std::size_t position : order) {
    patience.spend(8);
    const std::string name = "operation " + std::to_string(position);
    if (position >= operations.size()) return name + " does not exist";
    if (seen[position]) return name + " occurs twice";
    seen[position] = true;
    const HistoryOperation& operation = operations[position];
    const std::uint32_t client = operation.id.client.value;
    if (latest.size() <= client) latest.resize(client + 1, 0);
    if (operation.id.number < latest[client]) return name + " is behind a later one of its client";
    latest[client] = operation.id.number;
    const engine::Result result = state.apply(operation.operation);
    if (!operation.is_open() && !(result == operation.result)) {
      return name + " returned " + operation.result.to_json() + ", not " + result.to_json();
    }
  }
  for (std::size_t position = 0; position < operations.size(); ++position) {
    if (!seen[position] && !operations[position].is_open()) {
      return "operation " + std::to_string(position) + " is missing";
    }
  }
  return {};
}

/// One sentence about operations that fail together, by their positions.
Sentence sentence_about(const std::vector<std::size_t>& core) {
  Sentence reason("no order that keeps each client's own explains ", {});
  constexpr std::size_t listed_max = 8;
  for (std::size_t at = 0; at < std::min(core.size(), listed_max); ++at) {
    reason.say(at == 0 ? "" : ", ").name(core[at]);
  }
  if (core.size() > listed_max) {
    reason.say(" and " + std::to_string(core.size() - listed_max) + " more");
  }
  reason.say(" together");
  return reason;
}

class Check {
 public:
  Check(const engine::History& history, const engine::ServiceType& type, const Limits& limits)
      : history_(history), type_(type), limits_(limits), patience_(limits.stop) {}

  Finding run() {
    try {
      judge();
    } catch (const Stopped& stopped) {
      if (result_.verdict == Verdict::violated) {
        result_.core_limit = stopped.reason();
      } else {
        result_.limit = stopped.reason();
      }
    }
    return std::move(result_);
  }

 private:
  void judge() {
    if (is_linearizable()) return;
    const Saturation saturation = saturated(history_);
    if (saturation.refuted()) {
      result_.verdict = Verdict::violated;
      explain([&](const engine::History& smaller) { return saturated(smaller).refuted(); });
      return;
    }
    const auto fronts = std::make_shared<Fronts>(history_, type_, saturation, limits_, patience_);
    result_.remains.push_back(fronts);
    Finding found = fronts->search();
    if (!found.limit.empty()) found.remains = std::move(result_.remains);
    result_ = std::move(found);
    if (result_.verdict != Verdict::violated) return;
    Limits each = limits_;
    each.max_configurations = 10'000 + 2 * result_.configurations;
    explain([&](const engine::History& smaller) {
      const Saturation known = saturated(smaller);
      return known.refuted() ||
             Fronts(smaller, type_, known, each, patience_).search().verdict == Verdict::violated;
    });
  }

  bool is_linearizable() {
    Limits quick = limits_;
    quick.max_configurations = std::min<std::uint64_t>(limits_.max_configurations, 200'000);
    Finding linearizable = check_linearizability(history_, type_, quick);
    // Of a client with two operations at once, real time does not say which comes first.
    if (linearizable.verdict != Verdict::ok ||
        !refute_order(history_, type_, linearizable.witness, patience_).empty()) {
      return false;
    }
    result_.verdict = Verdict::ok;
    result_.witness = std::move(linearizable.witness);
    result_.configurations = linearizable.configurations;
    return true;
  }

  [[nodiscard]] Saturation saturated(const engine::History& history) {
    return Saturation(history, type_, limits_.max_memory_bytes, patience_);
  }

  void explain(const std::function<bool(const engine::History&)>& fails) {
    MinimalCore core = find_minimal_core(history_, type_, fails, patience_);
    result_.core = std::move(core.positions);
    result_.core_limit = std::move(core.limit);
    result_.reason = sentence_about(result_.core);
    const Saturation saturation = saturated(sub_history(history_, result_.core, {}));
    if (!saturation.refuted()) return;
    result_.reason = saturation.reason().in(result_.core);
    result_.unwritten_value = saturation.sees_unwritten_value();
  }

  const engine::History& history_;
  const engine::ServiceType& type_;
  const Limits& limits_;
  Patience patience_;
  Finding result_;
};

}  // namespace

Finding check_sequential(const engine::History& history, const engine::ServiceType& type,
                         const Limits& limits) {
  return Check(history, type, limits).run();
}

bool is_sequential_by_brute_force(const engine::History& history, const engine::ServiceType& type) {
  ASSERT(history.operations().size() <= 16);
  return Enumeration{history, type}.completes(0, type.initial);
}

std::string refute_sequential_witness(const engine::History& history,
                                      const engine::ServiceType& type,
                                      const std::vector<std::size_t>& order) {
  Patience unlimited;
  return refute_order(history, type, order, unlimited);
}

}  // namespace stampede::checkers
