// Message and timer types as a world names them: a C++ type plus the path of the part it belongs to
// (`detector.Heartbeat`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/process/instance.hpp"
#include "engine/process/payload.hpp"

namespace stampede::engine {

struct NamedType {
  const PayloadType* payload = nullptr;
  /// What users write: `Prepare`, `detector.Heartbeat`; `instances[].Promise` for all instances of
  /// a map of parts.
  std::string name;
  std::uint64_t name_hash = 0;
  /// Dense position among all named types of this process; for look-ups only, it never leaves the
  /// program.
  std::uint32_t index = 0;
  /// Of the maps on the way to the part, outermost first: what fills the brackets of `name`.
  std::vector<const KeyType*> keys;

  /// `instances[3].Promise`: the name with the keys of one instance. Keys that are nodes go by name
  /// where there are names.
  [[nodiscard]] std::string name_of(const InstancePath& instance,
                                    const NodeNames* names = nullptr) const;
  /// The path with these keys, or nothing where they are not as many, or not of the types, that
  /// this name has.
  [[nodiscard]] std::optional<InstancePath> instance_of(const std::vector<std::string>& keys,
                                                        const NodeNames* names = nullptr) const;
};

/// A name as it is written, taken apart: `a[3].b[r1].Promise` is `a[].b[].Promise` with 3 and r1.
/// Brackets without anything between them are no key.
struct WrittenName {
  std::string type;
  std::vector<std::string> keys;
};
WrittenName split_name(std::string_view written);

/// The one NamedType of `payload` under `path` ("" or "detector."); made at first use, lives as
/// long as the program. AssertionFailed if it was made with other keys.
const NamedType& named_type(const PayloadType& payload, std::string_view path,
                            const std::vector<const KeyType*>& keys);

/// A named type of this name, or nullptr; whichever of several it is, their keys are the same.
const NamedType* find_named_type(std::string_view name);

/// How many named types exist so far; every index is below.
std::size_t named_type_count();

}  // namespace stampede::engine
