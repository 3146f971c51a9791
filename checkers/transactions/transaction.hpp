// What judges of isolation are given: transactions with what each of them read and wrote, and from
// when to when it ran.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::checkers {

/// One read or write inside a transaction.
struct MicroOperation {
  enum class Kind : std::uint8_t { append, write, read_list, read_value };
  Kind kind = Kind::read_value;
  std::string key;
  /// append, write: what; read_value: what was seen. Nothing: absent, or not known.
  std::optional<std::string> value;
  /// read_list: what was seen; nothing if not known.
  std::optional<std::vector<std::string>> list;

  [[nodiscard]] bool writes() const { return kind == Kind::append || kind == Kind::write; }
};

struct Transaction {
  enum class Outcome : std::uint8_t { committed, aborted, unknown };
  std::uint32_t client = 0;
  std::uint64_t invoked_at = 0;
  std::uint64_t responded_at = engine::HistoryOperation::open;
  /// For people.
  std::int64_t invoked_time = 0;
  std::int64_t responded_time = 0;
  Outcome outcome = Outcome::unknown;
  std::vector<MicroOperation> operations;
};

}  // namespace stampede::checkers
