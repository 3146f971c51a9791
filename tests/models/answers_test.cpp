// When clients believe an answer: one replica lies to them.
#include <catch2/catch.hpp>
#include <set>

#include "engine/process/behaviours.hpp"
#include "engine/world/world.hpp"
#include "models/client/cluster.hpp"

namespace stampede::tests {
namespace {

using engine::World;
using models::client::Answers;
using models::client::Reply;
using models::client::Request;

struct Answer {
  std::uint32_t value = 0;
};
STAMPEDE_VALUE(Answer, value);

/// Answers everything with 1.
struct Oracle {
  using Messages = engine::Messages<Request>;
  using Sends = engine::Messages<Reply>;
  using Timers = engine::Timers<>;
  std::uint32_t asked = 0;
  void on(const Request& request, NodeId from, Context& context) {
    ++asked;
    context.send(from, Reply{0, request.id, request.request_number, engine::Result::of(Answer{1})});
  }
};
STAMPEDE_VALUE(Oracle, asked);

std::vector<Reply> lie(const Reply& reply) {
  Reply other = reply;
  other.result = engine::Result::of(Answer{2});
  return {other};
}

std::vector<engine::Payload> lies(const engine::Payload& message, const engine::Seal&) {
  std::vector<engine::Payload> list;
  if (const Reply* reply = message.get<Reply>()) {
    for (Reply& other : lie(*reply)) list.push_back(engine::Payload::of(std::move(other)));
  }
  return list;
}

World oracles(Answers answers, std::uint64_t seed) {
  engine::ClusterSpec spec;
  spec.replicas = 4;
  engine::Assembly assembly;
  models::client::add_replicas(
      assembly, spec, engine::make_process(Oracle{}),
      {.tolerance = engine::Tolerance::third, .quorums = &engine::QuorumSystem::byzantine});
  models::client::add_clients(assembly, spec, {.answers = answers});
  engine::make_faulty(assembly, "r0", engine::Behaviour::equivocate, &lies);
  return World(std::move(assembly), {seed, true, false, 512});
}

/// What the client was told, the oldest message first and r0 always with the lie, and by how many.
struct Told {
  std::uint32_t value = 0;
  std::size_t replies = 0;
};
Told ask(Answers answers) {
  World world = oracles(answers, 1);
  world.start();
  engine::BeginOperation begin;
  begin.id = {ClientId{0}, 1};
  begin.operation = engine::Operation::of(Answer{0});
  REQUIRE(world.begin(NodeId{4}, begin));
  Told told;
  while (world.history().operations().front().is_open() && world.in_flight_count() > 0) {
    const engine::InFlight& message = world.message(world.in_flight().front());
    engine::Decision decision{engine::DecisionKind::deliver};
    decision.message = engine::name_of(message);
    if (message.to == NodeId{0}) decision.choices = {1};
    told.replies += message.to == NodeId{4} ? 1 : 0;
    REQUIRE(world.apply(decision));
  }
  const engine::HistoryOperation& operation = world.history().operations().front();
  REQUIRE_FALSE(operation.is_open());
  told.value = operation.result.as<Answer>().value;
  return told;
}

}  // namespace

TEST_CASE("client: who believes the first answer believes a lie", "[unit]") {
  const Told told = ask(Answers::first);
  CHECK(told.value == 2);
  CHECK(told.replies == 1);
}

TEST_CASE("client: f+1 equal answers are no lie, and a quorum takes one more", "[unit]") {
  const Told one_correct = ask(Answers::one_correct);
  CHECK(one_correct.value == 1);
  CHECK(one_correct.replies == 3);
  const Told quorum = ask(Answers::quorum);
  CHECK(quorum.value == 1);
  CHECK(quorum.replies == 4);
}

TEST_CASE("client: one replica that answers twice is one", "[unit]") {
  World world = oracles(Answers::one_correct, 1);
  world.start();
  engine::BeginOperation begin;
  begin.id = {ClientId{0}, 1};
  begin.operation = engine::Operation::of(Answer{0});
  REQUIRE(world.begin(NodeId{4}, begin));
  engine::Decision deliver{engine::DecisionKind::deliver};
  deliver.message = {"Request", {}, NodeId{4}, NodeId{0}, 0, 0};
  deliver.choices = {1};
  REQUIRE(world.apply(deliver));
  const auto reply = world.find_message({"Reply", {}, NodeId{0}, NodeId{4}, 0, 0});
  REQUIRE(reply);
  REQUIRE(world.duplicate(*reply));
  for (int i = 0; i < 2; ++i)
    REQUIRE(world.deliver(*world.find_message({"Reply", {}, NodeId{0}, NodeId{4}, 0, 0})));
  CHECK(world.history().operations().front().is_open());
}

}  // namespace stampede::tests
