// Histories judged by a specification of one's own, which may leave several states possible after
// an operation. A specification is a type S with
//   State, Operation, Result    described values, Operation and Result those of the history
//   static std::vector<State> next(const State&, const Operation&, const Result*)
//                               all states that may follow if the operation returns this; none if
//                               it cannot. Without a result (it was never seen): whatever it
//                               returns
//   static const std::string& key(const Operation&)
//                               optional: operations on different keys are independent
// and is judged by the general search, on sets of states.
#pragma once

#include <memory>

#include "checkers/linearizability/linearizability.hpp"

namespace stampede::checkers {

/// A specification, erased.
class SequentialSpecification {
 public:
  virtual ~SequentialSpecification() = default;
  [[nodiscard]] virtual engine::Payload initial() const = 0;
  [[nodiscard]] virtual std::vector<engine::Payload> next(const engine::Payload& state,
                                                          const engine::Operation& operation,
                                                          const engine::Result& result) const = 0;
  [[nodiscard]] virtual std::string_view key(const engine::Operation& operation) const = 0;
};

template <class S>
class SpecificationOf final : public SequentialSpecification {
 public:
  using State = typename S::State;
  using Operation = typename S::Operation;
  using Result = typename S::Result;

  explicit SpecificationOf(State initial = {}) : initial_(std::move(initial)) {}

  [[nodiscard]] engine::Payload initial() const override { return engine::Payload::of(initial_); }
  [[nodiscard]] std::vector<engine::Payload> next(const engine::Payload& state,
                                                  const engine::Operation& operation,
                                                  const engine::Result& result) const override {
    const Result* seen = result ? &result.template as<Result>() : nullptr;
    std::vector<engine::Payload> states;
    for (State& one : S::next(state.as<State>(), operation.as<Operation>(), seen)) {
      states.push_back(engine::Payload::of(std::move(one)));
    }
    return states;
  }
  [[nodiscard]] std::string_view key(const engine::Operation& operation) const override {
    if constexpr (requires(const Operation& one) { S::key(one); }) {
      static_assert(std::is_reference_v<decltype(S::key(std::declval<const Operation&>()))>,
                    "a key is a part of its operation");
      return S::key(operation.as<Operation>());
    }
    return {};
  }

 private:
  State initial_;
};

/// Judges a history by the specification. The core of a violation is the shortest prefix of its key
/// that fails.
Finding check_specification(const engine::History& history,
                            const SequentialSpecification& specification,
                            const Limits& limits = {});

}  // namespace stampede::checkers
