// Described values: one line STAMPEDE_VALUE(T, members...) after an aggregate gives it ==, < and
// hash here, and JSON and strict reading in engine/core/json.hpp and engine/core/document.hpp.
//
// 1. Every member is listed: a forgotten one does not compile. Nor does one that is no value
//    (engine/core/member_rules.hpp), or has no initialiser.
// 2. Equality, order and hash look at members in the listed order, and at nothing else.
// 3. Hashes are those of engine/core/hash.hpp: the same on every compiler and in every build.
#pragma once

#include <array>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/hash.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/member_rules.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public>;

/// Calls `visit(name, pointer_to_member)` for each described member, in order.
template <Described T, class Visit>
constexpr void for_each_member(Visit&& visit) {
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) { visit(member.name, member.pointer); });
}

/// Members that are shown as if what they hold were their owner's own: in JSON, in strict reading,
/// and, for parts of a process, in the names of messages and timers. A described type lists them as
/// `using Inlined = engine::Inlined<&T::member, ...>;`. They are described types themselves.
template <auto... Member>
struct Inlined {
  template <auto Wanted>
  static constexpr bool has = (std::is_same_v<std::integral_constant<decltype(Member), Member>,
                                              std::integral_constant<decltype(Wanted), Wanted>> ||
                               ...);
};

/// Whether T lists its member among its Inlined ones.
template <class T, auto Member>
constexpr bool is_inlined() {
  if constexpr (requires { typename T::Inlined; }) {
    return T::Inlined::template has<Member>;
  } else {
    return false;
  }
}

/// Calls `visit(name, member)` for each member of a described value as it is shown: those of an
/// inlined member in its place.
template <class T, class Visit>
constexpr void for_each_shown(T& value, Visit&& visit) {
  using Plain = std::remove_const_t<T>;
  boost::mp11::mp_for_each<MembersOf<Plain>>([&](auto member) {
    if constexpr (is_inlined<Plain, decltype(member)::pointer>()) {
      for_each_shown(value.*member.pointer, visit);
    } else {
      visit(member.name, value.*member.pointer);
    }
  });
}

/// Calls `visit(name)` for each of these.
template <Described T, class Visit>
constexpr void for_each_shown_name(Visit&& visit) {
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    if constexpr (is_inlined<T, decltype(member)::pointer>()) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
      for_each_shown_name<Member>(visit);
    } else {
      visit(member.name);
    }
  });
}

/// No two members are shown under one name.
template <Described T>
constexpr bool shown_names_differ() {
  if constexpr (requires { typename T::Inlined; }) {
    bool differ = true;
    std::size_t position = 0;
    for_each_shown_name<T>([&](std::string_view name) {
      std::size_t other = 0;
      for_each_shown_name<T>(
          [&](std::string_view earlier) { differ &= other++ >= position || earlier != name; });
      ++position;
    });
    return differ;
  } else {
    return true;
  }
}

/// Member-wise equality of a described value.
template <Described T>
constexpr bool members_equal(const T& left, const T& right) {
  bool equal = true;
  for_each_member<T>([&](const char*, auto pointer) {
    if (equal && !(left.*pointer == right.*pointer)) equal = false;
  });
  return equal;
}

/// Lexicographic order of a described value by its members.
template <Described T>
constexpr bool members_less(const T& left, const T& right) {
  int order = 0;
  for_each_member<T>([&](const char*, auto pointer) {
    if (order != 0) return;
    if (left.*pointer < right.*pointer) {
      order = -1;
    } else if (right.*pointer < left.*pointer) {
      order = 1;
    }
  });
  return order < 0;
}

/// The name a value type was declared with; message and timer types are known to users by it.
template <class T>
constexpr std::string_view type_name() {
  return stampede_type_name(static_cast<const T*>(nullptr));
}

template <class T>
void append_hash(Hasher& hasher, const T& value);

// Inlined by force: the call would cost as much as the word.
template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>)
    [[gnu::always_inline]] inline void append_hash(Hasher& hasher, const T& value) {
  hasher.add(static_cast<std::uint64_t>(value));
}

/// A map from nodes to values.
template <class T>
concept KeyedByNode = OrderedRange<T> && requires {
  typename T::mapped_type;
  requires std::same_as<typename T::key_type, NodeId>;
};

template <class T>
void append_hash(Hasher& hasher, const T& value) {
  if constexpr (HashesItself<T>) {
    value.append_hash(hasher);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    hasher.add_bytes(value);
  } else if constexpr (detail::IsId<T>::value || std::is_same_v<T, RequestNumber>) {
    hasher.add(value.value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    hasher.add(static_cast<std::uint64_t>(value.nanoseconds));
  } else if constexpr (std::is_same_v<T, OperationId>) {
    hasher.add((static_cast<std::uint64_t>(value.client.value) << 32) | value.number);
  } else if constexpr (detail::IsOptional<T>::value) {
    hasher.add(value.has_value() ? 1 : 0);
    if (value) append_hash(hasher, *value);
  } else if constexpr (detail::IsVariant<T>::value) {
    hasher.add(value.index());
    std::visit([&](const auto& alternative) { append_hash(hasher, alternative); }, value);
  } else if constexpr (detail::IsPair<T>::value) {
    append_hash(hasher, value.first);
    append_hash(hasher, value.second);
  } else if constexpr (OrderedRange<T>) {
    hasher.add(value.size());
    for (const auto& element : value) append_hash(hasher, element);
  } else {
    static_assert(Described<T>,
                  "no value: this type needs a line STAMPEDE_VALUE(Type, members...)");
    for_each_member<T>([&](const char*, auto pointer) { append_hash(hasher, value.*pointer); });
  }
}

/// The content hash of any value; equal values have equal hashes in every build.
template <class T>
std::uint64_t hash_of(const T& value) {
  Hasher hasher;
  append_hash(hasher, value);
  return hasher.finish();
}

}  // namespace stampede::engine

/// Describes an aggregate whose members all have default initialisers. Placed after it, in its
/// namespace.
#define STAMPEDE_VALUE(T, ...)                                                            \
  BOOST_DESCRIBE_STRUCT(T, (), (__VA_ARGS__))                                             \
  BOOST_DESCRIBE_PP_FOR_EACH(STAMPEDE_MEMBER_RULE, T, __VA_ARGS__)                        \
  STAMPEDE_VALUE_RULES(T, __VA_ARGS__)                                                    \
  static_assert(::stampede::engine::shown_names_differ<T>(),                              \
                #T ": an inlined member has a member with a name that is taken");         \
  [[maybe_unused]] constexpr std::string_view stampede_type_name(const T*) { return #T; } \
  [[maybe_unused]] inline bool operator==(const T& left, const T& right) {                \
    return ::stampede::engine::members_equal(left, right);                                \
  }                                                                                       \
  [[maybe_unused]] inline bool operator<(const T& left, const T& right) {                 \
    return ::stampede::engine::members_less(left, right);                                 \
  }                                                                                       \
  static_assert(true)

/// Describes an enumeration: its enumerators' names are its text form.
#define STAMPEDE_ENUM(E, ...) BOOST_DESCRIBE_ENUM(E, __VA_ARGS__) static_assert(true)
