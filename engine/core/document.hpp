// A parsed input document (YAML by scenarios, JSON by core): a tree of scalars, sequences and
// mappings that remembers where each piece stood, and strict reading of described values from it.
//
// Strict means: unknown keys, duplicate keys, wrong kinds and out-of-range values are InputErrors
// with place and hint.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/names.hpp"
#include "engine/core/per_node.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

class Document {
 public:
  enum class Kind { null, scalar, sequence, mapping };
  struct Entry;

  Kind kind = Kind::null;
  /// The text of a scalar as written, quotes removed.
  std::string text;
  /// A quoted scalar is a string, whatever it looks like.
  bool quoted = false;
  std::vector<Document> items;
  std::vector<Entry> entries;
  std::shared_ptr<const std::string> file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  [[nodiscard]] bool is_mapping() const { return kind == Kind::mapping; }

  [[nodiscard]] Place place() const;
  /// Throws InputError at this place.
  [[noreturn]] void fail(const std::string& message, const Hint& hint) const;
  /// The value under `key`, or nothing. REQUIRES: a mapping.
  [[nodiscard]] const Document* find(std::string_view key) const;
  /// The value under `key`; InputError when missing.
  [[nodiscard]] const Document& at(std::string_view key) const;
  /// The scalar's text; InputError for any other kind, naming `what` was expected.
  [[nodiscard]] const std::string& scalar(std::string_view what) const;
  /// InputError unless this is a mapping (`what` names it) whose keys are all in `known`.
  void expect_keys(std::string_view what, const std::vector<std::string>& known) const;
  /// InputError unless a sequence.
  void expect_sequence(std::string_view what) const;
  void expect_mapping(std::string_view what) const;
  /// The tree in one line, as flow YAML: for messages and for storing.
  [[nodiscard]] std::string to_text() const;
  /// The same as people write it: only what would be misread otherwise is quoted.
  [[nodiscard]] std::string to_plain_text() const;

  /// The same content, wherever it was written.
  friend bool operator==(const Document& left, const Document& right);
};

struct Document::Entry {
  std::string key;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  Document value;

  /// Where the key stands.
  [[nodiscard]] Place place() const { return {value.place().file, line, column}; }
};

/// A decimal integer without leading zeros, or an InputError naming the allowed range.
std::int64_t read_integer(const Document& document, std::int64_t low, std::int64_t high);
bool read_boolean(const Document& document);
Duration read_duration(const Document& document);
/// A node by its name or its number; nobody is null. Without names, by its number only.
NodeId read_node(const Document& document, const NodeNames* names);
/// `c0.3`.
OperationId read_operation_id(const Document& document);

/// A scalar that says this text, quoted where it would be taken for something else.
Document text_document(std::string_view text);
/// A mapping with these entries.
Document mapping_document(std::vector<std::pair<std::string, Document>> entries);

/// "did you mean 'x'?" for the nearest of `known` within edit distance 2 (transpositions count 1),
/// else empty.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& known);
/// did_you_mean, or all that is known where nothing is near.
Hint nearest(std::string_view written, const std::vector<std::string>& known);
/// `a, b, c`.
std::string comma_list(const std::vector<std::string>& names);
/// InputError: unknown WHAT 'WRITTEN'. The hint is the nearest of `known` if one is near, else
/// `otherwise`, or all that is known.
[[noreturn]] void fail_unknown(const Place& place, std::string_view what, std::string_view written,
                               const std::vector<std::string>& known);
[[noreturn]] void fail_unknown(const Place& place, std::string_view what, std::string_view written,
                               const std::vector<std::string>& known, const Hint& otherwise);
/// InputError: 'WRITTEN' is not one of those that are known.
[[noreturn]] void fail_not_one_of(const Document& document, std::string_view written,
                                  const std::vector<std::string>& known);

/// Parses JSON text (nlohmann_json); places are lines and columns of `file`.
Document parse_json(std::string_view text, const std::string& file);

/// Reads strictly; of described values, members that are not there keep what they had. `names`:
/// of the nodes, for values that refer to them.
template <class T>
void read(const Document& document, T& value, const NodeNames* names = nullptr);

class JsonWriter;
/// As JSON: bare numbers, true and false as they are, every other scalar as a text.
void write_value(JsonWriter& writer, const Document& document);

/// Names of a described enumeration, in order.
template <DescribedEnum E>
std::vector<std::string> enumerator_names() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto enumerator) { names.emplace_back(enumerator.name); });
  return names;
}

/// Names of a described value's members as they are shown.
template <Described T>
std::vector<std::string> member_names() {
  std::vector<std::string> names;
  for_each_shown_name<T>([&](const char* name) { names.emplace_back(name); });
  return names;
}

/// Types with a form of their own that can be taken back provide `read_value(const Document&, T&)`,
/// found by argument-dependent look-up.
template <class T>
concept ReadsItself = requires(const Document& document, T& value) {
  read_value(document, value);
};

namespace detail {

/// Writes itself in a form of its own: reading that is its business too.
template <class T>
concept HasOwnForm = requires(JsonWriter& writer, const T& value) {
  write_value(writer, value);
};

/// A log, a vector: grows at its end.
template <class T>
concept GrowsAtEnd = requires(T& value, const T& other) {
  value.push_back(other.at(1));
  value.truncate(0);
}
|| requires(T& value) { value.emplace_back(); };

template <class T>
struct ElementOf {
  using type = std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>;
};
template <class T>
requires requires(const T& log) { log.prefix_hash(1); }
struct ElementOf<T> {
  using type = std::remove_cvref_t<decltype(std::declval<const T&>().at(1))>;
};

template <class T>
constexpr bool readable();

template <class T>
constexpr bool members_readable() {
  bool all = true;
  for_each_member<T>([&](const char*, auto pointer) {
    all = all && readable<std::remove_cvref_t<decltype(std::declval<T&>().*pointer)>>();
  });
  return all;
}

template <class... T>
constexpr bool all_readable(const std::variant<T...>*) {
  return (readable<T>() && ...);
}

template <class T>
constexpr bool readable() {
  if constexpr (ReadsItself<T>) {
    return true;
  } else if constexpr (HasOwnForm<T>) {
    return false;
  } else if constexpr (std::is_integral_v<T> || DescribedEnum<T> || std::is_same_v<T, Duration> ||
                       std::is_same_v<T, std::string> || IsId<T>::value ||
                       std::is_same_v<T, RequestNumber> || std::is_same_v<T, OperationId> ||
                       std::is_same_v<T, NodeSet>) {
    return true;
  } else if constexpr (IsOptional<T>::value) {
    return readable<typename T::value_type>();
  } else if constexpr (IsVariant<T>::value) {
    return all_readable(static_cast<const T*>(nullptr));
  } else if constexpr (IsPair<T>::value) {
    return readable<typename T::first_type>() && readable<typename T::second_type>();
  } else if constexpr (requires { typename T::mapped_type; }) {
    return readable<typename T::key_type>() && readable<typename T::mapped_type>();
  } else if constexpr (GrowsAtEnd<T> || requires { typename T::key_type; }) {
    return readable<typename ElementOf<T>::type>();
  } else if constexpr (Described<T>) {
    return members_readable<T>();
  } else {
    return false;
  }
}

}  // namespace detail

/// What JsonWriter writes of such a type, `read` takes back.
template <class T>
concept Readable = detail::readable<T>();

namespace detail {

template <DescribedEnum E>
void read_enumerator(const Document& document, E& value) {
  const std::string& text = document.scalar("a name");
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (text == enumerator.name) {
      value = enumerator.value;
      found = true;
    }
  });
  if (found) return;
  fail_not_one_of(document, text, enumerator_names<E>());
}

/// `{Alternative: value}`.
template <class... T>
void read_alternative(const Document& document, std::variant<T...>& value, const NodeNames* names) {
  const std::vector<std::string> known{std::string(type_name<T>())...};
  document.expect_keys("one alternative", known);
  if (document.entries.size() != 1)
    document.fail("expected one alternative", "one key, which is one of: " + comma_list(known));
  const auto& [key, line, column, content] = document.entries.front();
  const auto try_one = [&, &name = key, &inner = content]<class One>(const One*) {
    if (name == type_name<One>()) read(inner, value.template emplace<One>(), names);
  };
  (try_one(static_cast<const T*>(nullptr)), ...);
}

template <class T>
void read_pair(const Document& document, T& value, const NodeNames* names) {
  document.expect_sequence("a pair");
  if (document.items.size() != 2) document.fail("expected a pair", "write [first, second]");
  read(document.items[0], value.first, names);
  read(document.items[1], value.second, names);
}

/// A list of pairs; by node, also a mapping.
template <class T>
void read_map(const Document& document, T& values, const NodeNames* names) {
  values.clear();
  if constexpr (KeyedByNode<T>) {
    if (document.is_mapping()) {
      for (const Document::Entry& entry : document.entries) {
        Document key = text_document(entry.key);
        key.file = document.file;
        key.line = entry.line;
        key.column = entry.column;
        read(entry.value, values[read_node(key, names)], names);
      }
      return;
    }
  }
  document.expect_sequence("a list of pairs");
  for (const Document& item : document.items) {
    std::pair<typename T::key_type, typename T::mapped_type> entry{};
    read_pair(item, entry, names);
    values[entry.first] = std::move(entry.second);
  }
}

template <class T>
void read_list(const Document& document, T& values, const NodeNames* names) {
  document.expect_sequence("a list");
  values = T{};
  for (const Document& item : document.items) {
    if constexpr (requires { values.emplace_back(); }) {
      read(item, values.emplace_back(), names);
    } else {
      typename ElementOf<T>::type element{};
      read(item, element, names);
      if constexpr (GrowsAtEnd<T>) {
        values.push_back(std::move(element));
      } else {
        values.insert(std::move(element));
      }
    }
  }
}

}  // namespace detail

template <class T>
void read(const Document& document, T& value, const NodeNames* names) {
  static_assert(Readable<T>,
                "this type cannot be read: give it a STAMPEDE_VALUE or STAMPEDE_ENUM line");
  if constexpr (ReadsItself<T>) {
    read_value(document, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = read_boolean(document);
  } else if constexpr (DescribedEnum<T>) {
    detail::read_enumerator(document, value);
  } else if constexpr (std::is_integral_v<T>) {
    constexpr std::int64_t low =
        std::is_signed_v<T> ? static_cast<std::int64_t>(std::numeric_limits<T>::min()) : 0;
    constexpr std::int64_t high =
        sizeof(T) == 8 ? INT64_MAX : static_cast<std::int64_t>(std::numeric_limits<T>::max());
    value = static_cast<T>(read_integer(document, low, high));
  } else if constexpr (std::is_same_v<T, Duration>) {
    value = read_duration(document);
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = document.scalar("a text");
  } else if constexpr (std::is_same_v<T, NodeId>) {
    value = read_node(document, names);
  } else if constexpr (detail::IsId<T>::value) {
    value.value = static_cast<std::uint32_t>(read_integer(document, 0, UINT32_MAX));
  } else if constexpr (std::is_same_v<T, RequestNumber>) {
    value.value = static_cast<std::uint64_t>(read_integer(document, 0, INT64_MAX));
  } else if constexpr (std::is_same_v<T, OperationId>) {
    value = read_operation_id(document);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (document.kind == Document::Kind::null) {
      value.reset();
    } else {
      read(document, value.emplace(), names);
    }
  } else if constexpr (detail::IsVariant<T>::value) {
    detail::read_alternative(document, value, names);
  } else if constexpr (detail::IsPair<T>::value) {
    detail::read_pair(document, value, names);
  } else if constexpr (requires { typename T::mapped_type; }) {
    detail::read_map(document, value, names);
  } else if constexpr (std::is_same_v<T, NodeSet>) {
    document.expect_sequence("a list");
    value.clear();
    for (const Document& item : document.items) value.insert(read_node(item, names));
  } else if constexpr (detail::GrowsAtEnd<T> || requires { typename T::key_type; }) {
    detail::read_list(document, value, names);
  } else {
    document.expect_keys("a mapping", member_names<T>());
    for_each_shown(value, [&](const char* name, auto& member) {
      if (const Document* written = document.find(name)) read(*written, member, names);
    });
  }
}

}  // namespace stampede::engine
