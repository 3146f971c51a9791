// Message and timer types as a world names them: a C++ type plus the path of the part it belongs to
// (`detector.Heartbeat`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/process/payload.hpp"

namespace stampede::engine {

struct NamedType {
  const PayloadType* payload = nullptr;
  /// What users write: `Prepare`, `detector.Heartbeat`, `instances[].Promise`.
  std::string name;
  std::uint64_t name_hash = 0;
  /// Dense position among all named types of this process; for look-ups only, it never leaves the
  /// program.
  std::uint32_t index = 0;
  /// The part is a map of parts: messages carry which one.
  bool keyed = false;
};

/// The one NamedType of `payload` under `path` ("" or "detector."); made at first use, lives as
/// long as the program.
const NamedType& named_type(const PayloadType& payload, std::string_view path, bool keyed);

/// How many named types exist so far; every index is below.
std::size_t named_type_count();

}  // namespace stampede::engine
