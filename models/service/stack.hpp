// Stack: last in, first out.
//
//   { push: a }    {"ok":true}
//   pop            {"value":"a"}, the youngest element, or {"value":null} if there is none
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace stack {

struct Pop {};
STAMPEDE_VALUE(Pop);

struct Push {
  std::string element{};
};
STAMPEDE_VALUE(Push, element);

/// What was taken; nothing if there was nothing.
struct Taken {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Taken, value);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace stack

struct StackOperation {
  std::variant<stack::Pop, stack::Push> call{};
};
STAMPEDE_VALUE(StackOperation, call);

struct StackResult {
  std::variant<stack::Taken, stack::Done> outcome{};
};
STAMPEDE_VALUE(StackResult, outcome);

struct Stack {
  using Operation = StackOperation;
  using Result = StackResult;

  /// The oldest first.
  std::vector<std::string> elements{};

  StackResult apply(const StackOperation& operation);

  /// A pop that found nothing.
  static bool is_pure(const StackOperation& operation, const StackResult& result);
  static std::optional<StackResult> predict(const StackOperation& operation);
  static engine::Shape shape(const StackOperation& operation, const StackResult& result);
  static StackOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static StackOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Stack, elements);

void write_value(engine::JsonWriter& writer, const StackOperation& operation);
void write_value(engine::JsonWriter& writer, const StackResult& result);

}  // namespace stampede::models::service
