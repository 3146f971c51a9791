// JSON writing of described values, by hand into one string (a formatter ten times faster than
// building trees).
//
// With names, a node is written `"r0"`, nobody is `null`, and what is kept by node is an object
// `{"r1":2}`. Without, a node is its number, and what is kept by node a list of pairs.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/names.hpp"
#include "engine/core/value.hpp"

namespace stampede::engine {

/// Appends compact JSON to a string. Commas are its business; balance is the caller's.
class JsonWriter {
 public:
  /// `names` outlive the writer.
  explicit JsonWriter(const NodeNames* names = nullptr) : names_(names) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  JsonWriter& key(std::string_view name);
  void text(std::string_view value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  void boolean(bool value);
  void null();
  void node(NodeId node);
  /// Text that is JSON already.
  void raw(std::string_view json);
  /// For figures of reports only: nothing that reaches a trace is a float.
  void number(double value);

  [[nodiscard]] const NodeNames* names() const { return names_; }
  [[nodiscard]] const std::string& str() const { return out_; }
  [[nodiscard]] std::string take() { return std::move(out_); }
  void clear() {
    out_.clear();
    comma_ = false;
  }

 private:
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
  }
  void close(char bracket) {
    out_ += bracket;
    comma_ = true;
  }

  const NodeNames* names_;
  std::string out_;
  bool comma_ = false;
};

/// `"text"` with JSON escapes; invalid UTF-8 bytes become U+FFFD.
std::string json_quote(std::string_view text);

/// Types with a JSON form of their own provide `write_value(JsonWriter&, const T&)`, found by
/// argument-dependent lookup.
template <class T>
concept WritesItself = requires(JsonWriter& writer, const T& value) {
  write_value(writer, value);
};

/// A log: positions from 1, no iterators.
template <class T>
concept IndexedLog = requires(const T& value) {
  value.prefix_hash(std::size_t{1});
  value.at(std::size_t{1});
};

template <class T>
void write(JsonWriter& writer, const T& value);

namespace detail {
/// An object whose keys are the nodes' names.
template <KeyedByNode T>
void write_by_name(JsonWriter& writer, const T& values) {
  writer.begin_object();
  for (const auto& [node, value] : values) {
    writer.key(writer.names()->of(node));
    write(writer, value);
  }
  writer.end_object();
}

/// Its entries; of a log that stands on a base `{"after": base, "entries": [..]}`.
template <IndexedLog T>
void write_log(JsonWriter& writer, const T& log) {
  if (log.base() != 0) {
    writer.begin_object();
    writer.key("after");
    write(writer, log.base());
    writer.key("entries");
  }
  writer.begin_array();
  for (std::size_t position = log.base() + 1; position <= log.size(); ++position)
    write(writer, log.at(position));
  writer.end_array();
  if (log.base() != 0) writer.end_object();
}
}  // namespace detail

template <class T>
void write(JsonWriter& writer, const T& value) {
  if constexpr (KeyedByNode<T>) {
    if (writer.names() != nullptr) return detail::write_by_name(writer, value);
  }
  if constexpr (WritesItself<T>) {
    write_value(writer, value);
  } else if constexpr (std::is_same_v<T, NodeId>) {
    writer.node(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    writer.boolean(value);
  } else if constexpr (DescribedEnum<T>) {
    writer.text(boost::describe::enum_to_string(value, "?"));
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>) {
      writer.integer(value);
    } else {
      writer.unsigned_integer(value);
    }
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    writer.text(value);
  } else if constexpr (detail::IsId<T>::value || std::is_same_v<T, RequestNumber>) {
    writer.unsigned_integer(value.value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    writer.text(to_string(value));
  } else if constexpr (std::is_same_v<T, OperationId>) {
    writer.text(to_string(value));
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value) {
      write(writer, *value);
    } else {
      writer.null();
    }
  } else if constexpr (detail::IsVariant<T>::value) {
    std::visit(
        [&](const auto& alternative) {
          writer.begin_object();
          writer.key(type_name<std::remove_cvref_t<decltype(alternative)>>());
          write(writer, alternative);
          writer.end_object();
        },
        value);
  } else if constexpr (detail::IsPair<T>::value) {
    writer.begin_array();
    write(writer, value.first);
    write(writer, value.second);
    writer.end_array();
  } else if constexpr (IndexedLog<T>) {
    detail::write_log(writer, value);
  } else if constexpr (requires { value.members(); }) {
    write(writer, value.members());
  } else if constexpr (OrderedRange<T>) {
    writer.begin_array();
    for (const auto& element : value) write(writer, element);
    writer.end_array();
  } else {
    static_assert(Described<T>,
                  "this type cannot be written: give it a STAMPEDE_VALUE or STAMPEDE_ENUM line");
    writer.begin_object();
    for_each_shown(value, [&](const char* name, const auto& member) {
      writer.key(name);
      write(writer, member);
    });
    writer.end_object();
  }
}

template <class T>
std::string to_json(const T& value, const NodeNames* names = nullptr) {
  JsonWriter writer(names);
  write(writer, value);
  return writer.take();
}

}  // namespace stampede::engine
