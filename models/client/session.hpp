// models/client/session.hpp: sessions, for protocols that bound what they know of clients. A client
// opens one by a request of its own, and asks for all else in it.
//
// Ongaro: Consensus: Bridging Theory and Practice (2014), 6.3. A protocol that has forgotten what
// it executed for a client cannot tell its retries from what is new. So it executes nothing outside
// of a session, and ends the session with what it forgets.
#pragma once

#include "engine/process/process.hpp"

namespace stampede::models::client {

/// An operation of the protocol, not of its service: its id has number 0, which is nobody's.
struct OpenSession {
  bool open_session = true;
};
STAMPEDE_VALUE(OpenSession, open_session);

/// What it returns: the requests of the session have the numbers after this one.
struct SessionOpened {
  RequestNumber after{};
};
STAMPEDE_VALUE(SessionOpened, after);

/// Its operation has this place in the log. Numbers rise over all sessions and lives of a client,
/// so that what comes late of one is told from what is of the next: 16 bits for the life in which
/// the session was opened, 24 for the place of its opening, 24 count its requests.
[[nodiscard]] inline SessionOpened opened_by(std::uint64_t position, RequestNumber opening) {
  ASSERT(position >> 24 == 0);
  return {RequestNumber{(opening.value >> 48 << 48) + (position << 24)}};
}
/// The place of what opened the session that a request with this number is of; 0 = of none.
[[nodiscard]] inline std::uint64_t session_of(RequestNumber number) {
  return number.value >> 24 & 0xffffff;
}
/// The life, from 1, in which a client has made this nonce.
[[nodiscard]] inline std::uint64_t life_of(std::uint64_t nonce) { return nonce >> 32 & 0xfffff; }
/// Below all numbers of this life of a client, and above those of each earlier one; from 1.
[[nodiscard]] inline RequestNumber before_life(std::uint64_t incarnation) {
  ASSERT(incarnation >= 1 && incarnation <= 1 << 16);
  return RequestNumber{(incarnation - 1) << 48};
}

/// Instead of a result: the session of the request is over, and the request will not be executed
/// any more. Whether it was, nobody knows.
struct SessionEnded {
  bool session_ended = true;
};
STAMPEDE_VALUE(SessionEnded, session_ended);

}  // namespace stampede::models::client
