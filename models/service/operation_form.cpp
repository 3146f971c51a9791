#include "models/service/operation_form.hpp"

#include <algorithm>

namespace stampede::models::service {
namespace {

using engine::Document;

[[noreturn]] void fail_usage(const OperationForm& form, const std::string& usage) {
  const Document& place = form.argument == nullptr ? *form.whole : *form.argument;
  place.fail("'" + form.name + "' takes " + usage, "write { " + form.name + ": " + usage + " }");
}

void expect_known(const std::string& name, const engine::Place& place,
                  const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  engine::fail_unknown(place, "operation", name, names,
                       "known operations: " + engine::comma_list(names));
}

}  // namespace

OperationForm read_operation_form(const Document& document, const std::vector<std::string>& names) {
  OperationForm form;
  form.whole = &document;
  if (document.is_scalar()) {
    form.name = document.text;
    expect_known(form.name, document.place(), names);
    return form;
  }
  if (!document.is_mapping() || document.entries.size() != 1) {
    document.fail("expected one operation",
                  "write { name: argument }, where name is one of: " + engine::comma_list(names));
  }
  const Document::Entry& entry = document.entries.front();
  form.name = entry.key;
  form.argument = &entry.value;
  expect_known(form.name, entry.place(), names);
  return form;
}

void expect_no_argument(const OperationForm& form) {
  if (form.argument == nullptr || form.argument->kind == Document::Kind::null) return;
  form.argument->fail("'" + form.name + "' takes no argument", "write " + form.name);
}

const std::string& text_argument(const OperationForm& form, std::string_view what) {
  if (form.argument == nullptr || !form.argument->is_scalar()) fail_usage(form, std::string(what));
  return form.argument->text;
}

std::int64_t integer_argument(const OperationForm& form, std::string_view what, std::int64_t low,
                              std::int64_t high) {
  if (form.argument == nullptr || !form.argument->is_scalar()) fail_usage(form, std::string(what));
  return engine::read_integer(*form.argument, low, high);
}

std::vector<std::string> text_arguments(const OperationForm& form,
                                        const std::vector<std::string>& names) {
  const std::string usage = "[" + engine::comma_list(names) + "]";
  if (form.argument == nullptr || !form.argument->is_sequence() ||
      form.argument->items.size() != names.size()) {
    fail_usage(form, usage);
  }
  std::vector<std::string> texts;
  for (std::size_t position = 0; position < names.size(); ++position) {
    texts.push_back(form.argument->items[position].scalar(names[position]));
  }
  return texts;
}

void write_form(engine::JsonWriter& writer, std::string_view name, std::string_view argument) {
  writer.begin_object();
  writer.key(name).text(argument);
  writer.end_object();
}

void write_form(engine::JsonWriter& writer, std::string_view name,
                std::initializer_list<std::string_view> arguments) {
  writer.begin_object();
  writer.key(name).begin_array();
  for (const std::string_view argument : arguments) writer.text(argument);
  writer.end_array();
  writer.end_object();
}

}  // namespace stampede::models::service
