#include "explain/predicate_tokens.hpp"

#include <algorithm>

namespace stampede::explain {

void fail_at(const std::string& place, std::uint32_t column, const std::string& message,
             const engine::Hint& hint) {
  throw engine::InputError(engine::Place{place, 1, column}, message, hint);
}

std::vector<Token> tokens_of(std::string_view text, const std::string& place) {
  constexpr std::string_view symbols = "()=!<>";
  constexpr std::string_view spaces = " \t\n";
  std::vector<Token> tokens;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(spaces, at)) != std::string_view::npos) {
    const auto column = static_cast<std::uint32_t>(at + 1);
    const char first = text[at];
    std::size_t end = at + 1;
    if (first == '\'' || first == '"') {
      end = text.find(first, at + 1);
      if (end == std::string_view::npos)
        fail_at(place, column, "the quotation does not end", "close it with the same mark");
      tokens.push_back(
          {Token::Kind::quoted, std::string(text.substr(at + 1, end - at - 1)), column});
      at = end + 1;
      continue;
    }
    Token::Kind kind = Token::Kind::word;
    if (symbols.find(first) != std::string_view::npos) {
      kind = Token::Kind::symbol;
      if (first != '(' && first != ')' && end < text.size() && text[end] == '=') ++end;
    } else {
      end = std::min(text.find_first_of(" \t\n()=!<>'\"", at), text.size());
    }
    tokens.push_back({kind, std::string(text.substr(at, end - at)), column});
    at = end;
  }
  tokens.push_back({Token::Kind::end, "", static_cast<std::uint32_t>(text.size() + 1)});
  return tokens;
}

}  // namespace stampede::explain
