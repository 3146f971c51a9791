// Queue: first in, first out.
//
//   { enqueue: a }    {"ok":true}
//   dequeue           {"value":"a"}, the oldest element, or {"value":null} if there is none
#pragma once

#include "models/service/container.hpp"

namespace stampede::models::service {

struct QueueOperation {
  container::Call call{};
};
STAMPEDE_VALUE(QueueOperation, call);
void write_value(engine::JsonWriter& writer, const QueueOperation& operation);

struct Queue {
  using Operation = QueueOperation;
  using Result = container::Result;

  /// The oldest first.
  std::vector<std::string> elements{};

  Result apply(const Operation& operation);

  static bool is_pure(const Operation& operation, const Result& result);
  static std::optional<Result> predict(const Operation& operation);
  static engine::Shape shape(const Operation& operation, const Result& result);
  static Operation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static Operation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Queue, elements);

}  // namespace stampede::models::service
