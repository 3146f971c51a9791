#include "checkers/monitors/judged.hpp"

#include "checkers/description.hpp"
#include "checkers/monitors/client_histories.hpp"

namespace stampede::checkers {
namespace {

struct SeenByClients {
  ClientHistories histories{};
  bool broken = false;
};
STAMPEDE_VALUE(SeenByClients, histories, broken);

class JudgedHistory final : public engine::Monitor {
 public:
  JudgedHistory(const HistoryJudge& judge, const Bound& bound, const engine::ServiceType& service,
                std::shared_ptr<Doubts> doubts)
      : Monitor(judge.property),
        judge_(&judge),
        bound_(bound),
        service_(&service),
        doubts_(std::move(doubts)) {}

  std::unique_ptr<Monitor> clone() const override { return std::make_unique<JudgedHistory>(*this); }
  unsigned hooks() const override { return hook_client | (judge_->at_rest ? hook_finish : 0U); }
  engine::Payload state() const override { return engine::Payload::of(state_); }
  void restore(const engine::Payload& state) override { state_ = state.as<SeenByClients>(); }

  void invoked(const engine::Invoked& invoked, engine::Judge&) override {
    if (state_.broken) return;
    state_.histories.invoke(invoked.id, invoked.operation, judge_->in_real_time);
  }
  void responded(const engine::Responded& responded, engine::Judge& judge) override {
    if (state_.broken) return;
    state_.histories.respond(responded.id, responded.result, judge_->in_real_time);
    if (!judge_->at_rest) look(judge, {responded.node});
  }
  void finished(const engine::Finished& finished, engine::Judge& judge) override {
    if (judge_->at_rest && finished.at_rest) look(judge, {});
  }

 private:
  void look(engine::Judge& judge, std::vector<NodeId> nodes) {
    const engine::History history = state_.histories.to_history();
    const Finding finding = judge_->judge({history, service_}, bound_, {});
    if (finding.verdict == Verdict::undecided && !finding.judged_nothing)
      doubts_->add(judge_->property + ": " + finding.limit);
    if (finding.verdict != Verdict::violated) return;
    state_.broken = true;
    judge.violated(tell_briefly(finding, history), std::move(nodes));
  }

  const HistoryJudge* judge_;
  Bound bound_;
  const engine::ServiceType* service_;
  std::shared_ptr<Doubts> doubts_;
  SeenByClients state_{};
};

}  // namespace

engine::Property judged_history(const HistoryJudge& judge, const Bound& bound,
                                const engine::ServiceType& service,
                                std::shared_ptr<Doubts> doubts) {
  return {judge.property, judge.about, [&judge, bound, &service, doubts = std::move(doubts)] {
            return std::make_unique<JudgedHistory>(judge, bound, service, doubts);
          }};
}

}  // namespace stampede::checkers
