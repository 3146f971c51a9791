#include "models/service/list.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

ListResult List::apply(const ListOperation& operation) {
  const auto* append = std::get_if<list::Append>(&operation.call);
  if (append == nullptr) return {list::Found{elements}};
  elements.push_back(append->element);
  return {list::Done{}};
}

bool List::is_pure(const ListOperation& operation, const ListResult&) {
  return std::holds_alternative<list::Read>(operation.call);
}

std::optional<ListResult> List::predict(const ListOperation& operation) {
  if (std::holds_alternative<list::Read>(operation.call)) return std::nullopt;
  return ListResult{list::Done{}};
}

Shape List::shape(const ListOperation& operation, const ListResult& result) {
  if (const auto* append = std::get_if<list::Append>(&operation.call)) {
    const auto* done = std::get_if<list::Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {Shape::Kind::append, {}, ShapeValue::of(append->element), nullptr};
  }
  const auto* found = std::get_if<list::Found>(&result.outcome);
  if (found == nullptr) return {};
  return {Shape::Kind::read_list, {}, {}, &found->values};
}

ListOperation List::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "append"});
  if (form.name == "append") return {list::Append{text_argument(form, "element")}};
  expect_no_argument(form);
  return {list::Read{}};
}

std::vector<std::string> List::kinds() { return {"read", "append"}; }

ListOperation List::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {list::Read{}};
  ASSERT(kind == "append");
  return {list::Append{request.unique_value}};
}

void write_value(engine::JsonWriter& writer, const ListOperation& operation) {
  if (const auto* append = std::get_if<list::Append>(&operation.call)) {
    write_form(writer, "append", append->element);
  } else {
    writer.text("read");
  }
}

void write_value(engine::JsonWriter& writer, const ListResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
