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
  [[noreturn]] void fail(const std::string& message, const std::string& hint = {}) const;
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
};

struct Document::Entry {
  std::string key;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  Document value;
};

/// A decimal integer without leading zeros, or an InputError naming the allowed range.
std::int64_t read_integer(const Document& document, std::int64_t low, std::int64_t high);
bool read_boolean(const Document& document);
Duration read_duration(const Document& document);

/// "did you mean 'x'?" for the nearest of `known` within edit distance 2 (transpositions count 1),
/// else empty.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& known);
/// `a, b, c`.
std::string comma_list(const std::vector<std::string>& names);
/// InputError: unknown WHAT 'WRITTEN'. The hint is the nearest of `known` if one is near, else
/// `otherwise`, which lists them all by default.
[[noreturn]] void fail_unknown(const Place& place, std::string_view what, std::string_view written,
                               const std::vector<std::string>& known,
                               const std::string& otherwise = {});

/// Parses JSON text (nlohmann_json); places are lines and columns of `file`.
Document parse_json(std::string_view text, const std::string& file);

template <class T>
void read(const Document& document, T& value);

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

/// Types with a text form of their own provide `read_value(const Document&, T&)`, found by
/// argument-dependent lookup.
template <class T>
concept ReadsItself = requires(const Document& document, T& value) {
  read_value(document, value);
};

template <class T>
void read(const Document& document, T& value) {
  if constexpr (ReadsItself<T>) {
    read_value(document, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = read_boolean(document);
  } else if constexpr (DescribedEnum<T>) {
    const std::string& text = document.scalar("a name");
    bool found = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (text == enumerator.name) {
        value = enumerator.value;
        found = true;
      }
    });
    if (!found) {
      const auto names = enumerator_names<T>();
      const std::string guess = did_you_mean(text, names);
      document.fail("'" + text + "' is not one of: " + comma_list(names), guess);
    }
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
  } else if constexpr (detail::IsId<T>::value) {
    value.value = static_cast<std::uint32_t>(read_integer(document, 0, UINT32_MAX));
  } else if constexpr (std::is_same_v<T, RequestNumber>) {
    value.value = static_cast<std::uint64_t>(read_integer(document, 0, INT64_MAX));
  } else if constexpr (detail::IsOptional<T>::value) {
    if (document.kind == Document::Kind::null) {
      value.reset();
    } else {
      read(document, value.emplace());
    }
  } else if constexpr (requires { value.emplace_back(); }) {
    document.expect_sequence("a list");
    value.clear();
    for (const Document& item : document.items) read(item, value.emplace_back());
  } else {
    static_assert(Described<T>, "this type cannot be read");
    document.expect_keys("a mapping", member_names<T>());
    for_each_shown(value, [&](const char* name, auto& member) {
      if (const Document* written = document.find(name)) read(*written, member);
    });
  }
}

}  // namespace stampede::engine
