// Kv: a map from text keys to text values, the service that most scenarios use. Keys are
// independent of each other.
//
//   { get: x }             {"value":"1"}, or {"value":null} where nothing is stored
//   { put: [x, 1] }        {"ok":true}
//   { append: [x, a] }     {"ok":true}; an absent value counts as the empty text
//   { cas: [x, 1, 2] }     {"ok":true} if x was 1 and now is 2, else {"ok":false}; an absent value
//                          equals nothing
//   { create: [x, 1] }     {"ok":true} if x was absent and now is 1, else {"ok":false}
//   { delete: x }          {"ok":true}, whether x was there or not
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace kv {

struct Get {
  std::string key{};
};
STAMPEDE_VALUE(Get, key);

struct Put {
  std::string key{};
  std::string value{};
};
STAMPEDE_VALUE(Put, key, value);

struct Append {
  std::string key{};
  std::string suffix{};
};
STAMPEDE_VALUE(Append, key, suffix);

struct CompareAndSet {
  std::string key{};
  std::string expected{};
  std::string value{};
};
STAMPEDE_VALUE(CompareAndSet, key, expected, value);

struct Delete {
  std::string key{};
};
STAMPEDE_VALUE(Delete, key);

/// A cas from nothing. Not in generated workloads: there it would hardly ever succeed.
struct Create {
  std::string key{};
  std::string value{};
};
STAMPEDE_VALUE(Create, key, value);

/// What a get found.
struct Found {
  std::optional<std::string> value{};
};
STAMPEDE_VALUE(Found, value);

/// What a change did. Only a cas and a create can fail.
struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace kv

struct KvOperation {
  std::variant<kv::Get, kv::Put, kv::Append, kv::CompareAndSet, kv::Delete, kv::Create> call{};
};
STAMPEDE_VALUE(KvOperation, call);

struct KvResult {
  std::variant<kv::Found, kv::Done> outcome{};
};
STAMPEDE_VALUE(KvResult, outcome);

struct Kv {
  using Operation = KvOperation;
  using Result = KvResult;

  std::map<std::string, std::string> entries{};

  KvResult apply(const KvOperation& operation);

  static const std::string& key(const KvOperation& operation);
  /// A get, and a cas or create that failed. A put of the value that is there already is not pure:
  /// elsewhere it would change something.
  static bool is_pure(const KvOperation& operation, const KvResult& result);
  static std::optional<KvResult> predict(const KvOperation& operation);
  static engine::Shape shape(const KvOperation& operation, const KvResult& result);
  static KvOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static bool uses_earlier_value(std::string_view kind) { return kind == "cas"; }
  static KvOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Kv, entries);

void write_value(engine::JsonWriter& writer, const KvOperation& operation);
void write_value(engine::JsonWriter& writer, const KvResult& result);
/// `{"x":"1"}`.
void write_value(engine::JsonWriter& writer, const Kv& store);

}  // namespace stampede::models::service
