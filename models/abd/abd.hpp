// models/abd/abd.hpp: the atomic register of Attiya, Bar-Noy and Dolev (Sharing Memory Robustly in
// Message-Passing Systems, 1995), with several writers: a query phase to a majority, then a record
// phase to a majority.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "engine/core/per_node.hpp"
#include "models/client/register_client.hpp"

namespace stampede::models::abd {

using client::Get;
using client::GetOk;
using client::Put;
using client::PutOk;

/// What orders writes: a logical clock, ties by server.
struct Sequence {
  std::uint64_t clock = 0;
  NodeId writer{};
};
STAMPEDE_VALUE(Sequence, clock, writer);

/// A value and when it was written.
struct Versioned {
  Sequence sequence{};
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Versioned, sequence, value);

struct Query {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(Query, request_number);
struct QueryOk {
  RequestNumber request_number{};
  Versioned content{};
};
STAMPEDE_VALUE(QueryOk, request_number, content);
struct Record {
  RequestNumber request_number{};
  Versioned content{};
};
STAMPEDE_VALUE(Record, request_number, content);
struct RecordOk {
  RequestNumber request_number{};
};
STAMPEDE_VALUE(RecordOk, request_number);

struct Options {
  /// A read writes back what it found, so that no later read finds something older.
  bool reads_write_back = true;
  /// Clients begin by themselves: one put and one get each.
  bool clients_start_alone = false;
};
STAMPEDE_VALUE(Options, reads_write_back, clients_start_alone);

/// Asking a majority for the newest version.
struct Querying {
  RequestNumber request_number{};
  NodeId requester{};
  /// Of a put: what to write.
  std::optional<std::string> value{};
  bool writes = false;
  PerNode<Versioned> answers{};
};
STAMPEDE_VALUE(Querying, request_number, requester, value, writes, answers);

/// Making a majority know a version.
struct Recording {
  RequestNumber request_number{};
  NodeId requester{};
  std::optional<std::string> value{};
  bool writes = false;
  NodeSet answered{};
};
STAMPEDE_VALUE(Recording, request_number, requester, value, writes, answered);

struct Idle {};
STAMPEDE_VALUE(Idle);

struct Server {
  using Messages = engine::Messages<Put, Get, Query, QueryOk, Record, RecordOk>;
  using Sends = engine::Messages<PutOk, GetOk>;
  using Timers = engine::Timers<>;

  Versioned content{};
  /// One request at a time; nothing, or one of two phases.
  std::variant<Idle, Querying, Recording> phase{};

  void start(Context& context);
  void on(const Put& put, NodeId from, Context& context);
  void on(const Get& get, NodeId from, Context& context);
  void on(const Query& query, NodeId from, Context& context);
  void on(const QueryOk& answer, NodeId from, Context& context);
  void on(const Record& record, NodeId from, Context& context);
  void on(const RecordOk& answer, NodeId from, Context& context);

  void query(Querying querying, Context& context);
  void record(const Querying& querying, Context& context);
  void finish(Context& context);
  [[nodiscard]] static std::size_t majority(const Context& context) {
    return engine::majority_of(context.members().size());
  }
};
STAMPEDE_VALUE(Server, content, phase);
static_assert(engine::Process<Server>);

void observe(const Server& server, NodeId self, const engine::Group& group,
             engine::Observation& observation);

}  // namespace stampede::models::abd
