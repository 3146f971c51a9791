#include "checkers/monitors/watch.hpp"

namespace stampede::checkers {
namespace {

class Watch final : public engine::Monitor {
 public:
  explicit Watch(IncrementalLinearizability& judge) : Monitor("linearizability"), judge_(judge) {}

  std::unique_ptr<Monitor> clone() const override {
    constexpr bool belongs_to_one_run = true;
    ASSERT(!belongs_to_one_run);
    return nullptr;
  }
  unsigned hooks() const override { return hook_client; }
  engine::Payload state() const override { return {}; }
  void restore(const engine::Payload&) override {}

  void invoked(const engine::Invoked& invoked, engine::Judge&) override {
    judge_.invoke(invoked.id, invoked.operation);
  }
  void responded(const engine::Responded& responded, engine::Judge& judge) override {
    if (judge_.verdict() == Verdict::violated) return;
    if (judge_.respond(responded.id, responded.result) != Verdict::violated) return;
    judge.violated("no order explains that " + to_string(responded.id) + " returned " +
                       responded.result.to_json(),
                   {responded.node});
  }

 private:
  IncrementalLinearizability& judge_;
};

}  // namespace

std::unique_ptr<engine::Monitor> watch_linearizability(IncrementalLinearizability& judge) {
  return std::make_unique<Watch>(judge);
}

}  // namespace stampede::checkers
