// What queue and stack have in common: elements that are put in and taken out. They differ in which
// element comes out, and in their words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service::container {

struct Take {};
STAMPEDE_VALUE(Take);

struct Put {
  std::string element{};
};
STAMPEDE_VALUE(Put, element);

using Call = std::variant<Take, Put>;

/// What was taken; nothing if there was nothing.
struct Taken {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Taken, value);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

struct Result {
  std::variant<Taken, Done> outcome{};
};
STAMPEDE_VALUE(Result, outcome);
void write_value(engine::JsonWriter& writer, const Result& result);

/// What people and checkers call the two operations.
struct Words {
  std::string_view take;
  std::string_view put;
  engine::Shape::Kind take_shape{};
  engine::Shape::Kind put_shape{};
};

/// A take that found nothing.
bool is_pure(const Result& result);
std::optional<Result> predict(const Call& call);
engine::Shape shape(const Call& call, const Result& result, const Words& words);
Call parse(const engine::Document& document, const Words& words);
std::vector<std::string> kinds(const Words& words);
Call generate(std::string_view kind, const engine::OperationTemplate& request, const Words& words);
void write(engine::JsonWriter& writer, const Call& call, const Words& words);

}  // namespace stampede::models::service::container
