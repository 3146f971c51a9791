// Repaired: a search of more than 255 nodes ended in an internal error (exit 3) for a legal file.
#include <catch2/catch.hpp>

#include "scenarios/running/explore.hpp"

using namespace stampede;

namespace {

std::string error_of(const std::string& cluster) {
  const auto file = scenarios::ScenarioFile::parse(
      "cluster: " + cluster + "\nexplore: { operations: 0 }\n", "many.yaml", {});
  try {
    return scenarios::explore(file.resolve(0), {}).search.complete ? "complete" : "incomplete";
  } catch (const engine::InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("regress: a search of too many nodes is an input error with a place",
          "[regress][input]") {
  CHECK(error_of("{ model: viewstamped, clients: 300 }") ==
        "many.yaml:1:41: error: this cluster has 303 nodes, and a search takes at most 255\nhint: "
        "explore it with fewer clients");
  CHECK(error_of("{ model: viewstamped, replicas: 5, clients: 251 }") ==
        "many.yaml:1:54: error: this cluster has 256 nodes, and a search takes at most 255\nhint: "
        "explore it with fewer clients");
  CHECK(error_of("{ model: viewstamped, clients: 252 }") == "complete");
}
