// Reads predicates, by recursive descent. Behind predicate.hpp, which has the grammar.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/facts.hpp"
#include "explain/operand.hpp"
#include "explain/predicate_tokens.hpp"

namespace stampede::explain {

class PredicateParser {
 public:
  /// `vocabulary` outlives it.
  PredicateParser(std::string_view text, const Vocabulary& vocabulary, const std::string& place);

  /// The whole text.
  Test predicate();
  /// The whole text, if it is a value and nothing else; else nothing has been read.
  std::optional<Operand> value_alone();
  /// What has been read of `VALUE changes`.
  [[nodiscard]] const std::vector<std::shared_ptr<Changing>>& changing() const { return changing_; }

 private:
  struct Nodes {
    std::vector<NodeId> nodes;
    bool each = false;
    /// As it was written, with the field.
    std::string text;
    std::uint32_t column = 0;
    /// What follows the dot; empty: there is none.
    std::string field;
    [[nodiscard]] std::uint32_t field_column() const {
      return column + static_cast<std::uint32_t>(text.size() - field.size());
    }
  };

  Test alternatives();
  Test conjunction();
  Test negation();
  Test parenthesis();
  Test fact();
  Test fact_of(const Nodes& nodes);
  Test deed(const Deed& deed, const std::optional<Nodes>& nodes);
  std::string object_of(const Deed& deed);
  Test changes(Operand operand);
  Test truth(const Operand& operand) const;
  Test comparison(Operand left, Relation relation, Operand right, std::uint32_t column) const;
  void require_comparable(const Operand& left, Relation relation, const Operand& right,
                          std::uint32_t column) const;

  Operand operand();
  [[nodiscard]] Operand field_of(const Nodes& nodes) const;

  /// NODES, with the field behind them; nothing if something else stands here.
  std::optional<Nodes> selection();
  Nodes selection_by_role();
  /// The node whose name the word begins with, and how long that is; of several the longest.
  [[nodiscard]] std::pair<NodeId, std::size_t> node_in(const std::string& word) const;
  /// The nodes that fit, for what is written with or without a star.
  [[nodiscard]] std::vector<NodeId> nodes_like(const std::string& pattern) const;

  [[nodiscard]] const Token& here() const { return tokens_[position_]; }
  [[nodiscard]] const Token& next() const {
    return tokens_[std::min(position_ + 1, tokens_.size() - 1)];
  }
  const Token& take() { return tokens_[position_++]; }
  bool took(std::string_view word);
  [[nodiscard]] std::string example() const;
  [[noreturn]] void fail(const std::string& message, const engine::Hint& hint) const;
  [[noreturn]] void fail_unknown(std::uint32_t column, std::string_view what,
                                 const std::string& written,
                                 const std::vector<std::string>& known) const;

  const Vocabulary& words_;
  std::string place_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::shared_ptr<Changing>> changing_;
};

}  // namespace stampede::explain
