#include "traces/replay.hpp"

#include <algorithm>

#include "engine/world/decision_text.hpp"

namespace stampede::traces {
namespace {

/// The digests of the stored decisions, to be met by the replay.
struct StoredDecision {
  std::uint64_t step;
  std::uint64_t digest;
  std::string text;
};

class Comparer final : public engine::WorldObserver {
 public:
  Comparer(std::vector<StoredDecision> stored, const engine::NodeNames& names,
           engine::WorldObserver* also)
      : stored_(std::move(stored)), names_(names), also_(also) {}

  void event(const engine::Event& event) override {
    if (also_ != nullptr) also_->event(event);
    if (!is_decision(event.kind) || divergence_) return;
    const StoredDecision* expected = position_ < stored_.size() ? &stored_[position_] : nullptr;
    ++position_;
    if (expected != nullptr && expected->step == event.step && expected->digest == event.digest)
      return;
    divergence_ = Divergence{event.step, false,
                             expected == nullptr ? "(the stored run had ended)" : expected->text,
                             engine::event_text(event, names_)};
  }

  [[nodiscard]] bool wants_state(std::uint64_t step, NodeId node) const override {
    return also_ != nullptr && also_->wants_state(step, node);
  }

  std::optional<Divergence> finish(bool interrupted) {
    if (!interrupted && !divergence_ && position_ < stored_.size()) {
      divergence_ = Divergence{stored_[position_].step, false, stored_[position_].text,
                               "(the replay has ended)"};
    }
    return divergence_;
  }

 private:
  std::vector<StoredDecision> stored_;
  const engine::NodeNames& names_;
  engine::WorldObserver* also_;
  std::size_t position_ = 0;
  std::optional<Divergence> divergence_;
};

/// Blocks are complete: of a run that ended early the last decisions are in none.
std::optional<Divergence> first_different_block(const RunRecord& record, const RerunResult& rerun) {
  const std::vector<std::uint64_t>& then = record.block_digests;
  const std::vector<std::uint64_t>& now = rerun.block_digests;
  const std::size_t blocks = rerun.interrupted ? now.size() : std::max(now.size(), then.size());
  for (std::size_t i = 0; i < blocks; ++i) {
    if (i >= now.size() || i >= then.size() || now[i] != then[i])
      return Divergence{(i + 1) * 1024, true, "", ""};
  }
  if (rerun.interrupted || rerun.digest == record.digest) return std::nullopt;
  return Divergence{std::max(rerun.decisions, record.decisions), true, "", ""};
}

}  // namespace

ReplayResult replay(const Store& store, const RunRecord& record, const RunFactory& rerun,
                    engine::WorldObserver* also) {
  const engine::NodeNames names = record.node_names();
  std::vector<StoredDecision> stored;
  if (record.event_count != 0) {
    store.for_each_event(record.id, 0, UINT64_MAX >> 1, [&](const engine::Event& event) {
      if (is_decision(event.kind))
        stored.push_back({event.step, event.digest, engine::event_text(event, names)});
    });
  }
  ReplayResult result;
  if (!stored.empty()) {
    Comparer comparer(std::move(stored), names, also);
    result.rerun = rerun(&comparer);
    result.first_divergence = comparer.finish(result.rerun.interrupted);
  } else {
    result.rerun = rerun(also);
    result.first_divergence = first_different_block(record, result.rerun);
  }
  result.matches =
      !result.rerun.interrupted && !result.first_divergence && result.rerun.digest == record.digest;
  return result;
}

}  // namespace stampede::traces
