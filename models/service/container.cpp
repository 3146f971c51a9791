#include "models/service/container.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service::container {

using engine::Shape;
using engine::ShapeValue;

bool is_pure(const Result& result) {
  const auto* taken = std::get_if<Taken>(&result.outcome);
  return taken != nullptr && !taken->value;
}

std::optional<Result> predict(const Call& call) {
  if (std::holds_alternative<Take>(call)) return std::nullopt;
  return Result{Done{}};
}

Shape shape(const Call& call, const Result& result, const Words& words) {
  if (const auto* put = std::get_if<Put>(&call)) {
    const auto* done = std::get_if<Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {words.put_shape, {}, ShapeValue::of(put->element), nullptr};
  }
  const auto* taken = std::get_if<Taken>(&result.outcome);
  if (taken == nullptr) return {};
  return {words.take_shape, ShapeValue::of(taken->value), {}, nullptr};
}

Call parse(const engine::Document& document, const Words& words) {
  const OperationForm form = read_operation_form(document, kinds(words));
  if (form.name == words.put) return Put{text_argument(form, "element")};
  expect_no_argument(form);
  return Take{};
}

std::vector<std::string> kinds(const Words& words) {
  return {std::string(words.take), std::string(words.put)};
}

Call generate(std::string_view kind, const engine::OperationTemplate& request, const Words& words) {
  if (kind == words.take) return Take{};
  ASSERT(kind == words.put);
  return Put{request.unique_value};
}

void write(engine::JsonWriter& writer, const Call& call, const Words& words) {
  if (const auto* put = std::get_if<Put>(&call)) {
    write_form(writer, words.put, put->element);
  } else {
    writer.text(words.take);
  }
}

void write_value(engine::JsonWriter& writer, const Result& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service::container
