// How operations are written by people: `read`, `{ get: x }`, `{ put: [x, 1] }`. A name, and what
// it is applied to. Every service parses its operations through this file, so all of them refuse
// wrong input in the same words.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"

namespace stampede::models::service {

/// One operation as written. Refers to the document it was read from.
struct OperationForm {
  std::string name;
  /// Null for the short form `read`.
  const engine::Document* argument = nullptr;
  const engine::Document* whole = nullptr;
};

/// Reads `name` or `{ name: argument }`; InputError unless the name is one of `names`.
OperationForm read_operation_form(const engine::Document& document,
                                  const std::vector<std::string>& names);

/// InputError unless nothing (or null) was given: for operations without arguments.
void expect_no_argument(const OperationForm& form);

/// The one text argument, called `what` in messages.
const std::string& text_argument(const OperationForm& form, std::string_view what);

/// The integer argument, called `what` in messages, within the given range.
std::int64_t integer_argument(const OperationForm& form, std::string_view what, std::int64_t low,
                              std::int64_t high);

/// The items of a list argument; `names` names them in messages: `'put' takes [key, value]`.
std::vector<std::string> text_arguments(const OperationForm& form,
                                        const std::vector<std::string>& names);

/// Writes `{"name":"argument"}`.
void write_form(engine::JsonWriter& writer, std::string_view name, std::string_view argument);

/// Writes `{"name":["first","second"]}`.
void write_form(engine::JsonWriter& writer, std::string_view name,
                std::initializer_list<std::string_view> arguments);

}  // namespace stampede::models::service
