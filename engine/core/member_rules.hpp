// What a described value may hold. Each rule is told where the value is declared, by the name of
// the member and with the cure, before anything is made of the value: what the compiler says about
// the insides of comparison or JSON is hundreds of lines long.
#pragma once

#include <boost/config/helper_macros.hpp>
#include <boost/describe/detail/pp_for_each.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/core/hash.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

/// A container that knows its own hash (the shared log, payloads).
template <class T>
concept HashesItself = requires(const T& value, Hasher& hasher) {
  value.append_hash(hasher);
};

/// vector, array, set, map: anything with an order of its own.
template <class T>
concept OrderedRange = requires(const T& value) {
  value.begin();
  value.end();
  value.size();
}
&&!std::convertible_to<const T&, std::string_view>;

namespace detail {
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsPair : std::false_type {};
template <class A, class B>
struct IsPair<std::pair<A, B>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class K, class V>
struct IsMap<std::map<K, V>> : std::true_type {};

template <class T>
constexpr bool fits();

template <class... T>
constexpr bool all_fit(const std::variant<T...>*) {
  return (fits<T>() && ...);
}

/// Whether a described value may hold it: with all that is inside a container.
template <class T>
constexpr bool fits() {
  if constexpr (std::is_integral_v<T> || DescribedEnum<T>) {
    return true;
  } else if constexpr (
      !std::is_class_v<T> || requires { typename T::element_type; } ||
      requires { typename T::hasher; }) {
    // Floats, enumerations without a line, addresses, and containers without an order.
    return false;
  } else if constexpr (IsOptional<T>::value) {
    return fits<typename T::value_type>();
  } else if constexpr (IsVariant<T>::value) {
    return all_fit(static_cast<const T*>(nullptr));
  } else if constexpr (IsPair<T>::value) {
    return fits<typename T::first_type>() && fits<typename T::second_type>();
  } else if constexpr (requires { typename T::mapped_type; }) {
    return fits<typename T::key_type>() && fits<typename T::mapped_type>();
  } else if constexpr (Described<T> || HashesItself<T> || IsId<T>::value ||
                       std::is_same_v<T, RequestNumber> || std::is_same_v<T, OperationId> ||
                       std::is_same_v<T, Duration> || std::is_same_v<T, std::string>) {
    return true;
  } else if constexpr (OrderedRange<T> && requires { typename T::value_type; }) {
    return fits<typename T::value_type>();
  } else {
    return OrderedRange<T>;
  }
}

template <class T>
inline constexpr bool is_fit = fits<std::remove_const_t<T>>();

// A constant without an initialiser is allowed exactly where no member would be left without a
// value.
template <class T>
inline constexpr bool leaves_nothing_open = requires {
  new const T;
};

/// Of the list of members.
constexpr bool lists_nothing(std::string_view members) { return members.empty(); }

/// Lets the compiler name the member that is left without a value: the first of the warnings names
/// it shortly, but never the first member, and not in headers of a system.
template <class T>
constexpr bool every_member_needs_an_initialiser_such_as_braces() {
  if constexpr (!leaves_nothing_open<T>) {
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wmissing-field-initializers"
    static_cast<void>(T{{}});
#pragma GCC diagnostic pop
    const T a_member_has_no_initialiser;
  }
  return true;
}

}  // namespace detail
}  // namespace stampede::engine
// NOLINTBEGIN(bugprone-macro-parentheses): what is declared stands without
/// Of one member of T. The condition is a constant with the name of the member, so that compilers
/// show the author's line, not this one; the counter keeps constants of one name apart.
#define STAMPEDE_MEMBER_RULE(T, member)                                                           \
  namespace BOOST_JOIN(stampede_rule_, __COUNTER__) {                                             \
    constexpr bool member = ::stampede::engine::detail::is_fit<decltype(T::member)>;              \
    static_assert(member,                                                                         \
                  #T "::" #member                                                                 \
                     " is no value. Put a line STAMPEDE_VALUE(Type, members...) or "              \
                     "STAMPEDE_ENUM(Type, enumerators...) after its type; for a float, count in " \
                     "integers; for a pointer, hold the value or a NodeId; for an unordered "     \
                     "container, take std::map or std::set");                                     \
  }

/// Of all of them. A value falls into as many names as it has members: where there are others,
/// compilers show the author's line and the last one here.
#define STAMPEDE_VALUE_RULES(T, ...)                                                            \
  __VA_OPT__(                                                                                   \
      [[maybe_unused]] inline void stampede_takes_apart(const T& every_member_must_be_listed) { \
        [[maybe_unused]] const auto& [__VA_ARGS__] = every_member_must_be_listed;               \
      })                                                                                        \
  static_assert(std::is_empty_v<T> == ::stampede::engine::detail::lists_nothing(#__VA_ARGS__),  \
                #T ": STAMPEDE_VALUE must list every member");                                  \
  static_assert(                                                                                \
      ::stampede::engine::detail::every_member_needs_an_initialiser_such_as_braces<T>());       \
  static_assert(::stampede::engine::detail::leaves_nothing_open<T>,                             \
                #T ": give every member an initialiser, for example {}");
// NOLINTEND(bugprone-macro-parentheses)
