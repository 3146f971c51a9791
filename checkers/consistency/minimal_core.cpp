#include "checkers/consistency/minimal_core.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "checkers/open_shape.hpp"
#include "checkers/value_pool.hpp"
#include "checkers/witness.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;
using engine::Shape;
using Positions = std::vector<std::size_t>;

std::string_view key_of(const HistoryOperation& operation, const engine::ServiceType& type) {
  return type.key == nullptr ? "" : type.key(operation.operation);
}

class Moves {
 public:
  Moves(const engine::History& history, const engine::ServiceType& type, Patience& patience)
      : history_(history), type_(type), patience_(patience) {}

  /// Groups of operations that may go together; kinds of groups with a lower number are coarser.
  static constexpr std::size_t kinds = 3;
  [[nodiscard]] std::vector<Positions> of(const Positions& left, std::size_t kind) const {
    if (kind == 0) return by_key(left);
    return kind == 1 ? by_value(left) : pure(left);
  }

 private:
  [[nodiscard]] const HistoryOperation& at(std::size_t position) const {
    patience_.spend(4);
    return history_.operations()[position];
  }

  [[nodiscard]] std::vector<Positions> by_key(const Positions& left) const {
    std::map<std::string_view, Positions> groups;
    for (const std::size_t position : left) groups[key_of(at(position), type_)].push_back(position);
    return values_of(groups);
  }

  [[nodiscard]] std::vector<Positions> pure(const Positions& left) const {
    std::vector<Positions> groups;
    for (const std::size_t position : left) {
      const HistoryOperation& operation = at(position);
      const bool is_pure =
          operation.is_open()
              ? only_reads(open_shape(type_, operation.operation))
              : type_.is_pure != nullptr && type_.is_pure(operation.operation, operation.result);
      if (is_pure) groups.push_back({position});
    }
    return groups;
  }

  /// None of a key where something is no read, write or cas that succeeded.
  [[nodiscard]] std::vector<Positions> by_value(const Positions& left) const {
    ValuePool keys;
    ValuePool values;  // each of one key
    std::vector<std::uint32_t> key_of_value;
    std::vector<std::uint32_t> link;
    const auto number_of = [&](const engine::ShapeValue& value, std::uint32_t key) {
      const std::uint32_t number = values.intern(value, key);
      if (number == link.size()) {
        link.push_back(number);
        key_of_value.push_back(key);
      }
      return number;
    };
    const auto root = [&](std::uint32_t value) {
      while (link[value] != value) value = link[value];
      return value;
    };
    std::set<std::uint32_t> refused;
    std::map<std::size_t, std::uint32_t> value_of;
    std::vector<KeptShape> shapes;  // values may refer to them
    shapes.reserve(left.size());
    for (const std::size_t position : left) {
      const Shape& shape = shapes.emplace_back(shape_of(type_, at(position))).shape;
      const std::uint32_t key = keys.intern(key_of(at(position), type_));
      if (shape.kind == Shape::Kind::read) {
        value_of[position] = number_of(shape.reads, key);
      } else if (shape.kind == Shape::Kind::write) {
        value_of[position] = number_of(shape.writes, key);
      } else if (shape.kind == Shape::Kind::cas) {
        value_of[position] = number_of(shape.writes, key);
        link[root(number_of(shape.reads, key))] = root(value_of[position]);
      } else {
        refused.insert(key);
      }
    }
    std::map<std::uint32_t, Positions> groups;
    for (const auto& [position, value] : value_of) {
      patience_.spend(8);
      if (refused.count(key_of_value[value]) == 0) groups[root(value)].push_back(position);
    }
    return values_of(groups);
  }

  template <class Groups>
  static std::vector<Positions> values_of(const Groups& groups) {
    std::vector<Positions> values;
    values.reserve(groups.size());
    for (const auto& [key, group] : groups) values.push_back(group);
    return values;
  }

  const engine::History& history_;
  const engine::ServiceType& type_;
  Patience& patience_;
};

Positions without(const Positions& left, const std::vector<Positions>& groups, std::size_t begin,
                  std::size_t end, Patience& patience) {
  Positions gone;
  for (std::size_t group = begin; group < end; ++group) {
    gone.insert(gone.end(), groups[group].begin(), groups[group].end());
  }
  std::sort(gone.begin(), gone.end());
  Positions kept;
  auto next = gone.begin();
  for (const std::size_t position : left) {
    patience.spend();
    while (next != gone.end() && *next < position) ++next;
    if (next == gone.end() || *next != position) kept.push_back(position);
  }
  return kept;
}

}  // namespace

MinimalCore find_minimal_core(const engine::History& history, const engine::ServiceType& type,
                              const std::function<bool(const engine::History&)>& fails,
                              Patience& patience, std::uint64_t operations_max) {
  const Moves moves(history, type, patience);
  MinimalCore core;
  Positions& left = core.positions;
  left.resize(history.operations().size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::uint64_t judged = 0;
  const auto still_fails = [&](const Positions& positions) {
    if (judged > operations_max) return false;
    judged += positions.size();
    return fails(sub_history(history, positions, {}, patience));
  };
  try {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t kind = 0; kind < Moves::kinds; ++kind) {
        const std::vector<Positions> groups = moves.of(left, kind);
        // Large chunks from the end first; a group that went is looked for in vain, which is cheap.
        for (std::size_t chunk = groups.size(); chunk > 0; chunk /= 2) {
          for (std::size_t end = groups.size(); end > 0;) {
            const std::size_t begin = end > chunk ? end - chunk : 0;
            Positions kept = without(left, groups, begin, end, patience);
            if (kept.size() < left.size() && still_fails(kept)) {
              left = std::move(kept);
              again = true;
            }
            end = begin;
          }
        }
      }
    }
  } catch (const Stopped& stopped) {
    core.limit = stopped.reason();
  }
  return core;
}

}  // namespace stampede::checkers
