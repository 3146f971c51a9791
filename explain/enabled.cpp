#include "explain/enabled.hpp"

#include <algorithm>
#include <deque>

namespace stampede::explain {
namespace {

using engine::Decision;
using engine::DecisionKind;
using engine::Violation;
using Judge = std::function<std::vector<Violation>(const engine::World&)>;

void add_of_node(const engine::World& world, NodeId node, std::vector<Decision>& list) {
  const engine::LocalState& local = world.local(node);
  const auto add = [&](DecisionKind kind, const std::string& name) {
    Decision decision{kind};
    decision.node = node;
    decision.name = name;
    list.push_back(std::move(decision));
  };
  if (!local.up) return add(DecisionKind::restart, "");
  if (local.paused) return;
  for (const engine::TimerSlot& timer : local.timers) {
    if (!timer.armed) continue;
    Decision decision{DecisionKind::fire};
    decision.timer = engine::name_of(timer, node);
    list.push_back(std::move(decision));
  }
  if (!local.held.empty()) add(DecisionKind::complete, "durable");
  std::vector<std::string> files;
  for (const engine::DiskOperation& operation : local.disk.outstanding) {
    if (std::find(files.begin(), files.end(), operation.file) != files.end()) continue;
    files.push_back(operation.file);
    add(DecisionKind::complete, operation.file);
  }
}

/// Worlds behind a decision, by the length of the way there.
class Looking {
 public:
  Looking(const engine::World& world, const ForesightBound& bound, const Judge& judge)
      : bound_(bound), judge_(judge) {
    for (const Violation& known : violations_of(world)) known_.push_back(known.property);
  }

  Foresight behind(const engine::World& world, const Decision& decision) {
    look(world, decision, {});
    while (!ahead_.empty() && !found_.violation && found_.whole) {
      const Ahead from = std::move(ahead_.front());
      ahead_.pop_front();
      for (const Decision& next : enabled(*from.world)) {
        look(*from.world, next, from.path);
        if (found_.violation || !found_.whole) break;
      }
    }
    return std::move(found_);
  }

 private:
  struct Ahead {
    std::unique_ptr<engine::World> world;
    std::vector<Decision> path;
  };

  [[nodiscard]] std::vector<Violation> violations_of(const engine::World& world) const {
    std::vector<Violation> all = world.violations();
    if (!judge_) return all;
    for (Violation& judged : judge_(world)) all.push_back(std::move(judged));
    return all;
  }

  /// Makes the decision in a copy and looks at what came of it. `path` leads to `world`.
  void look(const engine::World& world, const Decision& decision, std::vector<Decision> path) {
    if (found_.worlds == bound_.worlds_max || (bound_.interrupted && bound_.interrupted())) {
      found_.whole = false;
      return;
    }
    ++found_.worlds;
    auto copy = std::make_unique<engine::World>(world);
    copy->set_observer(nullptr);
    copy->new_responses.clear();
    if (!copy->apply(decision)) return;
    const std::vector<Violation> now =
        copy->new_responses.empty() ? copy->violations() : violations_of(*copy);
    const auto fresh = std::find_if(now.begin(), now.end(), [&](const Violation& one) {
      return std::find(known_.begin(), known_.end(), one.property) == known_.end();
    });
    if (begun_) path.push_back(decision);
    begun_ = true;
    if (fresh != now.end()) {
      found_.violation = *fresh;
      found_.path = std::move(path);
    } else if (path.size() < bound_.depth && !copy->broken()) {
      ahead_.push_back({std::move(copy), std::move(path)});
    }
  }

  const ForesightBound& bound_;
  const Judge& judge_;
  std::vector<std::string> known_;
  std::deque<Ahead> ahead_;
  bool begun_ = false;
  Foresight found_;
};

}  // namespace

std::vector<Decision> enabled(const engine::World& world) {
  std::vector<Decision> list;
  if (world.broken()) return list;
  for (const engine::MessageSlot slot : world.in_flight()) {
    const engine::InFlight& message = world.message(slot);
    const engine::LocalState& receiver = world.local(message.to);
    if (!receiver.up || receiver.paused) continue;
    Decision decision{DecisionKind::deliver};
    decision.message = engine::name_of(message);
    list.push_back(std::move(decision));
  }
  for (std::uint32_t i = 0; i < world.node_count(); ++i) add_of_node(world, NodeId{i}, list);
  return list;
}

Foresight foresee(const engine::World& world, const Decision& decision, const ForesightBound& bound,
                  const Judge& judge) {
  return Looking(world, bound, judge).behind(world, decision);
}

}  // namespace stampede::explain
