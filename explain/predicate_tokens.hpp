// The words of a predicate, and where they stand. Behind predicate.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"

namespace stampede::explain {

struct Token {
  enum class Kind { word, quoted, symbol, end };
  Kind kind = Kind::end;
  std::string text;
  std::uint32_t column = 0;
  [[nodiscard]] bool is(std::string_view word) const { return kind == Kind::word && text == word; }
  [[nodiscard]] bool is_symbol(std::string_view symbol) const {
    return kind == Kind::symbol && text == symbol;
  }
};

/// The last one is the end. InputError where a quotation has none.
std::vector<Token> tokens_of(std::string_view text, const std::string& place);

/// InputError at this column of the text that `place` names.
[[noreturn]] void fail_at(const std::string& place, std::uint32_t column,
                          const std::string& message, const engine::Hint& hint);

}  // namespace stampede::explain
