// Nodes have names wherever a person looks, and what is written so can be read.
#include "engine/core/names.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "engine/core/document.hpp"
#include "engine/core/flow_text.hpp"
#include "engine/core/json.hpp"
#include "engine/core/per_node.hpp"
#include "engine/core/shared_log.hpp"

namespace stampede {
namespace names_test {

enum class Mood { calm, wild };
STAMPEDE_ENUM(Mood, calm, wild);

struct Left {
  NodeId node{};
};
STAMPEDE_VALUE(Left, node);
struct Right {
  std::string text{};
};
STAMPEDE_VALUE(Right, text);

/// One of everything that has a form.
struct Everything {
  NodeId leader = no_node;
  std::optional<NodeId> voted{};
  NodeSet quorum{};
  PerNode<std::uint64_t> acks{};
  std::map<NodeId, std::vector<NodeId>> views{};
  std::map<std::uint32_t, Mood> moods{};
  std::variant<Left, Right> side{};
  engine::SharedLog<Left> log{};
  std::pair<NodeId, bool> pair{};
  engine::Duration delay{};
  OperationId operation{ClientId{0}, 1};
  std::set<std::string> words{};
};
STAMPEDE_VALUE(Everything, leader, voted, quorum, acks, views, moods, side, log, pair, delay,
               operation, words);
static_assert(engine::Readable<Everything>);

struct Opaque {
  void* pointer = nullptr;
};
static_assert(!engine::Readable<Opaque>);

const engine::NodeNames two_replicas_and_client({"r0", "r1", "c0"});

Everything filled() {
  Everything value;
  value.leader = NodeId{1};
  value.voted = NodeId{2};
  value.quorum.insert(NodeId{0});
  value.quorum.insert(NodeId{2});
  value.acks[NodeId{1}] = 5;
  value.views[NodeId{0}] = {NodeId{1}, NodeId{2}};
  value.moods[3] = Mood::wild;
  value.side = Right{"true"};
  value.log.push_back({NodeId{1}});
  value.pair = {NodeId{0}, true};
  value.delay = engine::milliseconds(5);
  value.operation = {ClientId{4}, 3};
  value.words = {"b", "a, {c}"};
  return value;
}

}  // namespace names_test

using namespace names_test;

TEST_CASE("names: with them JSON says nodes by name, without them by number", "[unit]") {
  CHECK(engine::to_json(filled(), &two_replicas_and_client) ==
        R"({"leader":"r1","voted":"c0","quorum":["r0","c0"],"acks":{"r1":5},)"
        R"("views":{"r0":["r1","c0"]},"moods":[[3,"wild"]],"side":{"Right":{"text":"true"}},)"
        R"("log":[{"node":"r1"}],"pair":["r0",true],"delay":"5ms","operation":"c4.3",)"
        R"("words":["a, {c}","b"]})");
  CHECK(engine::to_json(Everything{}, &two_replicas_and_client)
            .starts_with(R"({"leader":null,"voted":null,)"));
  CHECK(engine::to_json(filled()).starts_with(
      R"({"leader":1,"voted":2,"quorum":[0,2],"acks":[[1,5]],"views":[[0,[1,2]]],)"));
  CHECK(engine::to_json(NodeId{9}, &two_replicas_and_client) == "9");
}

TEST_CASE("names: what was written can be read, with names and without", "[unit]") {
  for (const Everything& value : {Everything{}, filled()}) {
    for (const engine::NodeNames* known :
         {&two_replicas_and_client, static_cast<const engine::NodeNames*>(nullptr)}) {
      const engine::Document written = engine::parse_json(engine::to_json(value, known), "value");
      Everything read;
      engine::read(written, read, known);
      // Without names there is no word for nobody: it is a number like any other.
      CHECK(read == value);
      // The same through one line of flow YAML.
      const engine::Document again = engine::parse_flow(written.to_plain_text(), written);
      Everything plain;
      engine::read(again, plain, known);
      CHECK(plain == value);
    }
  }
}

TEST_CASE("names: an unknown node is an error with a hint", "[input]") {
  const auto complaint = [](const std::string& text) -> std::string {
    try {
      NodeId node;
      engine::read(engine::parse_json(text, "state"), node, &two_replicas_and_client);
      return "node " + std::to_string(node.value);
    } catch (const engine::InputError& error) {
      return error.what();
    }
  };
  CHECK(complaint("\"r1\"") == "node 1");
  CHECK(complaint("1") == "node 1");
  CHECK(complaint("\"c1\"") == "state:1:1: error: unknown node 'c1'\nhint: did you mean 'r1'?");
  CHECK(complaint("\"somebody\"") ==
        "state:1:1: error: unknown node 'somebody'\nhint: known: r0, r1, c0");
  CHECK(complaint("3") == "state:1:1: error: '3' is out of range\nhint: allowed: 0 .. 2");
}

TEST_CASE("flow text: what is no value is an error", "[input]") {
  engine::Document around;
  around.file = std::make_shared<const std::string>("s.yaml");
  around.line = 3;
  around.column = 7;
  for (const char* text : {"{node: r1", "{node r1}", "[a b", "{a: 1, a: 2}", "{a: 1} x", "\"open",
                           "{: 1}", "", "[,]"}) {
    INFO(text);
    try {
      engine::parse_flow(text, around);
      FAIL("was read");
    } catch (const engine::InputError& error) {
      CHECK(std::string(error.what()) ==
            "s.yaml:3:7: error: '" + std::string(text) +
                "' is not a value\nhint: write for example {node: r1}");
    }
  }
}

}  // namespace stampede
