// The client table of Viewstamped Replication where it is bounded: who is in it, and who is let in.
#include "models/viewstamped/client_table.hpp"

#include <catch2/catch.hpp>

namespace stampede::tests {
namespace {

using models::client::OpenSession;
using models::client::Request;
using models::viewstamped::ClientTable;
using models::viewstamped::opened_by;
using models::viewstamped::session_of;

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
  CHECK(session_of(RequestNumber{(std::uint64_t{1} << 32) - 1}) == 0);
  CHECK(session_of(opened_by(3).after) == 3);
  CHECK(session_of(first_of(0, 3).request_number) == 3);
}

}  // namespace stampede::tests
