#include "checkers/monitors/memory_bound.hpp"

#include <utility>

namespace stampede::checkers {
namespace {

using engine::Judge;

constexpr const char* memory_bound = "memory-bound";
constexpr const char* about_memory = "No collection of a node outgrows its bound.";

struct SizeBound {
  std::string collection{};
  std::uint64_t bound = 0;

  void judge_size(std::uint64_t size, NodeId node, Judge& judge) const {
    if (size <= bound) return;
    judge.violated("'" + collection + "' of " + judge.world.name(node) + " holds " +
                       std::to_string(size) + ", its bound is " + std::to_string(bound),
                   {node});
  }
};
STAMPEDE_VALUE(SizeBound, collection, bound);

/// Judges each size by itself.
class SizeMonitor : public engine::Monitor {
 public:
  explicit SizeMonitor(SizeBound size) : Monitor(memory_bound), size_(std::move(size)) {}
  bool remembers() const override { return false; }
  engine::Payload state() const override { return engine::Payload::of(size_); }
  void restore(const engine::Payload&) override {}

 protected:
  SizeBound size_;
};

class LogBound final : public SizeMonitor {
 public:
  using SizeMonitor::SizeMonitor;
  std::unique_ptr<Monitor> clone() const override { return std::make_unique<LogBound>(*this); }
  unsigned hooks() const override { return hook_observed; }
  unsigned watches() const override {
    return engine::observed_log_longer | engine::observed_log_other | engine::observed_log_base |
           engine::observed_up;
  }
  void observed(const engine::ObservationChanged& change, Judge& judge) override {
    const engine::ObservedLog& log = change.after.log;
    if (judge.world.up(change.node)) size_.judge_size(log.size() - log.base(), change.node, judge);
  }
};

class CollectionBound final : public SizeMonitor {
 public:
  CollectionBound(engine::Collection collection, std::uint64_t bound)
      : SizeMonitor({collection.name, bound}), collection_(std::move(collection)) {}
  std::unique_ptr<Monitor> clone() const override {
    return std::make_unique<CollectionBound>(*this);
  }
  unsigned hooks() const override { return hook_stepped; }
  bool judges_steps_alone() const override { return true; }
  // Who takes a step is up.
  void stepped(const engine::Stepped& step, Judge& judge) override {
    if (const auto size = collection_.size(step.after)) size_.judge_size(*size, step.node, judge);
  }

 private:
  engine::Collection collection_;
};

}  // namespace

engine::Property log_bound(std::string collection, std::uint64_t bound) {
  return {memory_bound, about_memory, [size = SizeBound{std::move(collection), bound}] {
            return std::make_unique<LogBound>(size);
          }};
}

engine::Property collection_bound(engine::Collection collection, std::uint64_t bound) {
  return {memory_bound, about_memory, [collection = std::move(collection), bound] {
            return std::make_unique<CollectionBound>(collection, bound);
          }};
}

}  // namespace stampede::checkers
