// What grows at a node: a collection that a model names, so that a scenario can bound it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "engine/process/process.hpp"

namespace stampede::engine {

/// Nobody asks for its size unless a scenario bounds it.
struct Collection {
  std::string name;
  /// How many elements the process holds; nothing if it is of a type that has no such collection.
  /// O(1).
  std::optional<std::uint64_t> (*size)(const ProcessValue& process) = nullptr;
};

namespace detail {

template <class P, class Member>
P owner_of(Member P::*);

}  // namespace detail

/// The member of a process, or of a member of it: `collection_of<&Replica::core, &Core::waiting>`.
template <auto first, auto... further>
Collection collection_of(std::string name) {
  using P = decltype(detail::owner_of(first));
  return {std::move(name), [](const ProcessValue& process) -> std::optional<std::uint64_t> {
            const P* owner = process_as<P>(process);
            if (owner == nullptr) return std::nullopt;
            return ((owner->*first).*....*further).size();
          }};
}

}  // namespace stampede::engine
