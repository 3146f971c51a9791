#include "explain/session_script.hpp"

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "scenarios/running/script_text.hpp"

namespace stampede::explain {
namespace {

using scenarios::ScenarioFile;

/// Keeps all decisions.
struct DecisionKeeper final : engine::WorldObserver {
  void event(const engine::Event& event) override {
    if (event.decision != nullptr) decisions.push_back(*event.decision);
  }
  std::vector<engine::Decision> decisions;
};

/// `expect` as the result has it.
std::string expectation_of(const scenarios::RunResult& result) {
  if (!result.violations.empty())
    return "{ violation: " + result.violations.front().violation.property + " }";
  return result.verdict == engine::Verdict::vacuous ? "{ vacuous: ok }" : "ok";
}

/// All of the file that a script uses, with these items instead of what drives it: what the
/// workload is like, clients know.
std::string text_of(const Session& session, const ScenarioFile& file,
                    const std::vector<std::string>& items, const std::string& expectation) {
  const scenarios::Scenario& scenario = session.scenario();
  std::string text = "# Chosen in a session over " + file.path() + ", seed " +
                     std::to_string(scenario.seed) + ".\n";
  text += "seed: " + std::to_string(scenario.seed) + "\n";
  for (const char* section : {"about", "cluster", "workload", "clocks", "checks"}) {
    if (file.has(section)) text += section + (": " + file.section(section)) + "\n";
  }
  text += std::string("saves: ") + boost::describe::enum_to_string(scenario.saves, "?") + "\n";
  text += "script:\n" + scenarios::script_block(items, std::vector<std::string>(items.size()));
  return expectation.empty() ? text : text + "expect: " + expectation + "\n";
}

}  // namespace

std::vector<std::string> script_items(const Session& session) {
  DecisionKeeper keeper;
  session.tell(keeper);
  const auto world = scenarios::build_world(session.scenario(), 0);
  world->start();
  scenarios::ScriptItems items;
  std::vector<std::string> texts;
  for (std::size_t i = world->step(); i < keeper.decisions.size(); ++i) {
    texts.push_back(items.text(*world, keeper.decisions[i]));
    // Where it is not possible the digests differ, which is what the caller is told.
    static_cast<void>(world->apply(keeper.decisions[i]));
  }
  return texts;
}

SessionScript script_of(const Session& session, const std::string& name, bool as_test) {
  const std::vector<std::string> items = script_items(session);
  if (items.empty())
    throw engine::InputError("nothing was chosen so far", "choose something: 'list' says what");
  ScenarioFile file = session.file();
  std::string expectation;
  const auto parsed = [&] {
    return ScenarioFile::parse(text_of(session, file, items, expectation), name, {}, file.models());
  };
  ScenarioFile script = [&] {
    try {
      return parsed();
    } catch (const engine::InputError&) {
      std::vector<std::string> overrides = file.overrides();
      overrides.emplace_back("cluster.assume=broken");
      file = ScenarioFile::parse(file.text(), file.path(), overrides, file.models());
      return parsed();
    }
  }();
  scenarios::RunResult result = scenarios::run(script.resolve(script.seed()), {});
  if (as_test) {
    expectation = expectation_of(result);
    script = parsed();
  }
  const bool same = result.digest == session.world().digest();
  return {script.text(), std::move(script), std::move(result), same};
}

}  // namespace stampede::explain
