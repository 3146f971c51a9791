#include "models/service/stack.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

StackResult Stack::apply(const StackOperation& operation) {
  if (const auto* call = std::get_if<stack::Push>(&operation.call)) {
    elements.push_back(call->element);
    return {stack::Done{}};
  }
  if (elements.empty()) return {stack::Taken{}};
  stack::Taken taken{std::move(elements.back())};
  elements.pop_back();
  return {std::move(taken)};
}

bool Stack::is_pure(const StackOperation&, const StackResult& result) {
  const auto* taken = std::get_if<stack::Taken>(&result.outcome);
  return taken != nullptr && !taken->value;
}

std::optional<StackResult> Stack::predict(const StackOperation& operation) {
  if (std::holds_alternative<stack::Pop>(operation.call)) return std::nullopt;
  return StackResult{stack::Done{}};
}

Shape Stack::shape(const StackOperation& operation, const StackResult& result) {
  if (const auto* call = std::get_if<stack::Push>(&operation.call)) {
    const auto* done = std::get_if<stack::Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {Shape::Kind::push, {}, ShapeValue::of(call->element), nullptr};
  }
  const auto* taken = std::get_if<stack::Taken>(&result.outcome);
  if (taken == nullptr) return {};
  return {Shape::Kind::pop, ShapeValue::of(taken->value), {}, nullptr};
}

StackOperation Stack::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"pop", "push"});
  if (form.name == "push") return {stack::Push{text_argument(form, "element")}};
  expect_no_argument(form);
  return {stack::Pop{}};
}

std::vector<std::string> Stack::kinds() { return {"pop", "push"}; }

StackOperation Stack::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "pop") return {stack::Pop{}};
  ASSERT(kind == "push");
  return {stack::Push{request.unique_value}};
}

void write_value(engine::JsonWriter& writer, const StackOperation& operation) {
  if (const auto* call = std::get_if<stack::Push>(&operation.call)) {
    write_form(writer, "push", call->element);
  } else {
    writer.text("pop");
  }
}

void write_value(engine::JsonWriter& writer, const StackResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
