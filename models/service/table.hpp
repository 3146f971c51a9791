// Table: rows under keys, each with attributes, found by key or by the value of an attribute.
//
//   { insert: [k, { color: red }] }    {"ok":true} if there was no such row, else {"ok":false}
//   { update: [k, { color: blue }] }   {"ok":true} if there was one: it gets these attributes
//   { delete: k }                      {"ok":true} if there was one
//   { get: k }                         {"row":{"color":"red"}}, or {"row":null}
//   { search: [color, red] }           {"keys":["k"]}: of all rows whose color is red, in order
//
// A search may depend on any row, so a history with one is judged as a whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace table {

/// Attributes with their values.
struct Row {
  std::map<std::string, std::string> attributes{};
};
STAMPEDE_VALUE(Row, attributes);

struct Get {
  std::string key{};
};
STAMPEDE_VALUE(Get, key);

struct Insert {
  std::string key{};
  Row row{};
};
STAMPEDE_VALUE(Insert, key, row);

struct Update {
  std::string key{};
  Row row{};
};
STAMPEDE_VALUE(Update, key, row);

struct Delete {
  std::string key{};
};
STAMPEDE_VALUE(Delete, key);

struct Search {
  std::string attribute{};
  std::string value{};
};
STAMPEDE_VALUE(Search, attribute, value);

/// What a get found.
struct Found {
  std::optional<Row> row{};
};
STAMPEDE_VALUE(Found, row);

/// Keys that a search found, ascending.
struct Matches {
  std::vector<std::string> keys{};
};
STAMPEDE_VALUE(Matches, keys);

/// What a change did.
struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

void write_value(engine::JsonWriter& writer, const Row& row);
void read_value(const engine::Document& document, Row& row);

}  // namespace table

struct TableOperation {
  std::variant<table::Get, table::Insert, table::Update, table::Delete, table::Search> call{};
};
STAMPEDE_VALUE(TableOperation, call);

struct TableResult {
  std::variant<table::Found, table::Matches, table::Done> outcome{};
};
STAMPEDE_VALUE(TableResult, outcome);

struct Table {
  using Operation = TableOperation;
  using Result = TableResult;

  std::map<std::string, table::Row> rows{};

  TableResult apply(const TableOperation& operation);

  static std::optional<std::vector<std::string_view>> keys(const TableOperation& operation);
  /// A get, a search, and a change that did not find, or found, the row.
  static bool is_pure(const TableOperation& operation, const TableResult& result);
  static TableOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static bool uses_earlier_value(std::string_view) { return false; }
  static TableOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Table, rows);

void write_value(engine::JsonWriter& writer, const TableOperation& operation);
void write_value(engine::JsonWriter& writer, const TableResult& result);
/// `{"k":{"color":"red"}}`.
void write_value(engine::JsonWriter& writer, const Table& store);

}  // namespace stampede::models::service
