// Queue: first in, first out.
//
//   { enqueue: a }    {"ok":true}
//   dequeue           {"value":"a"}, the oldest element, or {"value":null} if there is none
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace queue {

struct Dequeue {};
STAMPEDE_VALUE(Dequeue);

struct Enqueue {
  std::string element{};
};
STAMPEDE_VALUE(Enqueue, element);

/// What was taken; nothing if there was nothing.
struct Taken {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Taken, value);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace queue

struct QueueOperation {
  std::variant<queue::Dequeue, queue::Enqueue> call{};
};
STAMPEDE_VALUE(QueueOperation, call);

struct QueueResult {
  std::variant<queue::Taken, queue::Done> outcome{};
};
STAMPEDE_VALUE(QueueResult, outcome);

struct Queue {
  using Operation = QueueOperation;
  using Result = QueueResult;

  /// The oldest first.
  std::vector<std::string> elements{};

  QueueResult apply(const QueueOperation& operation);

  /// A dequeue that found nothing.
  static bool is_pure(const QueueOperation& operation, const QueueResult& result);
  static std::optional<QueueResult> predict(const QueueOperation& operation);
  static engine::Shape shape(const QueueOperation& operation, const QueueResult& result);
  static QueueOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static QueueOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Queue, elements);

void write_value(engine::JsonWriter& writer, const QueueOperation& operation);
void write_value(engine::JsonWriter& writer, const QueueResult& result);

}  // namespace stampede::models::service
