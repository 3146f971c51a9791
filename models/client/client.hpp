// models/client/client.hpp: the client proxy of a replicated service: one outstanding request,
// retries with the same number.
//
// Generic: a protocol that answers Request with Reply can be used by it. Request, Reply and the
// numbering are VRR's (section 4): a request is (operation, client id, request number); on a
// timeout it goes to all replicas; a restarted client asks for its newest number and adds 2
// (section 4.5).
#pragma once

#include <optional>
#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/process/process.hpp"

namespace stampede::models::client {

/// <REQUEST op, c, s>: c is id.client. `id.number` is the position in the client's plan; the
/// protocol does not look at it.
struct Request {
  Operation operation{};
  OperationId id{};
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Request, operation, id, request_number);

/// <REPLY v, s, x>.
struct Reply {
  std::uint64_t view_number = 0;
  OperationId id{};
  RequestNumber request_number{};
  Result result{};
};
STAMPEDE_VALUE(Reply, view_number, id, request_number, result);

/// A restarted client asks which of its requests is the newest known.
struct NewestRequest {
  ClientId client{};
  std::uint64_t nonce = 0;
};
STAMPEDE_VALUE(NewestRequest, client, nonce);

struct NewestRequestIs {
  std::uint64_t nonce = 0;
  RequestNumber request_number{};
};
STAMPEDE_VALUE(NewestRequestIs, nonce, request_number);

struct RequestTimeout {};
STAMPEDE_VALUE(RequestTimeout);

/// When a client believes an answer.
enum class Answers {
  first,        // at once: replicas do not lie
  one_correct,  // when f+1 replicas give it: one of them does not lie
  quorum,       // when a quorum gives it: every later quorum has a correct one of them
};
STAMPEDE_ENUM(Answers, first, one_correct, quorum);

struct Options {
  /// Resend interval.
  Duration timeout = engine::milliseconds(200);
  /// How many replicas a restarted client asks for its newest number; 0 = it need not know.
  std::uint32_t recovery_quorum = 0;
  /// An operation begun while another is outstanding waits (open loop); else the outstanding one is
  /// abandoned: it stays open.
  bool queue = false;
  /// Who waits for several answers asks all members at once.
  Answers answers = Answers::first;
  /// Operations are asked for in sessions (session.hpp).
  bool sessions = false;
};
STAMPEDE_VALUE(Options, timeout, recovery_quorum, queue, answers, sessions);

/// An operation on its way; number 0 in its id: the opening of a session.
struct Outstanding {
  OperationId id{};
  Operation operation{};
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Outstanding, id, operation, request_number);

struct Client {
  using Messages = engine::Messages<Reply, NewestRequestIs>;
  using Timers = engine::Timers<RequestTimeout>;
  // Sent, never received.
  using Sends = engine::Messages<Request, NewestRequest>;

  ClientId client{};
  RequestNumber request_number{};
  /// Who answered last; before that the first member is asked.
  std::optional<NodeId> believed_primary{};
  std::optional<Outstanding> outstanding{};
  /// Begun and not yet sent: behind an outstanding one (open loop), or while the newest number is
  /// asked for or a session opened.
  std::vector<engine::BeginOperation> waiting{};
  /// Non-zero while recovering the newest request number.
  std::uint64_t nonce = 0;
  NodeSet answered{};
  /// The newest answer of each to the outstanding request, while no answer is believed.
  PerNode<Result> answers{};
  bool in_session = false;

  void recover(Context& context);
  void on(const engine::BeginOperation& begin, Context& context);
  void on(const Reply& reply, NodeId from, Context& context);
  void on(const NewestRequestIs& newest, NodeId from, Context& context);
  void on(const RequestTimeout& timeout, Context& context);

  /// Such a reply is ignored from here on: one request is under way, with a number of its own.
  [[nodiscard]] bool is_done_with(const Reply& reply) const {
    return reply.request_number < request_number ||
           (reply.request_number == request_number && !outstanding);
  }

  void issue(const engine::BeginOperation& begin, Context& context);
  /// Sends the request under the next number.
  void ask(OperationId id, const Operation& operation, Context& context);
  void next(Context& context);
  /// What the reply to the outstanding request says.
  void take(const Reply& reply, Context& context);
  /// Enough replicas have given this answer.
  bool believes(const Reply& reply, NodeId from, Context& context);
  /// To all members, the request that is under way.
  void ask_all(Context& context) const;
};
STAMPEDE_VALUE(Client, client, request_number, believed_primary, outstanding, waiting, nonce,
               answered, answers, in_session);

}  // namespace stampede::models::client
