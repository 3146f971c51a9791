// Counter: a sum. Additions commute, so a lost or repeated one is seen only in the sums that are
// read.
//
//   { add: 3 }    {"ok":true}; negative amounts are allowed, the sum wraps around at 64 bits
//   read          {"value":3}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace counter {

struct Read {};
STAMPEDE_VALUE(Read);

struct Add {
  std::int64_t amount = 0;
};
STAMPEDE_VALUE(Add, amount);

struct Found {
  std::int64_t value = 0;
};
STAMPEDE_VALUE(Found, value);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace counter

struct CounterOperation {
  std::variant<counter::Read, counter::Add> call{};
};
STAMPEDE_VALUE(CounterOperation, call);

struct CounterResult {
  std::variant<counter::Found, counter::Done> outcome{};
};
STAMPEDE_VALUE(CounterResult, outcome);

struct Counter {
  using Operation = CounterOperation;
  using Result = CounterResult;

  std::int64_t sum = 0;

  CounterResult apply(const CounterOperation& operation);

  static bool is_pure(const CounterOperation& operation, const CounterResult& result);
  static std::optional<CounterResult> predict(const CounterOperation& operation);
  static engine::Shape shape(const CounterOperation& operation, const CounterResult& result);
  static CounterOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  /// Amounts 1 .. 100, derived from the unique value.
  static CounterOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Counter, sum);

void write_value(engine::JsonWriter& writer, const CounterOperation& operation);
void write_value(engine::JsonWriter& writer, const CounterResult& result);

}  // namespace stampede::models::service
