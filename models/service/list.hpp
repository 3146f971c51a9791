// List: a list of texts that only grows. A read returns all of it, so the order of all appends
// before it is known.
//
//   { append: a }    {"ok":true}
//   read             {"values":["a","b"]}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace list {

struct Append {
  std::string element{};
};
STAMPEDE_VALUE(Append, element);

struct Read {};
STAMPEDE_VALUE(Read);

struct Found {
  std::vector<std::string> values{};
};
STAMPEDE_VALUE(Found, values);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace list

struct ListOperation {
  std::variant<list::Read, list::Append> call{};
};
STAMPEDE_VALUE(ListOperation, call);

struct ListResult {
  std::variant<list::Found, list::Done> outcome{};
};
STAMPEDE_VALUE(ListResult, outcome);

struct List {
  using Operation = ListOperation;
  using Result = ListResult;

  std::vector<std::string> elements{};

  ListResult apply(const ListOperation& operation);

  static bool is_pure(const ListOperation& operation, const ListResult& result);
  static std::optional<ListResult> predict(const ListOperation& operation);
  static engine::Shape shape(const ListOperation& operation, const ListResult& result);
  static ListOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static ListOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(List, elements);

void write_value(engine::JsonWriter& writer, const ListOperation& operation);
void write_value(engine::JsonWriter& writer, const ListResult& result);

}  // namespace stampede::models::service
