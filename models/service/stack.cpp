#include "models/service/stack.hpp"

namespace stampede::models::service {
namespace {

using engine::Shape;

constexpr container::Words stack_words{"pop", "push", Shape::Kind::pop, Shape::Kind::push};

}  // namespace

container::Result Stack::apply(const Operation& operation) {
  if (const auto* put = std::get_if<container::Put>(&operation.call)) {
    elements.push_back(put->element);
    return {container::Done{}};
  }
  if (elements.empty()) return {container::Taken{}};
  container::Taken taken{std::move(elements.back())};
  elements.pop_back();
  return {std::move(taken)};
}

bool Stack::is_pure(const Operation&, const Result& result) { return container::is_pure(result); }

std::optional<container::Result> Stack::predict(const Operation& operation) {
  return container::predict(operation.call);
}

Shape Stack::shape(const Operation& operation, const Result& result) {
  return container::shape(operation.call, result, stack_words);
}

StackOperation Stack::parse(const engine::Document& document) {
  return {container::parse(document, stack_words)};
}

std::vector<std::string> Stack::kinds() { return container::kinds(stack_words); }

StackOperation Stack::generate(std::string_view kind, const engine::OperationTemplate& request) {
  return {container::generate(kind, request, stack_words)};
}

void write_value(engine::JsonWriter& writer, const StackOperation& operation) {
  container::write(writer, operation.call, stack_words);
}

}  // namespace stampede::models::service
