#include "models/service/counter.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

CounterResult Counter::apply(const CounterOperation& operation) {
  const auto* add = std::get_if<counter::Add>(&operation.call);
  if (add == nullptr) return {counter::Found{sum}};
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                  static_cast<std::uint64_t>(add->amount));
  return {counter::Done{}};
}

bool Counter::is_pure(const CounterOperation& operation, const CounterResult&) {
  return std::holds_alternative<counter::Read>(operation.call);
}

std::optional<CounterResult> Counter::predict(const CounterOperation& operation) {
  if (std::holds_alternative<counter::Read>(operation.call)) return std::nullopt;
  return CounterResult{counter::Done{}};
}

Shape Counter::shape(const CounterOperation& operation, const CounterResult& result) {
  if (const auto* add = std::get_if<counter::Add>(&operation.call)) {
    const auto* done = std::get_if<counter::Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {Shape::Kind::add, {}, ShapeValue::of(static_cast<std::uint64_t>(add->amount)), nullptr};
  }
  const auto* found = std::get_if<counter::Found>(&result.outcome);
  if (found == nullptr) return {};
  return {Shape::Kind::read, ShapeValue::of(static_cast<std::uint64_t>(found->value)), {}, nullptr};
}

CounterOperation Counter::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "add"});
  if (form.name == "add") {
    return {counter::Add{integer_argument(form, "amount", INT64_MIN + 1, INT64_MAX)}};
  }
  expect_no_argument(form);
  return {counter::Read{}};
}

std::vector<std::string> Counter::kinds() { return {"read", "add"}; }

CounterOperation Counter::generate(std::string_view kind,
                                   const engine::OperationTemplate& request) {
  if (kind == "read") return {counter::Read{}};
  ASSERT(kind == "add");
  const std::uint64_t amount = 1 + engine::hash_bytes(request.unique_value) % 100;
  return {counter::Add{static_cast<std::int64_t>(amount)}};
}

void write_value(engine::JsonWriter& writer, const CounterOperation& operation) {
  const auto* add = std::get_if<counter::Add>(&operation.call);
  if (add == nullptr) return writer.text("read");
  writer.begin_object();
  writer.key("add").integer(add->amount);
  writer.end_object();
}

void write_value(engine::JsonWriter& writer, const CounterResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
