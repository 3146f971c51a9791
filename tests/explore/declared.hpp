// Searches of small clusters by what a model declares, be it changed for a test, and what becomes
// of the declaration.
#pragma once

#include <string>

#include "engine/world/model.hpp"
#include "scenarios/running/explore.hpp"

namespace stampede::tests {

/// A search as a rule without checks: it has nothing else to stop at.
scenarios::ExploreResult searched(engine::Model& model, const std::string& cluster,
                                  const std::string& explore, const std::string& checks = "[]");
/// It was stopped by this reduction, with two states.
void check_stopped(const scenarios::ExploreResult& result, const std::string& reduction);
/// It is complete, and all that is declared was looked at and holds.
void check_proven(const scenarios::ExploreResult& result);

/// What the real model declares, asked with the options of the right protocol.
template <const engine::Model& (*Real)()>
bool dead_in_the_right_one(const engine::DeadQuery& query) {
  static const engine::Payload options = Real().read_options(nullptr, {});
  return Real().exploration.dead({query.receiver, query.local, query.from, query.message,
                                  query.group, options, query.may_crash, query.keeps_timer});
}
/// The same, and no M has any effect.
template <const engine::Model& (*Real)(), class M>
bool dead_and_all(const engine::DeadQuery& query) {
  return query.message.get<M>() != nullptr || Real().exploration.dead(query);
}

}  // namespace stampede::tests
