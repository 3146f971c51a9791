// Transactions: a store of registers and lists whose operations are lists of steps, done together
// or not at all. Registers and lists have keys of their own.
//
//   { transaction: [{ read: x }, { write: [x, 1] }, { list: y }, { append: [y, a] }] }
//       {"results":[{"value":null},{"ok":true},{"values":[]},{"ok":true}]}: what each step saw or
//       did
//
// The workload kinds: `read` only reads, `write` reads and writes registers, `append` reads and
// appends to lists. Reads tell who wrote what they saw, so isolation can be judged.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace transactions {

struct Read {
  std::string key{};
};
STAMPEDE_VALUE(Read, key);

struct Write {
  std::string key{};
  std::string value{};
};
STAMPEDE_VALUE(Write, key, value);

struct List {
  std::string key{};
};
STAMPEDE_VALUE(List, key);

struct Append {
  std::string key{};
  std::string element{};
};
STAMPEDE_VALUE(Append, key, element);

using Step = std::variant<Read, Write, List, Append>;

/// What a read of a register saw.
struct Found {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Found, value);

/// What a read of a list saw.
struct Listed {
  std::vector<std::string> values{};
};
STAMPEDE_VALUE(Listed, values);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

using StepResult = std::variant<Found, Listed, Done>;

}  // namespace transactions

struct TransactionsOperation {
  std::vector<transactions::Step> steps{};
};
STAMPEDE_VALUE(TransactionsOperation, steps);

/// One for each step.
struct TransactionsResult {
  std::vector<transactions::StepResult> results{};
};
STAMPEDE_VALUE(TransactionsResult, results);

struct Transactions {
  using Operation = TransactionsOperation;
  using Result = TransactionsResult;

  std::map<std::string, std::string> registers{};
  std::map<std::string, std::vector<std::string>> lists{};

  TransactionsResult apply(const TransactionsOperation& operation);

  static std::optional<std::vector<std::string_view>> keys(const TransactionsOperation& operation);
  static bool is_pure(const TransactionsOperation& operation, const TransactionsResult& result);
  static std::optional<TransactionsResult> predict(const TransactionsOperation& operation);
  static std::vector<engine::KeyedShape> shapes(const TransactionsOperation& operation,
                                                const TransactionsResult& result);
  static TransactionsOperation parse(const engine::Document& document);
  static TransactionsResult parse_result(const engine::Document& document);
  static std::vector<std::string> kinds();
  static bool uses_earlier_value(std::string_view) { return false; }
  static TransactionsOperation generate(std::string_view kind,
                                        const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Transactions, registers, lists);

void write_value(engine::JsonWriter& writer, const TransactionsOperation& operation);
void write_value(engine::JsonWriter& writer, const TransactionsResult& result);
/// `{"registers":{"x":"1"},"lists":{"y":["a"]}}`.
void write_value(engine::JsonWriter& writer, const Transactions& store);

}  // namespace stampede::models::service
