#include "models/service/register.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

RegisterResult Register::apply(const RegisterOperation& operation) {
  if (std::holds_alternative<cell::Read>(operation.call)) return {cell::Found{value}};
  if (const auto* write = std::get_if<cell::Write>(&operation.call)) {
    value = write->value;
    return {cell::Done{}};
  }
  if (const auto* create = std::get_if<cell::Create>(&operation.call)) {
    if (value) return {cell::Done{false}};
    value = create->value;
    return {cell::Done{}};
  }
  const auto& cas = std::get<cell::CompareAndSet>(operation.call);
  if (value != cas.expected) return {cell::Done{false}};
  value = cas.value;
  return {cell::Done{}};
}

bool Register::is_pure(const RegisterOperation& operation, const RegisterResult& result) {
  if (std::holds_alternative<cell::Read>(operation.call)) return true;
  if (std::holds_alternative<cell::Write>(operation.call)) return false;
  const auto* done = std::get_if<cell::Done>(&result.outcome);
  return done != nullptr && !done->ok;
}

std::optional<RegisterResult> Register::predict(const RegisterOperation& operation) {
  if (!std::holds_alternative<cell::Write>(operation.call)) return std::nullopt;
  return RegisterResult{cell::Done{}};
}

Shape Register::shape(const RegisterOperation& operation, const RegisterResult& result) {
  if (std::holds_alternative<cell::Read>(operation.call)) {
    const auto* found = std::get_if<cell::Found>(&result.outcome);
    if (found == nullptr) return {};
    return {Shape::Kind::read, ShapeValue::of(found->value), {}, nullptr};
  }
  const auto* done = std::get_if<cell::Done>(&result.outcome);
  if (done == nullptr) return {};
  if (const auto* cas = std::get_if<cell::CompareAndSet>(&operation.call)) {
    return {done->ok ? Shape::Kind::cas : Shape::Kind::failed_cas, ShapeValue::of(cas->expected),
            ShapeValue::of(cas->value), nullptr};
  }
  if (const auto* create = std::get_if<cell::Create>(&operation.call)) {
    return {done->ok ? Shape::Kind::cas : Shape::Kind::failed_cas, ShapeValue(),
            ShapeValue::of(create->value), nullptr};
  }
  if (!done->ok) return {};
  return {
      Shape::Kind::write, {}, ShapeValue::of(std::get<cell::Write>(operation.call).value), nullptr};
}

RegisterOperation Register::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "write", "cas", "create"});
  if (form.name == "read") {
    expect_no_argument(form);
    return {cell::Read{}};
  }
  if (form.name == "write") return {cell::Write{text_argument(form, "value")}};
  if (form.name == "create") return {cell::Create{text_argument(form, "value")}};
  const auto texts = text_arguments(form, {"expected", "value"});
  return {cell::CompareAndSet{texts[0], texts[1]}};
}

std::vector<std::string> Register::kinds() { return {"read", "write", "cas"}; }

RegisterOperation Register::generate(std::string_view kind,
                                     const engine::OperationTemplate& request) {
  if (kind == "read") return {cell::Read{}};
  if (kind == "write") return {cell::Write{request.unique_value}};
  ASSERT(kind == "cas");
  return {cell::CompareAndSet{request.earlier_value, request.unique_value}};
}

void write_value(engine::JsonWriter& writer, const RegisterOperation& operation) {
  if (const auto* write = std::get_if<cell::Write>(&operation.call)) {
    write_form(writer, "write", write->value);
  } else if (const auto* cas = std::get_if<cell::CompareAndSet>(&operation.call)) {
    write_form(writer, "cas", {cas->expected, cas->value});
  } else if (const auto* create = std::get_if<cell::Create>(&operation.call)) {
    write_form(writer, "create", create->value);
  } else {
    writer.text("read");
  }
}

void write_value(engine::JsonWriter& writer, const RegisterResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
