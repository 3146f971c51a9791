// Register: one cell that holds a text, or nothing at first. The service that the theory of
// replication speaks about.
//
//   read               {"value":"1"}, or {"value":null} before the first write
//   { write: 1 }       {"ok":true}
//   { cas: [1, 2] }    {"ok":true} if the value was 1 and now is 2, else {"ok":false}
//   { create: 1 }      {"ok":true} if there was nothing and now is 1, else {"ok":false}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace cell {

struct Read {};
STAMPEDE_VALUE(Read);

struct Write {
  std::string value{};
};
STAMPEDE_VALUE(Write, value);

struct CompareAndSet {
  std::string expected{};
  std::string value{};
};
STAMPEDE_VALUE(CompareAndSet, expected, value);

struct Found {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Found, value);

/// A cas from nothing. Not in generated workloads: there it would succeed once.
struct Create {
  std::string value{};
};
STAMPEDE_VALUE(Create, value);

/// What a change did. Only a cas and a create can fail.
struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace cell

struct RegisterOperation {
  std::variant<cell::Read, cell::Write, cell::CompareAndSet, cell::Create> call{};
};
STAMPEDE_VALUE(RegisterOperation, call);

struct RegisterResult {
  std::variant<cell::Found, cell::Done> outcome{};
};
STAMPEDE_VALUE(RegisterResult, outcome);

struct Register {
  using Operation = RegisterOperation;
  using Result = RegisterResult;

  std::optional<std::string> value{};

  RegisterResult apply(const RegisterOperation& operation);

  /// A read, and a cas or create that failed.
  static bool is_pure(const RegisterOperation& operation, const RegisterResult& result);
  static std::optional<RegisterResult> predict(const RegisterOperation& operation);
  static engine::Shape shape(const RegisterOperation& operation, const RegisterResult& result);
  static RegisterOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static bool uses_earlier_value(std::string_view kind) { return kind == "cas"; }
  static RegisterOperation generate(std::string_view kind,
                                    const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Register, value);

void write_value(engine::JsonWriter& writer, const RegisterOperation& operation);
void write_value(engine::JsonWriter& writer, const RegisterResult& result);

}  // namespace stampede::models::service
