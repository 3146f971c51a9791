#include "models/service/file.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

FileResult File::apply(const FileOperation& operation) {
  const auto* write = std::get_if<file::Write>(&operation.call);
  if (write == nullptr) return {cell::Found{value}};
  value = write->value;
  if (write->foretold) written = *write->foretold;
  return {cell::Done{}};
}

bool File::is_pure(const FileOperation& operation, const FileResult&) {
  return std::holds_alternative<cell::Read>(operation.call);
}

Shape File::shape(const FileOperation& operation, const FileResult& result) {
  if (const auto* write = std::get_if<file::Write>(&operation.call)) {
    const auto* done = std::get_if<cell::Done>(&result.outcome);
    if (done == nullptr || !done->ok) return {};
    return {Shape::Kind::write, {}, ShapeValue::of(write->value), nullptr};
  }
  const auto* found = std::get_if<cell::Found>(&result.outcome);
  if (found == nullptr) return {};
  return {Shape::Kind::read, ShapeValue::of(found->value), {}, nullptr};
}

FileOperation File::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "write"});
  if (form.name == "read") {
    expect_no_argument(form);
    return {cell::Read{}};
  }
  if (form.argument == nullptr || !form.argument->is_sequence())
    return {file::Write{text_argument(form, "value"), std::nullopt}};
  const auto texts = text_arguments(form, {"value", "nanoseconds", "tag"});
  const std::vector<engine::Document>& items = form.argument->items;
  Foretold foretold;
  foretold.at.nanoseconds = engine::read_integer(items[1], 0, INT64_MAX);
  foretold.tag = static_cast<std::uint32_t>(engine::read_integer(items[2], 0, tags - 1));
  return {file::Write{texts[0], foretold}};
}

FileOperation File::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {cell::Read{}};
  ASSERT(kind == "write");
  return {file::Write{request.unique_value, std::nullopt}};
}

void write_value(engine::JsonWriter& writer, const FileOperation& operation) {
  const auto* write = std::get_if<file::Write>(&operation.call);
  if (write == nullptr) {
    writer.text("read");
  } else if (write->foretold) {
    writer.begin_object();
    writer.key("write").begin_array();
    writer.text(write->value);
    writer.integer(write->foretold->at.nanoseconds);
    writer.unsigned_integer(write->foretold->tag);
    writer.end_array();
    writer.end_object();
  } else {
    write_form(writer, "write", write->value);
  }
}

void write_value(engine::JsonWriter& writer, const FileResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service
