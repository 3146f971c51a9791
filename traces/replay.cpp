#include "traces/replay.hpp"

#include <algorithm>

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
  Comparer(std::vector<StoredDecision> stored, const std::vector<std::string>& names,
           engine::WorldObserver* also)
      : stored_(std::move(stored)), names_(names), also_(also) {}

  void event(const engine::Event& event) override {
    if (also_ != nullptr) also_->event(event);
    if (event.kind > engine::EventKind::clock || divergence_) return;
    const StoredDecision* expected = position_ < stored_.size() ? &stored_[position_] : nullptr;
    ++position_;
    if (expected != nullptr && expected->step == event.step && expected->digest == event.digest)
      return;
    divergence_ = Divergence{event.step, false,
                             expected == nullptr ? "(the stored run had ended)" : expected->text,
                             event_text(event, names_)};
  }

  std::optional<Divergence> finish() {
    if (!divergence_ && position_ < stored_.size()) {
      divergence_ = Divergence{stored_[position_].step, false, stored_[position_].text,
                               "(the replay has ended)"};
    }
    return divergence_;
  }

 private:
  std::vector<StoredDecision> stored_;
  const std::vector<std::string>& names_;
  engine::WorldObserver* also_;
  std::size_t position_ = 0;
  std::optional<Divergence> divergence_;
};

}  // namespace

std::string event_text(const engine::Event& event, const std::vector<std::string>& names) {
  const auto name = [&](NodeId node) {
    return node.value < names.size() ? names[node.value] : std::string("?");
  };
  std::string text = boost::describe::enum_to_string(event.kind, "?");
  const bool message =
      event.kind == engine::EventKind::deliver || event.kind == engine::EventKind::ignore ||
      event.kind == engine::EventKind::drop || event.kind == engine::EventKind::duplicate ||
      event.kind == engine::EventKind::corrupt;
  if (!event.type.empty()) text += " " + std::string(event.type);
  if (message) {
    text += " " + name(event.peer) + "->" + name(event.node) + " nth " + std::to_string(event.nth);
    if (event.copy != 0) text += " copy " + std::to_string(event.copy);
  } else if (event.kind == engine::EventKind::send) {
    text += " " + name(event.node) + "->" + name(event.peer);
  } else if (event.node != no_node) {
    text += " " + name(event.node);
  }
  if (!event.detail.empty()) text += " " + std::string(event.detail);
  return text;
}

ReplayResult replay(const Store& store, const RunRecord& record, const RunFactory& rerun,
                    engine::WorldObserver* also) {
  std::vector<std::string> names;
  for (const StoredNode& node : record.nodes) names.push_back(node.name);
  std::vector<StoredDecision> stored;
  if (record.event_count != 0) {
    store.for_each_event(record.id, 0, UINT64_MAX >> 1, [&](const engine::Event& event) {
      if (event.kind <= engine::EventKind::clock)
        stored.push_back({event.step, event.digest, event_text(event, names)});
    });
  }
  ReplayResult result;
  if (!stored.empty()) {
    Comparer comparer(std::move(stored), names, also);
    result.rerun = rerun(&comparer);
    result.first_divergence = comparer.finish();
  } else {
    result.rerun = rerun(also);
    const auto& now = result.rerun.block_digests;
    const std::size_t blocks = std::max(now.size(), record.block_digests.size());
    for (std::size_t i = 0; i < blocks && !result.first_divergence; ++i) {
      if (i < now.size() && i < record.block_digests.size() && now[i] == record.block_digests[i])
        continue;
      result.first_divergence = Divergence{(i + 1) * 1024, true, "", ""};
    }
    if (!result.first_divergence && result.rerun.digest != record.digest) {
      result.first_divergence =
          Divergence{std::max(result.rerun.decisions, record.decisions), true, "", ""};
    }
  }
  result.matches = !result.first_divergence && result.rerun.digest == record.digest;
  return result;
}

}  // namespace stampede::traces
