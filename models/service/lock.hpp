// Lock: one lock with fencing tokens. Each acquisition gets a token larger than all before it, so
// that what the lock protects can refuse a holder that lost the lock without noticing. Not
// reentrant: a second acquire by the holder is refused.
//
//   { acquire: c0 }    {"token":1}, or {"token":null} if somebody holds it
//   { release: 1 }     {"ok":true} if the lock is held under that token, else {"ok":false}
//   { release: 0 }     whatever the token (none is ever 0): for administrators and for generated
//                      workloads
//   read               {"owner":"c0","token":1}; the owner is null if nobody holds it, the token is
//                      the last one given
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/process/service.hpp"

namespace stampede::models::service {

namespace lock {

struct Read {};
STAMPEDE_VALUE(Read);

struct Acquire {
  std::string owner{};
};
STAMPEDE_VALUE(Acquire, owner);

struct Release {
  std::uint64_t token = 0;
};
STAMPEDE_VALUE(Release, token);

struct Found {
  std::optional<std::string> owner{};
  std::uint64_t token = 0;
};
STAMPEDE_VALUE(Found, owner, token);

/// The token of an acquisition; nothing if it was refused.
struct Granted {
  std::optional<std::uint64_t> token{};
};
STAMPEDE_VALUE(Granted, token);

struct Released {
  bool ok = true;
};
STAMPEDE_VALUE(Released, ok);

}  // namespace lock

struct LockOperation {
  std::variant<lock::Read, lock::Acquire, lock::Release> call{};
};
STAMPEDE_VALUE(LockOperation, call);

struct LockResult {
  std::variant<lock::Found, lock::Granted, lock::Released> outcome{};
};
STAMPEDE_VALUE(LockResult, outcome);

struct Lock {
  using Operation = LockOperation;
  using Result = LockResult;

  std::optional<std::string> owner{};
  /// The last token given; 0 before the first acquisition.
  std::uint64_t token = 0;

  LockResult apply(const LockOperation& operation);

  /// A read, a refused acquire, and a release of a lock that was not held under its token.
  static bool is_pure(const LockOperation& operation, const LockResult& result);
  static engine::Shape shape(const LockOperation& operation, const LockResult& result);
  static LockOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds();
  static LockOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(Lock, owner, token);

void write_value(engine::JsonWriter& writer, const LockOperation& operation);
void write_value(engine::JsonWriter& writer, const LockResult& result);

}  // namespace stampede::models::service
