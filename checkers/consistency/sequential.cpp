#include "checkers/consistency/sequential.hpp"

#include <algorithm>
#include <memory>

#include "checkers/configuration_set.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

/// Positions of each client's operations, in their order.
std::vector<std::vector<std::uint32_t>> sessions_of(const engine::History& history) {
  std::vector<std::vector<std::uint32_t>> sessions;
  for (std::uint32_t position = 0; position < history.operations().size(); ++position) {
    const std::uint32_t client = history.operations()[position].id.client.value;
    if (sessions.size() <= client) sessions.resize(client + 1);
    sessions[client].push_back(position);
  }
  std::erase_if(sessions, [](const auto& session) { return session.empty(); });
  return sessions;
}

class Fronts {
 public:
  Fronts(const engine::History& history, const engine::ServiceType& type,
         const LinearizabilityLimits& limits)
      : sessions_(sessions_of(history)),
        specification_(type),
        limits_(limits),
        front_(sessions_.size(), 0),
        failed_((sessions_.size() + 2) / 2 + 1),
        key_((sessions_.size() + 2) / 2 + 1) {
    entries_.reserve(history.operations().size());
    for (const HistoryOperation& operation : history.operations()) {
      Entry& entry = entries_.emplace_back();
      entry.operation = specification_.intern_operation(operation.operation);
      entry.open = operation.is_open();
      if (entry.open) continue;
      entry.result = specification_.intern_result(operation.result);
      entry.pure = specification_.is_pure(entry.operation, entry.result);
      ++left_;
    }
  }

  SequentialResult search() {
    do_pure();
    while (left_ > 0) {
      if (result_.configurations++ == limits_.max_configurations) {
        return give_up("max_configurations = " + std::to_string(limits_.max_configurations));
      }
      if (failed_.bytes_to_insert() + 512 * specification_.state_count() >
          limits_.max_memory_bytes) {
        return give_up("max_memory_bytes = " + std::to_string(limits_.max_memory_bytes));
      }
      if (limits_.stop && result_.configurations % 4096 == 0) {
        std::string reason = limits_.stop();
        if (!reason.empty()) return give_up(std::move(reason));
      }
      make_key();
      if (!failed_.contains(key_)) points_.push_back({steps_.size(), 0});
      if (!advance()) {
        result_.verdict = Judgement::violated;
        return std::move(result_);
      }
    }
    result_.verdict = Judgement::ok;
    for (const Step& step : steps_) {
      result_.witness.push_back(sessions_[step.session][step.index]);
    }
    return std::move(result_);
  }

 private:
  struct Entry {
    std::uint32_t operation = 0;
    std::uint32_t result = 0;
    bool open = false;
    bool pure = false;
  };
  struct Step {
    std::uint32_t session;
    std::uint32_t index;
    std::uint32_t state;
  };
  struct Point {
    std::size_t depth;
    std::uint32_t next_session;
  };

  SequentialResult give_up(std::string reason) {
    result_.limit = std::move(reason);
    return std::move(result_);
  }

  /// Does the next operation of a session if its result fits.
  bool step(std::uint32_t session, bool only_pure) {
    if (front_[session] == sessions_[session].size()) return false;
    const Entry& entry = entries_[sessions_[session][front_[session]]];
    if (only_pure && !entry.pure) return false;
    const auto [next, result] = specification_.apply(state_, entry.operation);
    if (!entry.open && result != entry.result) return false;
    if (entry.open && next == state_) return false;
    steps_.push_back({session, front_[session], state_});
    ++front_[session];
    if (!entry.open) --left_;
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
      failed_.insert(key_);
      points_.pop_back();
    }
    return false;
  }

  void undo_to(std::size_t depth) {
    while (steps_.size() > depth) {
      const Step& undone = steps_.back();
      --front_[undone.session];
      if (!entries_[sessions_[undone.session][undone.index]].open) ++left_;
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

  std::vector<std::vector<std::uint32_t>> sessions_;
  engine::Specification specification_;
  const LinearizabilityLimits& limits_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> front_;
  std::uint32_t state_ = engine::Specification::initial_state;
  std::size_t left_ = 0;
  std::vector<Step> steps_;
  std::vector<Point> points_;
  ConfigurationSet failed_;
  std::vector<std::uint64_t> key_;
  SequentialResult result_;
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

}  // namespace

SequentialResult check_sequential(const engine::History& history, const engine::ServiceType& type,
                                  const LinearizabilityLimits& limits) {
  LinearizabilityLimits quick = limits;
  quick.max_configurations = std::min<std::uint64_t>(limits.max_configurations, 200'000);
  LinearizabilityResult linearizable = check_linearizability(history, type, quick);
  if (linearizable.verdict == Judgement::ok) {
    SequentialResult result;
    result.verdict = Judgement::ok;
    result.witness = std::move(linearizable.witness);
    result.configurations = linearizable.configurations;
    return result;
  }
  SequentialResult result = Fronts(history, type, limits).search();
  if (result.verdict == Judgement::violated) {
    result.reason = "no order that keeps each client's own explains all results; " +
                    (linearizable.reason.empty() ? "it is not linearizable either"
                                                 : "in real time, " + linearizable.reason);
  }
  return result;
}

bool is_sequential_by_brute_force(const engine::History& history, const engine::ServiceType& type) {
  ASSERT(history.operations().size() <= 16);
  return Enumeration{history, type}.completes(0, type.initial);
}

std::string refute_sequential_witness(const engine::History& history,
                                      const engine::ServiceType& type,
                                      const std::vector<std::size_t>& order) {
  const std::vector<HistoryOperation>& operations = history.operations();
  std::vector<bool> seen(operations.size(), false);
  std::vector<std::uint32_t> latest;
  engine::ServiceState state(type);
  for (const std::size_t position : order) {
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

}  // namespace stampede::checkers
