#include "models/service/set.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

SetResult Set::apply(const SetOperation& operation) {
  if (std::holds_alternative<set::Read>(operation.call)) {
    return {set::Found{{members.begin(), members.end()}}};
  }
  if (const auto* contains = std::get_if<set::Contains>(&operation.call)) {
    return {set::Has{members.count(contains->member) == 1}};
  }
  if (const auto* add = std::get_if<set::Add>(&operation.call)) {
    members.insert(add->member);
  } else {
    members.erase(std::get<set::Remove>(operation.call).member);
  }
  return {set::Done{}};
}

bool Set::is_pure(const SetOperation& operation, const SetResult&) {
  return std::holds_alternative<set::Read>(operation.call) ||
         std::holds_alternative<set::Contains>(operation.call);
}

std::optional<SetResult> Set::predict(const SetOperation& operation) {
  if (is_pure(operation, {})) return std::nullopt;
  return SetResult{set::Done{}};
}

Shape Set::shape(const SetOperation& operation, const SetResult& result) {
  if (std::holds_alternative<set::Read>(operation.call)) {
    const auto* found = std::get_if<set::Found>(&result.outcome);
    if (found == nullptr) return {};
    return {Shape::Kind::read_list, {}, {}, &found->values};
  }
  const auto* done = std::get_if<set::Done>(&result.outcome);
  const auto* add = std::get_if<set::Add>(&operation.call);
  if (add == nullptr || done == nullptr || !done->ok) return {};
  return {Shape::Kind::add_member, {}, ShapeValue::of(add->member), nullptr};
}

SetOperation Set::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "contains", "add", "remove"});
  if (form.name == "contains") return {set::Contains{text_argument(form, "member")}};
  if (form.name == "add") return {set::Add{text_argument(form, "member")}};
  if (form.name == "remove") return {set::Remove{text_argument(form, "member")}};
  expect_no_argument(form);
  return {set::Read{}};
}

std::vector<std::string> Set::kinds() { return {"read", "contains", "add", "remove"}; }

SetOperation Set::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {set::Read{}};
  if (kind == "contains") return {set::Contains{request.earlier_value}};
  if (kind == "add") return {set::Add{request.unique_value}};
  ASSERT(kind == "remove");
  return {set::Remove{request.earlier_value}};
}

namespace {

struct WriteSetCall {
  engine::JsonWriter& writer;

  void operator()(const set::Read&) const { writer.text("read"); }
  void operator()(const set::Contains& call) const { write_form(writer, "contains", call.member); }
  void operator()(const set::Add& call) const { write_form(writer, "add", call.member); }
  void operator()(const set::Remove& call) const { write_form(writer, "remove", call.member); }
};

}  // namespace

void write_value(engine::JsonWriter& writer, const SetOperation& operation) {
  std::visit(WriteSetCall{writer}, operation.call);
}

void write_value(engine::JsonWriter& writer, const SetResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
