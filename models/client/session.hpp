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

/// Instead of a result: the session of the request is over, and the request will not be executed
/// any more. Whether it was, nobody knows.
struct SessionEnded {
  bool session_ended = true;
};
STAMPEDE_VALUE(SessionEnded, session_ended);

}  // namespace stampede::models::client
