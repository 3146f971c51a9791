// Questions that somebody writes in SQL about a trace database: answered within limits, and nothing
// is changed or left behind.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace stampede::traces {

struct QueryLimits {
  std::chrono::milliseconds time{2'000};
  std::size_t rows = 1'000;
};

/// NULL, a number, or text; of a blob its hexadecimal digits.
using QueryValue = std::variant<std::monostate, std::int64_t, double, std::string>;

struct QueryResult {
  std::vector<std::string> columns;
  std::vector<std::vector<QueryValue>> rows;
  /// There were no more rows than these.
  bool whole = true;
};

/// Answers one SELECT. InputError if it is something else, is wrong, or takes longer than it may.
QueryResult query(const std::string& database, const std::string& sql, const QueryLimits& limits);

}  // namespace stampede::traces
