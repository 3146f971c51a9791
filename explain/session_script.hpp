// What was chosen in a session, as a scenario that a script drives: it reruns to the same digest.
#pragma once

#include <string>
#include <vector>

#include "explain/session.hpp"

namespace stampede::explain {

struct SessionScript {
  std::string text;
  scenarios::ScenarioFile file;
  scenarios::RunResult result;
  /// The digest of the result is that of the session. Only what changes a world without being a
  /// decision can make it another one: a fault that lets clocks run too fast or slow.
  bool same = false;
};

/// `name` is what messages call it. A test says what the outcome is to be, which is what it is.
/// Where the choices go beyond the claims of the model, the scenario assumes them broken.
/// InputError if there are none.
SessionScript script_of(const Session& session, const std::string& name, bool as_test);

/// The decisions that led here, without the boots, as items of a script.
std::vector<std::string> script_items(const Session& session);

}  // namespace stampede::explain
