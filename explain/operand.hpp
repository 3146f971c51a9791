// The values that predicates compare: fields of states, what a world shows, constants. Behind
// predicate.hpp, which says what they mean.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/moment.hpp"

namespace stampede::explain {

struct Operand {
  enum class Type { unknown, number, truth, word, time, whole };

  /// As it was written.
  std::string text;
  std::uint32_t column = 0;
  /// Of what is a field: which.
  std::string field;
  /// Whose value it is; no_node for what is nobody's.
  std::vector<NodeId> nodes{no_node};
  /// All of them are meant, not one.
  bool each = false;
  Type type = Type::unknown;
  bool is_constant = false;
  std::function<std::optional<engine::Document>(Moment&, NodeId)> value;

  /// Whether `fact` is true of one of the nodes, or of each.
  [[nodiscard]] bool of_nodes(const std::function<bool(NodeId)>& fact) const;
};

/// `view_number`, `log[2].view`, `log.size`, in a state.
class Field {
 public:
  /// Nothing if it is not written like one.
  static std::optional<Field> read(std::string_view text);

  /// The value, or nothing if it is not there.
  [[nodiscard]] std::optional<engine::Document> in(const engine::Document& state) const;

  /// What a state tells of it that has all members that states of its type have.
  struct Found {
    bool exists = false;
    Operand::Type type = Operand::Type::unknown;
    /// Where there is no such member: what was looked for, and what there is.
    std::string missing;
    std::vector<std::string> known;
  };
  [[nodiscard]] Found find(const engine::Document& state, const engine::NodeNames& names) const;

 private:
  struct Place {
    /// Empty: a position.
    std::string member;
    std::size_t position = 0;
  };
  std::vector<Place> places_;
};

/// A value that is asked for at every moment, so that it is known at the next one.
struct Changing {
  Operand operand;
  /// By node; nothing before the first moment.
  std::optional<std::vector<std::optional<engine::Document>>> values{};
  /// It is another one than at the moment before.
  bool changes = false;

  void look(Moment& moment);
};

Operand::Type type_of(const engine::Document& value);
/// `a number`, as in messages.
const char* type_text(Operand::Type type);

/// `leader`, `step`, `time`; nothing for another name.
std::optional<Operand> world_operand(const std::string& name);
/// A constant: a number, a truth value, `nobody`, a duration, else a word. Nothing for what begins
/// like a number and is none.
std::optional<Operand> constant_operand(const std::string& text, bool quoted);

enum class Relation { equal, different, less, less_or_equal, greater, greater_or_equal };
bool related(const std::optional<engine::Document>& left, Relation relation,
             const std::optional<engine::Document>& right);

}  // namespace stampede::explain
