#include "models/service/queue.hpp"

namespace stampede::models::service {
namespace {

using engine::Shape;

constexpr container::Words queue_words{"dequeue", "enqueue", Shape::Kind::dequeue,
                                       Shape::Kind::enqueue};

}  // namespace

container::Result Queue::apply(const Operation& operation) {
  if (const auto* put = std::get_if<container::Put>(&operation.call)) {
    elements.push_back(put->element);
    return {container::Done{}};
  }
  if (elements.empty()) return {container::Taken{}};
  container::Taken taken{std::move(elements.front())};
  elements.erase(elements.begin());
  return {std::move(taken)};
}

bool Queue::is_pure(const Operation&, const Result& result) { return container::is_pure(result); }

std::optional<container::Result> Queue::predict(const Operation& operation) {
  return container::predict(operation.call);
}

Shape Queue::shape(const Operation& operation, const Result& result) {
  return container::shape(operation.call, result, queue_words);
}

QueueOperation Queue::parse(const engine::Document& document) {
  return {container::parse(document, queue_words)};
}

std::vector<std::string> Queue::kinds() { return container::kinds(queue_words); }

QueueOperation Queue::generate(std::string_view kind, const engine::OperationTemplate& request) {
  return {container::generate(kind, request, queue_words)};
}

void write_value(engine::JsonWriter& writer, const QueueOperation& operation) {
  container::write(writer, operation.call, queue_words);
}

}  // namespace stampede::models::service
