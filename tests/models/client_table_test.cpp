// The client table of Viewstamped Replication where it is bounded: who is in it, and who is let in.
#include "models/viewstamped/client_table.hpp"

#include <catch2/catch.hpp>

#include "scenarios/reading/checks.hpp"
#include "scenarios/running/run.hpp"

namespace stampede::tests {
namespace {

using models::client::before_life;
using models::client::OpenSession;
using models::client::Request;
using models::client::session_of;
using models::client::SessionOpened;
using models::viewstamped::ClientTable;

SessionOpened opened_by(std::uint64_t position, std::uint64_t opening = 1) {
  return models::client::opened_by(position, RequestNumber{opening});
}

Request opening(std::uint32_t client, std::uint64_t number = 1) {
  return {Operation::of(OpenSession{}), {ClientId{client}, 0}, RequestNumber{number}};
}

/// The first request of the session that this operation opened.
Request first_of(std::uint32_t client, std::uint64_t session) {
  return {{}, {ClientId{client}, 1}, RequestNumber{opened_by(session).after.value + 1}};
}

/// So many clients open a session each, at op-numbers from 1; 2 are remembered.
ClientTable opened(std::uint32_t clients) {
  ClientTable table;
  for (std::uint32_t i = 0; i < clients; ++i)
    table.note_bounded(opening(i), Result::of(opened_by(i + 1)), 2);
  return table;
}

}  // namespace

TEST_CASE("client table: who opens a session in a full one takes the place of the longest unused",
          "[unit][viewstamped]") {
  ClientTable table = opened(2);
  CHECK_FALSE(table.note_bounded(first_of(0, 1), Result{}, 2));
  CHECK(table.note_bounded(opening(2), Result::of(opened_by(4)), 2));
  CHECK(table.find(ClientId{0}) != nullptr);
  CHECK(table.find(ClientId{1}) == nullptr);
  CHECK(table.client_table.size() == 2);
  CHECK(table.by_use == std::vector{ClientId{0}, ClientId{2}});
}

TEST_CASE("client table: a client that opens another session takes nobody's place",
          "[unit][viewstamped]") {
  ClientTable table = opened(2);
  CHECK_FALSE(table.note_bounded(opening(0, 2), Result::of(opened_by(3)), 2));
  CHECK(table.by_use == std::vector{ClientId{1}, ClientId{0}});
}

TEST_CASE("client table: a request is let in with the session of its client, and no other",
          "[unit][viewstamped]") {
  ClientTable table = opened(2);
  CHECK(table.is_in_session(first_of(0, 1)));
  CHECK_FALSE(table.is_in_session(first_of(0, 2)));
  CHECK_FALSE(table.is_in_session(first_of(2, 1)));
  // Whoever knows of no session asks with numbers of none.
  CHECK_FALSE(table.is_in_session({{}, {ClientId{0}, 1}, RequestNumber{2}}));
  // It is the same one after its first request.
  table.note_bounded(first_of(0, 1), Result{}, 2);
  CHECK(table.is_in_session(first_of(0, 1)));
  // A session that was opened again is another one.
  table.note_bounded(opening(0, 9), Result::of(opened_by(5)), 2);
  CHECK_FALSE(table.is_in_session(first_of(0, 1)));
  CHECK(table.is_in_session(first_of(0, 5)));
  // To open one nobody needs one.
  CHECK(table.is_in_session(opening(7)));
}

TEST_CASE("client table: request-numbers say of which session they are", "[unit][viewstamped]") {
  CHECK(session_of(RequestNumber{(1 << 24) - 1}) == 0);
  CHECK(session_of(opened_by(3).after) == 3);
  CHECK(session_of(first_of(0, 3).request_number) == 3);
}

TEST_CASE("client table: request-numbers rise over the sessions and lives of a client",
          "[unit][viewstamped]") {
  const RequestNumber second_life = before_life(2);
  const RequestNumber again{first_of(0, (1 << 24) - 1).request_number.value + 1000};
  CHECK(before_life(1) == RequestNumber{});
  CHECK(opened_by(3, first_of(0, 2).request_number.value).after > first_of(0, 2).request_number);
  CHECK(again < second_life);
  CHECK(session_of(second_life) == 0);
  const SessionOpened opened = opened_by(3, second_life.value + 1);
  CHECK(opened.after > second_life);
  CHECK(opened.after < before_life(3));
  CHECK(session_of(opened.after) == 3);
}

TEST_CASE("client table: in a closed loop an operation takes the place of one begun before",
          "[text][viewstamped]") {
  const std::string opening =
      "  - invoke: { client: c0, operation: { append: [x, a] } }\n"
      "  - invoke: { client: c0, operation: { append: [x, b] } }\n"
      "  - settle: [r0, r1, c0]\n";
  // While a session is opened, and while a client that came back asks for its newest number.
  for (const std::string& before :
       {std::string(), std::string("  - crash: c0\n  - restart: c0\n")}) {
    const scenarios::RunResult result =
        scenarios::run(scenarios::ScenarioFile::parse(
                           "cluster: { model: viewstamped, replicas: 3, clients: 1, service: kv, "
                           "options: { client_table_limit: 1 } }\nscript:\n" +
                               before + opening +
                               "  - invoke: { client: c0, operation: { get: x } }\n"
                               "  - settle: [r0, r1, c0]\n"
                               "  - expect: { node: r0, state: { commit_number: 3 } }\n",
                           "closed.yaml", {})
                           .resolve(0),
                       {});
    INFO(before);
    CHECK(result.skipped.empty());
    CHECK(result.failed_expectations.empty());
    CHECK(result.completed_operations == 2);
  }
}

}  // namespace stampede::tests
