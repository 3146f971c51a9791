#include "checkers/monitors/answered.hpp"

#include <map>

namespace stampede::checkers {
namespace {

struct Answered {
  /// Who waits for what.
  std::map<OperationId, NodeId> open{};

  void on(const engine::Invoked& invoked, engine::Judge&) {
    open.emplace(invoked.id, invoked.node);
  }
  void on(const engine::Responded& responded, engine::Judge&) { open.erase(responded.id); }
  void on(const engine::Crashed& crashed, engine::Judge&) {
    std::erase_if(open, [&](const auto& one) { return one.second == crashed.node; });
  }
  void on(const engine::Finished& finished, engine::Judge& judge) const {
    if (!finished.at_rest || open.empty()) return;
    const auto& [operation, client] = *open.begin();
    judge.violated(
        judge.world.name(client) + " waits for an answer to operation " + to_string(operation),
        {client});
  }
};
STAMPEDE_VALUE(Answered, open);

}  // namespace

engine::Property answered() {
  return engine::monitor_property("answered", answered_about, Answered{});
}

}  // namespace stampede::checkers
