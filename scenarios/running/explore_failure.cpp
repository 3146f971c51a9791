#include "scenarios/running/explore_failure.hpp"

#include <algorithm>
#include <set>

namespace stampede::scenarios {
namespace {

/// The state of a monitor behind another failure.
struct FailedOtherwise {};
STAMPEDE_VALUE(FailedOtherwise);

class OnlyAs final : public engine::Monitor {
 public:
  OnlyAs(std::unique_ptr<engine::Monitor> inner, const Fingerprint& failure,
         std::vector<std::string> roles)
      : Monitor(inner->property()),
        inner_(std::move(inner)),
        heard_(inner_->hears()),
        failure_(failure),
        roles_(std::move(roles)) {
    judge_group(inner_->group(), property());
  }
  OnlyAs(const OnlyAs& other)
      : Monitor(other),
        inner_(other.inner_->clone()),
        heard_(other.heard_),
        failure_(other.failure_),
        roles_(other.roles_),
        delivered_(other.delivered_),
        failed_otherwise_(other.failed_otherwise_) {}

  std::unique_ptr<Monitor> clone() const override { return std::make_unique<OnlyAs>(*this); }
  unsigned hooks() const override { return inner_->hooks() | hook_delivered | hook_stepped; }
  unsigned watches() const override { return inner_->watches(); }
  engine::Payload state() const override {
    return failed_otherwise_ ? engine::Payload::of(FailedOtherwise{}) : inner_->state();
  }
  void restore(const engine::Payload& state) override {
    failed_otherwise_ = state.get<FailedOtherwise>() != nullptr;
    if (!failed_otherwise_) inner_->restore(state);
  }

  void sent(const engine::MessageSeen& seen, engine::Judge& judge) override {
    if (wants(seen)) tell(judge, [&](engine::Judge& own) { inner_->sent(seen, own); });
  }
  void delivered(const engine::MessageSeen& seen, engine::Judge& judge) override {
    delivered_ = seen.type;
    if (takes(hook_delivered) && wants(seen))
      tell(judge, [&](engine::Judge& own) { inner_->delivered(seen, own); });
  }
  void observed(const engine::ObservationChanged& change, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->observed(change, own); });
  }
  // The last that is told of a step.
  void stepped(const engine::Stepped& step, engine::Judge& judge) override {
    const std::uint32_t whose = inner_->steps_of();
    if (takes(hook_stepped) && (whose == any_process || whose == step.after.type().key))
      tell(judge, [&](engine::Judge& own) { inner_->stepped(step, own); });
    delivered_ = nullptr;
  }
  void invoked(const engine::Invoked& invoked, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->invoked(invoked, own); });
  }
  void responded(const engine::Responded& responded, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->responded(responded, own); });
  }
  void crashed(const engine::Crashed& crashed, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->crashed(crashed, own); });
  }
  void restarted(const engine::Restarted& restarted, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->restarted(restarted, own); });
  }
  void finished(const engine::Finished& finished, engine::Judge& judge) override {
    tell(judge, [&](engine::Judge& own) { inner_->finished(finished, own); });
  }

 private:
  [[nodiscard]] bool takes(Hook hook) const { return (inner_->hooks() & hook) != 0; }
  [[nodiscard]] bool wants(const engine::MessageSeen& seen) const {
    return heard_.empty() ||
           std::find(heard_.begin(), heard_.end(), seen.type->payload) != heard_.end();
  }

  /// Hands on the first report if it is of the failure.
  template <class Tell>
  void tell(engine::Judge& judge, const Tell& tell_inner) {
    if (failed_otherwise_) return;
    std::vector<engine::Violation> reported;
    engine::Judge own{judge.world, reported, judge.property, judge.judged_group};
    tell_inner(own);
    if (reported.empty()) return;
    failed_otherwise_ = !is_it(reported.front());
    if (!failed_otherwise_) judge.reported.push_back(std::move(reported.front()));
  }

  [[nodiscard]] bool is_it(const engine::Violation& violation) const {
    std::set<std::string> roles;
    for (const NodeId node : violation.nodes) roles.insert(roles_.at(node.value));
    // Whom a history concerns, those who judge it whole do not say.
    if (failure_.roles.empty()) roles.clear();
    return std::equal(roles.begin(), roles.end(), failure_.roles.begin(), failure_.roles.end()) &&
           (delivered_ == nullptr || failure_.step == "deliver " + delivered_->name);
  }

  std::unique_ptr<engine::Monitor> inner_;
  std::vector<const engine::PayloadType*> heard_;
  Fingerprint failure_;
  std::vector<std::string> roles_;
  /// In the step that is being told; nullptr if it is no delivery.
  const engine::NamedType* delivered_ = nullptr;
  bool failed_otherwise_ = false;
};

}  // namespace

engine::Property only_as(engine::Property property, const Fingerprint& failure,
                         std::vector<std::string> roles) {
  property.make = [make = std::move(property.make), failure, roles = std::move(roles)] {
    return std::make_unique<OnlyAs>(make(), failure, roles);
  };
  return property;
}

}  // namespace stampede::scenarios
