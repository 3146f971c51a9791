// Renaming the identities inside a value: what symmetry reduction does to whole worlds.
//
// 1. Only typed identities are renamed: NodeId, ClientId, and what is made of them (NodeSet,
//    PerNode, OperationId). A number that happens to equal one is left alone.
// 2. A type that cannot be renamed does not compile.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/per_node.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// A permutation of nodes; clients stay who they are.
struct Renaming {
  std::vector<NodeId> nodes;

  [[nodiscard]] NodeId of(NodeId node) const {
    return node.value < nodes.size() ? nodes[node.value] : node;
  }
};

/// A type that renames itself, for those that hide their members: `rename(value, renaming)` found
/// by argument-dependent look-up.
template <class T>
concept RenamesItself = requires(T& value, const Renaming& renaming) {
  rename_value(value, renaming);
};

template <class T>
void rename_ids(T& value, const Renaming& renaming);

inline void rename_value(NodeSet& set, const Renaming& renaming) {
  NodeSet renamed;
  for (const NodeId node : set.members()) renamed.insert(renaming.of(node));
  set = renamed;
}

template <class T>
void rename_value(PerNode<T>& values, const Renaming& renaming) {
  PerNode<T> renamed;
  for (const auto& [node, value] : values) {
    T copy = value;
    rename_ids(copy, renaming);
    renamed[renaming.of(node)] = std::move(copy);
  }
  values = std::move(renamed);
}

template <class T>
void rename_ids(T& value, const Renaming& renaming) {
  if constexpr (std::is_same_v<T, NodeId>) {
    value = renaming.of(value);
  } else if constexpr (RenamesItself<T>) {
    rename_value(value, renaming);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> ||
                       std::convertible_to<const T&, std::string_view> || detail::IsId<T>::value ||
                       std::is_same_v<T, RequestNumber> || std::is_same_v<T, Duration> ||
                       std::is_same_v<T, OperationId>) {
    // Nothing in it.
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value) rename_ids(*value, renaming);
  } else if constexpr (detail::IsVariant<T>::value) {
    std::visit([&](auto& alternative) { rename_ids(alternative, renaming); }, value);
  } else if constexpr (detail::IsPair<T>::value) {
    rename_ids(value.first, renaming);
    rename_ids(value.second, renaming);
  } else if constexpr (requires { typename T::key_type; }) {
    T renamed;
    for (const auto& element : value) {
      if constexpr (requires { typename T::mapped_type; }) {
        auto key = element.first;
        auto mapped = element.second;
        rename_ids(key, renaming);
        rename_ids(mapped, renaming);
        renamed.emplace(std::move(key), std::move(mapped));
      } else {
        auto key = element;
        rename_ids(key, renaming);
        renamed.insert(std::move(key));
      }
    }
    value = std::move(renamed);
  } else if constexpr (OrderedRange<T>) {
    for (auto& element : value) rename_ids(element, renaming);
  } else {
    static_assert(Described<T>, "this type cannot be renamed: give it a STAMPEDE_VALUE line");
    for_each_member<T>([&](const char*, auto pointer) { rename_ids(value.*pointer, renaming); });
  }
}

}  // namespace stampede::engine
