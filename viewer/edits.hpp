// What makes one JSON value of another. A log that grows by an entry is told as that entry: whole
// states at every step would take space with the square of a run's length. `edited` of
// viewer/page/src/edits.ts is the other half. An edit is one of
//
//   {"to": value}                     it is all new
//   {"in": [[key, edit], ..]}         what changed in an object, or, by its place, in an array
//   {"at": n, "out": m, "put": [..]}  in an array, m items from place n on made way for these
#pragma once

#include <string_view>

#include "engine/core/json.hpp"

namespace stampede::viewer {

/// Writes the edit that makes `after` of `before`, both compact JSON as JsonWriter writes it, in time
/// linear in their lengths.
void write_edit(engine::JsonWriter& json, std::string_view before, std::string_view after);

}  // namespace stampede::viewer
