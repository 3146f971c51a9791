// A script that answered a choice with what is no answer violated the protocol, and telling of it
// was an internal error: what was answered was not recorded.
#include <catch2/catch.hpp>

#include "scenarios/running/run.hpp"

namespace stampede::tests {

TEST_CASE("regress: an answer that a choice does not have is an input error", "[regress][input]") {
  const auto run_with = [](const std::string& answer) -> std::string {
    const std::string text =
        "cluster: { model: signed_echo_broadcast, replicas: 3 }\n"
        "script:\n  - fire: Broadcast r0\n    choices: [" +
        answer + "]\n";
    try {
      static_cast<void>(
          scenarios::run(scenarios::ScenarioFile::parse(text, "s.yaml", {}).resolve(0), {}));
    } catch (const engine::InputError& error) {
      return error.what();
    }
    return "done";
  };
  CHECK(run_with("1") == "done");
  CHECK(run_with("2") ==
        "s.yaml:3:5: error: choice 'value' has no answer 2\nhint: its answers are 0 to 1");
  CHECK(run_with("1000").find("has no answer 1000") != std::string::npos);
}

}  // namespace stampede::tests
