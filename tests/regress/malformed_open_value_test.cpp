// Repaired: where a document may be anything, `one_of` and `between` were not looked at before the
// seed picked from them: an empty list, or none, ended the program.
#include <catch2/catch.hpp>

#include "scenarios/documents/schema.hpp"
#include "scenarios/documents/yaml.hpp"
#include "scenarios/reading/scenario.hpp"

using namespace stampede;

namespace {

/// `$` is where the open value stands.
const char* const scenarios_with_place[] = {
    "cluster: { model: viewstamped }\nworkload: { mix: $ }\n",
    "cluster: { model: viewstamped }\nworkload: { mix: { put: $ } }\n",
    "cluster: { model: viewstamped, options: $ }\n",
    "cluster: { model: viewstamped, options: { view_change_timeout: $ } }\n",
    "cluster: { model: viewstamped, replicas: $ }\n",
    "cluster: { model: $ }\n",
    "cluster: { model: viewstamped }\nexplore: { plan: $ }\n",
    "cluster: { model: viewstamped }\nexplore: { plan: { c0: $ } }\n",
    "cluster: { model: viewstamped }\nexplore: { plan: { c0: [$] } }\n",
    "cluster: { model: viewstamped }\nexplore: { timers: $ }\n",
    "cluster: { model: viewstamped }\nexplore: { timers: { ViewChangeTimeout: $ } }\n",
    "cluster: { model: viewstamped }\nscript: [ { invoke: { client: c0, operation: $ } } ]\n",
    "cluster: { model: viewstamped }\nscript: [ { expect: $ } ]\n",
    "cluster: { model: viewstamped }\nfaults: [ { sequence: [ $ ], at: 1ms } ]\n",
    "cluster: { model: viewstamped }\nnetwork: { latency: $ }\n",
    "cluster: { model: viewstamped }\nnetwork: { loss: $ }\n",
};

const char* const malformed_values[] = {"{one_of: []}",   "{one_of: 3}",      "{one_of: {a: 1}}",
                                        "{one_of: null}", "{between: []}",    "{between: [1]}",
                                        "{between: 3}",   "{between: {a: 1}}"};

std::string error_of_open(std::string text, const std::string& value) {
  text.replace(text.find('$'), 1, value);
  try {
    for (std::uint64_t seed = 0; seed < 8; ++seed)
      static_cast<void>(scenarios::ScenarioFile::parse(text, "open.yaml", {}).resolve(seed));
  } catch (const engine::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("regress: a malformed one_of or between is an input error wherever it stands",
          "[regress][input]") {
  for (const char* text : scenarios_with_place) {
    for (const char* value : malformed_values) {
      INFO(text << value);
      CHECK(error_of_open(text, value).find("open.yaml:") == 0);
      // In one that is well formed, too.
      CHECK(error_of_open(text, "{one_of: [" + std::string(value) + "]}").find("open.yaml:") == 0);
    }
  }
  CHECK(error_of_open(scenarios_with_place[0], "{one_of: []}") ==
        "open.yaml:2:27: error: there is nothing to pick from\nhint: write for example { one_of: "
        "[1, 2] }");
  CHECK(error_of_open(scenarios_with_place[0], "{between: [1]}") ==
        "open.yaml:2:28: error: 'between' takes two ends\nhint: write { between: [low, high] }");
}

TEST_CASE("regress: what is open may stand in what is open", "[regress][input]") {
  CHECK(error_of_open(scenarios_with_place[0],
                      "{one_of: [{write: {one_of: [1, 2]}, read: 1}, {write: 1}]}") == "");
}

TEST_CASE("regress: any number is between the least and the largest", "[regress][input]") {
  const auto document = scenarios::parse_yaml(
      "a: { between: [-9223372036854775808, 9223372036854775807] }", "all.yaml");
  bool negative = false;
  bool positive = false;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const std::string picked = scenarios::pick(document, seed).at("a").text;
    (picked.front() == '-' ? negative : positive) = true;
  }
  CHECK((negative && positive));
}

TEST_CASE("regress: a network of no zones is an input error", "[regress][input]") {
  CHECK(
      error_of_open("cluster: { model: viewstamped }\nnetwork: { zones: $, zone_latency: [] }\n",
                    "[]") ==
      "open.yaml:2:19: error: there are no zones\nhint: list the nodes of each: zones: [[r0, r1], "
      "[r2]]");
}
