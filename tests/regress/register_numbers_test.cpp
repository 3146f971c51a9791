// Servers of registers know by a request's number what the answers of others are about, whoever
// asked. Numbers were the node's times the operation's, so that 3 * 4 was 4 * 3.
#include <catch2/catch.hpp>
#include <map>

#include "models/abd/model.hpp"
#include "models/client/register_client.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using engine::Judge;
using models::client::Get;
using models::client::Put;

/// Who asked under which number, each client once at a time.
struct NumbersDiffer {
  std::map<std::uint64_t, NodeId> asked{};
  using Hears = engine::Messages<Put, Get>;

  void on(const engine::MessageSent& sent, Judge& judge) {
    const auto* put = sent.payload->get<Put>();
    const std::uint64_t number =
        put != nullptr ? put->request_number.value : sent.payload->as<Get>().request_number.value;
    if (!asked.emplace(number, sent.from).second)
      judge.violated("number " + std::to_string(number) + " is used twice", {sent.from});
  }
};
STAMPEDE_VALUE(NumbersDiffer, asked);

}  // namespace

TEST_CASE("regress: requests of registers have numbers of their own", "[regress]") {
  engine::Model model = models::abd::model();
  model.properties = [](const engine::ClusterSpec&) {
    return std::vector<engine::Property>{
        engine::monitor_property("numbers-differ", "", NumbersDiffer{})};
  };
  const std::string text =
      "cluster: { model: abd, clients: 6 }\nworkload: { operations: 120 }\n"
      "checks: [numbers-differ]\n";
  const auto file = scenarios::ScenarioFile::parse(text, "numbers.yaml", {}, {&model});
  const scenarios::RunResult result = scenarios::run(file.resolve(1), {});
  CHECK(result.completed_operations > 30);
  CHECK(result.verdict == scenarios::Verdict::ok);
}

}  // namespace stampede::tests
