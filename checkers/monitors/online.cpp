#include "checkers/monitors/online.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "checkers/monitors/client_histories.hpp"
#include "engine/core/watch.hpp"

namespace stampede::checkers {
namespace {

using engine::Judge;
using engine::Payload;
using engine::ServiceType;

/// A monitor over a described value that also needs the service, which is no part of the value.
template <class S>
class HistoryMonitor final : public engine::Monitor {
 public:
  HistoryMonitor(std::string property, const ServiceType& service)
      : Monitor(std::move(property)), service_(&service) {
    if constexpr (requires { state_.begin(service); }) state_.begin(service);
  }
  std::unique_ptr<Monitor> clone() const override {
    return std::make_unique<HistoryMonitor>(*this);
  }
  unsigned hooks() const override { return hook_client; }
  Payload state() const override { return Payload::of(state_); }
  void restore(const Payload& state) override { state_ = state.as<S>(); }
  void invoked(const engine::Invoked& invoked, Judge&) override {
    if (!state_.broken) state_.invoke(invoked.id, invoked.operation);
  }
  void responded(const engine::Responded& responded, Judge& judge) override {
    if (state_.broken) return;
    Operation operation = state_.respond(responded.id, responded.result, *service_);
    if (!state_.broken) return;
    judge.violated("no order of the operations explains that " + to_string(responded.id) + ", " +
                       operation.to_json() + ", returned " + responded.result.to_json(),
                   {responded.node});
  }

 private:
  const ServiceType* service_;
  S state_{};
};

// ----- linearizability as a set of configurations -----

/// An operation that has taken effect and not responded, and what it will return.
struct TookEffect {
  OperationId id{};
  Result result{};
};
STAMPEDE_VALUE(TookEffect, id, result);

struct Configuration {
  Payload state{};
  std::vector<TookEffect> ahead{};  // by id

  [[nodiscard]] const TookEffect* find(OperationId id) const {
    const auto found = std::find_if(ahead.begin(), ahead.end(),
                                    [&](const TookEffect& one) { return one.id == id; });
    return found == ahead.end() ? nullptr : &*found;
  }
};
STAMPEDE_VALUE(Configuration, state, ahead);

struct Linearizable {
  std::map<OperationId, Operation> pending{};
  std::vector<Configuration> configurations{};  // ascending
  bool broken = false;

  void begin(const ServiceType& service) { configurations = {{service.initial, {}}}; }

  void invoke(OperationId id, const Operation& operation) { pending.emplace(id, operation); }

  /// Lets pending operations take effect, in all orders, until `id` has; it comes last: what could
  /// follow it can as well wait.
  Operation respond(OperationId id, const Result& result, const ServiceType& service) {
    std::set<Configuration> seen(configurations.begin(), configurations.end());
    std::vector<Configuration> open(configurations.begin(), configurations.end());
    std::set<Configuration> left;
    while (!open.empty()) {
      const Configuration configuration = std::move(open.back());
      open.pop_back();
      if (const TookEffect* done = configuration.find(id)) {
        if (!(done->result == result)) continue;
        Configuration without = configuration;
        std::erase_if(without.ahead, [&](const TookEffect& one) { return one.id == id; });
        left.insert(std::move(without));
        continue;
      }
      for (const auto& entry : pending) {
        // Not a structured binding: clang 14 cannot capture one.
        const OperationId other = entry.first;
        if (configuration.find(other) != nullptr) continue;
        engine::Watch::tick();
        auto [state, returned] = service.apply(configuration.state, entry.second);
        Configuration after{std::move(state), configuration.ahead};
        const auto place = std::find_if(after.ahead.begin(), after.ahead.end(),
                                        [&](const TookEffect& one) { return other < one.id; });
        after.ahead.insert(place, {other, std::move(returned)});
        if (seen.insert(after).second) open.push_back(std::move(after));
      }
    }
    configurations.assign(left.begin(), left.end());
    broken = configurations.empty();
    const auto ended = pending.find(id);
    Operation operation = ended == pending.end() ? Operation() : ended->second;
    if (ended != pending.end()) pending.erase(ended);
    return operation;
  }
};
STAMPEDE_VALUE(Linearizable, pending, configurations, broken);

// ----- whole histories -----

struct RawHistory {
  ClientHistories histories{};
  bool broken = false;
  void invoke(OperationId id, const Operation& operation) { histories.invoke(id, operation, true); }
  Operation respond(OperationId id, const Result& result, const ServiceType& service) {
    Operation operation = histories.respond(id, result, true);
    broken = !histories.explained_by(service);
    return operation;
  }
};
STAMPEDE_VALUE(RawHistory, histories, broken);

struct SequentiallyConsistent {
  ClientHistories histories{};
  bool broken = false;
  void invoke(OperationId id, const Operation& operation) {
    histories.invoke(id, operation, false);
  }
  Operation respond(OperationId id, const Result& result, const ServiceType& service) {
    Operation operation = histories.respond(id, result, false);
    broken = !histories.explained_by(service);
    return operation;
  }
};
STAMPEDE_VALUE(SequentiallyConsistent, histories, broken);

template <class S>
engine::Property history_property(const char* name, const char* about, const ServiceType& service) {
  return {name, about, [name, &service]() -> std::unique_ptr<engine::Monitor> {
            return std::make_unique<HistoryMonitor<S>>(name, service);
          }};
}

}  // namespace

engine::Property online_linearizability(const ServiceType& service) {
  return history_property<Linearizable>("linearizability",
                                        "What clients saw can be explained by one order of all "
                                        "operations that agrees with real time.",
                                        service);
}

engine::Property raw_linearizability(const ServiceType& service) {
  return history_property<RawHistory>("linearizability",
                                      "What clients saw can be explained by one order of all "
                                      "operations that agrees with real time.",
                                      service);
}

engine::Property online_sequential_consistency(const ServiceType& service) {
  return history_property<SequentiallyConsistent>(
      "sequential-consistency",
      "What clients saw can be explained by one order of all operations, each client's in its own.",
      service);
}

}  // namespace stampede::checkers
