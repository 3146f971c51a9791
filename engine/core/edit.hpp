// What makes one value of another, as JSON: a long row of states is told by what each step changes.
//   {"to": value}                     it is all new
//   {"in": [[key, edit], ..]}         what changed in an object, or, by its place, in an array
//   {"at": n, "out": m, "put": [..]}  in an array, m items from place n on made way for these
//
// 1. Of described values only members that differ are looked into, and of logs only what they do
//    not share: a state with a log of any length is told in time linear in what changed.
// 2. Everything else, and logs that have forgotten their beginning, is written and compared as
//    text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "engine/core/json.hpp"

namespace stampede::engine {

/// Writes the edit that makes `after` of `before`, both compact JSON as JsonWriter writes it, in
/// time linear in their lengths.
void write_text_edit(JsonWriter& json, std::string_view before, std::string_view after);

template <class T>
void write_edit(JsonWriter& json, const T& before, const T& after);

namespace detail {

/// Of logs that have all their entries.
template <IndexedLog T>
void write_log_edit(JsonWriter& json, const T& before, const T& after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  const std::size_t from = before.common_prefix(after);
  std::size_t behind = 0;
  while (behind < shorter - from &&
         before.at(before.size() - behind) == after.at(after.size() - behind))
    ++behind;
  json.begin_object();
  json.key("at").unsigned_integer(from);
  json.key("out").unsigned_integer(before.size() - behind - from);
  json.key("put").begin_array();
  for (std::size_t position = from + 1; position <= after.size() - behind; ++position)
    write(json, after.at(position));
  json.end_array();
  json.end_object();
}

template <Described T>
void write_member_edits(JsonWriter& json, const T& before, const T& after) {
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    const auto& was = before.*member.pointer;
    const auto& is = after.*member.pointer;
    if (was == is) return;
    if constexpr (is_inlined<T, decltype(member)::pointer>()) {
      write_member_edits(json, was, is);
    } else {
      json.begin_array();
      json.text(member.name);
      write_edit(json, was, is);
      json.end_array();
    }
  });
}

}  // namespace detail

/// Writes the edit that makes of `before`, as `write` writes it, `after`.
template <class T>
void write_edit(JsonWriter& json, const T& before, const T& after) {
  if constexpr (IndexedLog<T> && !WritesItself<T>) {
    if (before.base() == 0 && after.base() == 0) return detail::write_log_edit(json, before, after);
  } else if constexpr (Described<T> && !WritesItself<T>) {
    json.begin_object();
    json.key("in").begin_array();
    detail::write_member_edits(json, before, after);
    json.end_array();
    json.end_object();
    return;
  }
  JsonWriter was(json.names());
  JsonWriter is(json.names());
  write(was, before);
  write(is, after);
  write_text_edit(json, was.str(), is.str());
}

}  // namespace stampede::engine
