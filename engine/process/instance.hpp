// Which instance of a part is meant, where parts are kept in maps: the keys on the way to it.
//
// 1. A part in no map has the empty path; in the map of a part that is in a map itself, it has two
//    keys, and so on, outermost first.
// 2. How many keys a path has, and of which types, is known from the layer, message type or timer
//    type it goes with. The keys behind them are 0, so that equal instances have equal paths.
// 3. A path of one key hashes to that key and the empty one to 0.
// 4. A key fits 32 bits, whatever its type could hold: paths travel with every message.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/renaming.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// An identity that can be the key of a map of parts.
template <class Key>
concept InstanceKey = std::is_integral_v<Key> || std::is_enum_v<Key> || detail::IsId<Key>::value;

template <InstanceKey Key>
constexpr Key key_from_word(std::uint32_t word) {
  if constexpr (detail::IsId<Key>::value) {
    return Key{word};
  } else if constexpr (std::is_signed_v<Key>) {
    return static_cast<Key>(static_cast<std::int32_t>(word));
  } else {
    return static_cast<Key>(word);
  }
}

/// A key as paths hold it. AssertionFailed for one that does not fit.
template <InstanceKey Key>
constexpr std::uint32_t key_to_word(Key key) {
  if constexpr (detail::IsId<Key>::value) {
    return key.value;
  } else {
    const auto word = static_cast<std::uint32_t>(key);
    if constexpr (sizeof(Key) > sizeof(word)) ASSERT(key_from_word<Key>(word) == key);
    return word;
  }
}

/// What the engine knows of a type of keys. One per C++ type.
struct KeyType {
  /// Keys are nodes: whoever renames nodes renames them.
  bool is_node = false;
  std::string (*write)(std::uint32_t word) = nullptr;
  /// Nothing for a text that is no key of this type.
  std::optional<std::uint32_t> (*read)(std::string_view text) = nullptr;
};

namespace detail {

template <class Integer>
std::optional<std::uint32_t> read_integer_key(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const auto word = static_cast<std::uint32_t>(value);
  if (key_from_word<Integer>(word) != value) return std::nullopt;
  return word;
}

template <class Key>
std::optional<std::uint32_t> read_key(std::string_view text) {
  if constexpr (DescribedEnum<Key>) {
    std::optional<std::uint32_t> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Key>>([&](auto enumerator) {
      if (text == enumerator.name) found = key_to_word(enumerator.value);
    });
    return found;
  } else if constexpr (std::is_enum_v<Key>) {
    return read_integer_key<std::underlying_type_t<Key>>(text);
  } else if constexpr (IsId<Key>::value) {
    return read_integer_key<std::uint32_t>(text);
  } else if constexpr (std::is_same_v<Key, bool>) {
    return text == "true"    ? std::optional<std::uint32_t>(1)
           : text == "false" ? std::optional<std::uint32_t>(0)
                             : std::nullopt;
  } else {
    return read_integer_key<Key>(text);
  }
}

template <class Key>
std::string write_key(std::uint32_t word) {
  const Key key = key_from_word<Key>(word);
  if constexpr (DescribedEnum<Key>) {
    return boost::describe::enum_to_string(key, "?");
  } else if constexpr (std::is_enum_v<Key>) {
    return std::to_string(static_cast<std::underlying_type_t<Key>>(key));
  } else if constexpr (IsId<Key>::value) {
    return std::to_string(key.value);
  } else if constexpr (std::is_same_v<Key, bool>) {
    return key ? "true" : "false";
  } else {
    return std::to_string(key);
  }
}

template <class Key>
inline const KeyType key_table{std::is_same_v<Key, NodeId>, &write_key<Key>, &read_key<Key>};

}  // namespace detail

template <InstanceKey Key>
const KeyType& key_type() {
  return detail::key_table<Key>;
}

/// The keys on the way to one part.
struct InstancePath {
  static constexpr std::size_t depth_max = 3;
  std::array<std::uint32_t, depth_max> keys{};

  /// The first `depth` keys alone: the path of an owner.
  [[nodiscard]] InstancePath first(std::size_t depth) const {
    InstancePath path;
    for (std::size_t i = 0; i < depth; ++i) path.keys[i] = keys[i];
    return path;
  }
  [[nodiscard]] constexpr std::uint64_t hash() const {
    return (keys[0] | static_cast<std::uint64_t>(keys[1]) << 32) + keys[2] * hash_key;
  }
  // By hand: the compiler makes a call of the comparison of arrays, and this is on the way of every
  // timer.
  friend constexpr bool operator==(const InstancePath& left, const InstancePath& right) {
    return ((left.keys[0] ^ right.keys[0]) | (left.keys[1] ^ right.keys[1]) |
            (left.keys[2] ^ right.keys[2])) == 0;
  }
  friend constexpr auto operator<=>(const InstancePath& left, const InstancePath& right) {
    return left.keys <=> right.keys;
  }
};

BOOST_DESCRIBE_STRUCT(InstancePath, (), (keys))

/// Renames the keys that are nodes; `types` are those of the keys.
inline void rename_keys(InstancePath& instance, const std::vector<const KeyType*>& types,
                        const Renaming& renaming) {
  for (std::size_t level = 0; level < types.size(); ++level) {
    std::uint32_t& key = instance.keys[level];
    if (types[level]->is_node) key = renaming.of(NodeId{key}).value;
  }
}

}  // namespace stampede::engine
