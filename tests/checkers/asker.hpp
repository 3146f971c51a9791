// A client that is answered as it asks, for tests of what is then held against replicas.
#pragma once

#include "engine/process/process.hpp"
#include "models/service/kv.hpp"

namespace stampede::tests {

struct Asker {
  using Messages = engine::Messages<>;
  using Timers = engine::Timers<>;
  std::uint32_t answers = 0;
  void on(const engine::BeginOperation& begin, Context& context) {
    context.invoke(begin.id, begin.operation);
    context.respond(begin.id, Result::of(models::service::KvResult{models::service::kv::Done{}}));
    ++answers;
  }
};
STAMPEDE_VALUE(Asker, answers);
static_assert(engine::Process<Asker>);

}  // namespace stampede::tests
