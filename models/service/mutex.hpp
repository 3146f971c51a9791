// Mutex: a lock without tokens, as coordination services offer it. Not reentrant: a second acquire
// by the holder is refused.
//
//   { acquire: c0 }    {"ok":true}, or {"ok":false} if somebody holds it
//   { release: c0 }    {"ok":true} if c0 holds it, else {"ok":false}
//   { release: "" }    {"ok":true} if anybody holds it, else {"ok":false}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace mutex {

struct Acquire {
  std::string owner{};
};
STAMPEDE_VALUE(Acquire, owner);

/// An empty owner stands for whoever holds it.
struct Release {
  std::string owner{};
};
STAMPEDE_VALUE(Release, owner);

struct Done {
  bool ok = true;
};
STAMPEDE_VALUE(Done, ok);

}  // namespace mutex

struct MutexOperation {
  std::variant<mutex::Acquire, mutex::Release> call{};
};
STAMPEDE_VALUE(MutexOperation, call);

struct MutexResult {
  std::variant<mutex::Done> outcome{};
};
STAMPEDE_VALUE(MutexResult, outcome);

struct Mutex {
  using Operation = MutexOperation;
  using Result = MutexResult;

  std::optional<std::string> owner{};

  MutexResult apply(const MutexOperation& operation);

  /// Whatever was refused.
  static bool is_pure(const MutexOperation& operation, const MutexResult& result);
  static MutexOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static MutexOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Mutex, owner);

void write_value(engine::JsonWriter& writer, const MutexOperation& operation);
void write_value(engine::JsonWriter& writer, const MutexResult& result);

}  // namespace stampede::models::service
