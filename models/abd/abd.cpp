#include "models/abd/abd.hpp"

namespace stampede::models::abd {

void Server::start(Context& context) { content.sequence.writer = context.self(); }

void Server::on(const Put& put, NodeId from, Context& context) {
  if (phase.index() != 0) return context.ignore();
  query({put.request_number, from, put.value, true, {}}, context);
}

void Server::on(const Get& get, NodeId from, Context& context) {
  if (phase.index() != 0) return context.ignore();
  query({get.request_number, from, {}, false, {}}, context);
}

// First phase: the newest version that a majority knows; this server is one of it.
void Server::query(Querying querying, Context& context) {
  querying.answers[context.self()] = content;
  context.broadcast(Query{querying.request_number});
  phase = std::move(querying);
}

void Server::on(const Query& query, NodeId from, Context& context) {
  context.send(from, QueryOk{query.request_number, content});
}

void Server::on(const QueryOk& answer, NodeId from, Context& context) {
  auto* querying = std::get_if<Querying>(&phase);
  if (querying == nullptr || querying->request_number != answer.request_number)
    return context.ignore();
  querying->answers[from] = answer.content;
  if (querying->answers.size() == majority(context)) record(Querying(*querying), context);
}

// Second phase: a put writes its value as the newest version, a get writes back what it found.
void Server::record(const Querying& querying, Context& context) {
  Versioned newest;
  bool first = true;
  for (const auto& [node, answer] : querying.answers) {
    if (first || newest.sequence < answer.sequence) newest = answer;
    first = false;
  }
  if (querying.writes) newest = {{newest.sequence.clock + 1, context.self()}, querying.value};
  Recording recording{querying.request_number, querying.requester, {}, querying.writes, {}};
  if (!querying.writes) recording.value = newest.value;
  if (!querying.writes && !context.options<Options>().reads_write_back) {
    phase = std::move(recording);
    return finish(context);
  }
  context.broadcast(Record{querying.request_number, newest});
  if (content.sequence < newest.sequence) content = newest;
  recording.answered.insert(context.self());
  phase = std::move(recording);
  if (majority(context) == 1) finish(context);
}

void Server::on(const Record& record, NodeId from, Context& context) {
  context.send(from, RecordOk{record.request_number});
  if (content.sequence < record.content.sequence) content = record.content;
}

void Server::on(const RecordOk& answer, NodeId from, Context& context) {
  auto* recording = std::get_if<Recording>(&phase);
  if (recording == nullptr || recording->request_number != answer.request_number ||
      !recording->answered.insert(from)) {
    return context.ignore();
  }
  if (recording->answered.size() == majority(context)) finish(context);
}

void Server::finish(Context& context) {
  const Recording recording = std::get<Recording>(phase);
  phase = Idle{};
  if (recording.writes) {
    context.send(recording.requester, PutOk{recording.request_number});
  } else {
    context.send(recording.requester, GetOk{recording.request_number, recording.value});
  }
}

void observe(const Server& server, NodeId, const engine::Group&, engine::Observation& observation) {
  observation.operational = true;
  observation.epoch = server.content.sequence.clock;
}

}  // namespace stampede::models::abd
