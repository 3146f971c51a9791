#include "models/service/queue.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

QueueResult Queue::apply(const QueueOperation& operation) {
  if (const auto* call = std::get_if<queue::Enqueue>(&operation.call)) {
    elements.push_back(call->element);
    return {queue::Done{}};
  }
  if (elements.empty()) return {queue::Taken{}};
  queue::Taken taken{std::move(elements.front())};
  elements.erase(elements.begin());
  return {std::move(taken)};
}

bool Queue::is_pure(const QueueOperation&, const QueueResult& result) {
  const auto* taken = std::get_if<queue::Taken>(&result.outcome);
  return taken != nullptr && !taken->value;
}

std::optional<QueueResult> Queue::predict(const QueueOperation& operation) {
  if (std::holds_alternative<queue::Dequeue>(operation.call)) return std::nullopt;
  return QueueResult{queue::Done{}};
}

Shape Queue::shape(const QueueOperation& operation, const QueueResult& result) {
  if (const auto* call = std::get_if<queue::Enqueue>(&operation.call)) {
    const auto* done = std::get_if<queue::Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {Shape::Kind::enqueue, {}, ShapeValue::of(call->element), nullptr};
  }
  const auto* taken = std::get_if<queue::Taken>(&result.outcome);
  if (taken == nullptr) return {};
  return {Shape::Kind::dequeue, ShapeValue::of(taken->value), {}, nullptr};
}

QueueOperation Queue::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"dequeue", "enqueue"});
  if (form.name == "enqueue") return {queue::Enqueue{text_argument(form, "element")}};
  expect_no_argument(form);
  return {queue::Dequeue{}};
}

std::vector<std::string> Queue::kinds() { return {"dequeue", "enqueue"}; }

QueueOperation Queue::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "dequeue") return {queue::Dequeue{}};
  ASSERT(kind == "enqueue");
  return {queue::Enqueue{request.unique_value}};
}

void write_value(engine::JsonWriter& writer, const QueueOperation& operation) {
  if (const auto* call = std::get_if<queue::Enqueue>(&operation.call)) {
    write_form(writer, "enqueue", call->element);
  } else {
    writer.text("dequeue");
  }
}

void write_value(engine::JsonWriter& writer, const QueueResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
