#include "engine/core/edit.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/core/json_text.hpp"

namespace stampede::engine {
namespace {

/// Of an object, or an item of an array, which has no key.
struct Member {
  /// In its quotes.
  std::string_view key;
  std::string_view value;

  bool operator==(const Member& other) const = default;
};

/// Whether this value, and no longer one, is at this place.
bool is_at(std::string_view json, std::size_t at, std::string_view value) {
  if (json.compare(at, value.size(), value) != 0) return false;
  const char behind = json[at + value.size()];
  return behind == ',' || behind == '}' || behind == ']';
}

/// What is as in `like` is compared at once, not read letter by letter.
std::vector<Member> members_in(std::string_view json, const std::vector<Member>& like = {}) {
  std::vector<Member> members;
  const bool has_keys = json.front() == '{';
  for (std::size_t at = 1; at + 1 < json.size(); ++at) {
    Member member;
    if (has_keys) {
      const std::size_t colon = end_of_text(json, at);
      member.key = json.substr(at, colon - at);
      at = colon + 1;
    }
    const std::size_t place = members.size();
    const bool is_like = place < like.size() && is_at(json, at, like[place].value);
    const std::size_t end = is_like ? at + like[place].value.size() : end_of_value(json, at);
    member.value = json.substr(at, end - at);
    members.push_back(member);
    at = end;
  }
  return members;
}

void write_whole(JsonWriter& json, std::string_view value) {
  json.begin_object();
  json.key("to").raw(value);
  json.end_object();
}

void write_object_edit(JsonWriter& json, const std::vector<Member>& before,
                       const std::vector<Member>& after) {
  json.begin_object();
  json.key("in").begin_array();
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before[i] == after[i]) continue;
    json.begin_array();
    json.raw(after[i].key);
    write_text_edit(json, before[i].value, after[i].value);
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

void write_item_edit(JsonWriter& json, std::size_t place, const Member& before,
                     const Member& after) {
  json.begin_object();
  json.key("in").begin_array();
  json.begin_array();
  json.unsigned_integer(place);
  write_text_edit(json, before.value, after.value);
  json.end_array();
  json.end_array();
  json.end_object();
}

void write_array_edit(JsonWriter& json, const std::vector<Member>& before,
                      const std::vector<Member>& after) {
  const auto from = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto back = std::mismatch(before.rbegin(), std::make_reverse_iterator(from.first),
                                  after.rbegin(), std::make_reverse_iterator(from.second));
  const auto place = static_cast<std::size_t>(from.first - before.begin());
  const auto out = back.first.base() - from.first;
  const auto put = back.second.base() - from.second;
  if (out == 1 && put == 1) return write_item_edit(json, place, *from.first, *from.second);
  json.begin_object();
  json.key("at").unsigned_integer(place);
  json.key("out").integer(out);
  json.key("put").begin_array();
  std::for_each(from.second, back.second.base(),
                [&](const Member& member) { json.raw(member.value); });
  json.end_array();
  json.end_object();
}

bool have_same_keys(const std::vector<Member>& before, const std::vector<Member>& after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const Member& one, const Member& other) { return one.key == other.key; });
}

}  // namespace

void write_text_edit(JsonWriter& json, std::string_view before, std::string_view after) {
  const char bracket = before.front();
  if (bracket != after.front() || (bracket != '{' && bracket != '['))
    return write_whole(json, after);
  const std::vector<Member> was = members_in(before);
  const std::vector<Member> is = members_in(after, was);
  if (bracket == '[') return write_array_edit(json, was, is);
  if (have_same_keys(was, is)) return write_object_edit(json, was, is);
  write_whole(json, after);
}

}  // namespace stampede::engine
