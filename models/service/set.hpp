// Set: texts that are members or not.
//
//   { add: a }         {"ok":true}, whether a was a member or not
//   { remove: a }      {"ok":true}, whether a was a member or not
//   { contains: a }    {"present":true} or {"present":false}
//   read               {"values":["a","b"]}, sorted
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace set {

struct Read {};
STAMPEDE_VALUE(Read);

struct Contains {
  std::string member{};
};
STAMPEDE_VALUE(Contains, member);

struct Add {
  std::string member{};
};
STAMPEDE_VALUE(Add, member);

struct Remove {
  std::string member{};
};
STAMPEDE_VALUE(Remove, member);

/// All members, sorted by their bytes.
struct Found {
  std::vector<std::string> values{};
};
STAMPEDE_VALUE(Found, values);

struct Has {
  bool present = false;
};
STAMPEDE_VALUE(Has, present);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace set

struct SetOperation {
  std::variant<set::Read, set::Contains, set::Add, set::Remove> call{};
};
STAMPEDE_VALUE(SetOperation, call);

struct SetResult {
  std::variant<set::Found, set::Has, set::Done> outcome{};
};
STAMPEDE_VALUE(SetResult, outcome);

struct Set {
  using Operation = SetOperation;
  using Result = SetResult;

  std::set<std::string> members{};

  SetResult apply(const SetOperation& operation);

  static bool is_pure(const SetOperation& operation, const SetResult& result);
  static std::optional<SetResult> predict(const SetOperation& operation);
  static engine::Shape shape(const SetOperation& operation, const SetResult& result);
  static SetOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static SetOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Set, members);

void write_value(engine::JsonWriter& writer, const SetOperation& operation);
void write_value(engine::JsonWriter& writer, const SetResult& result);

}  // namespace stampede::models::service
