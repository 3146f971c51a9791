// The tree of parts of a process type: the root process, components embedded in it, and so on. It
// is built once per process type, by engine/process/layer_builder.hpp.
//
// 1. A part kept in a map has one layer for all its instances; an InstancePath says which is meant.
// 2. An inlined part has the path of its owner.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/process/named_type.hpp"
#include "engine/process/payload.hpp"

namespace stampede::engine {

class Context;
class Group;
class Source;
struct Observation;

/// Something unique for each member that is a part.
template <auto Member>
inline constexpr char member_identity = 0;

struct Layer {
  using IndicationHandler = void (*)(void* owner, const void* indication, const Source&, Context&);

  const Layer* parent = nullptr;
  /// Dense among the layers of its process type, owners before their parts: 0 is the process.
  std::uint32_t index = 0;
  /// What the names of its messages and timers begin with: "", `detector.`, `instances[].`.
  std::string path;
  /// The type of the value, and of the keys that say which one, outermost first.
  const PayloadType* value_type = nullptr;
  std::vector<const KeyType*> keys;
  /// Its owner's member (member_identity), and that member's name; nothing for the root.
  const char* member = nullptr;
  std::string member_name;
  /// In no map of parts: how far behind the root's value this one lies.
  std::size_t offset = 0;
  /// This part inside its owner; for maps of parts, the one with this key (made when absent).
  void* (*locate)(void* owner, std::uint32_t key) = nullptr;
  /// For maps of parts, else nullptr: the key of the value at this address.
  bool (*find_key)(void* owner, const void* part, std::uint32_t& key) = nullptr;
  /// For maps of parts: whether there is such an instance, and taking it away.
  bool (*has_instance)(const void* owner, std::uint32_t key) = nullptr;
  void (*erase_instance)(void* owner, std::uint32_t key) = nullptr;
  /// For maps of parts: the keys of all instances, ascending.
  std::vector<std::uint32_t> (*instances)(const void* owner) = nullptr;
  /// The durable member of this value; nullptr without.
  Payload (*save)(const void* value) = nullptr;
  void (*restore)(void* value, const Payload& cell) = nullptr;
  /// What this value shows of itself, and the digest of the service state in it; nullptr where it
  /// shows nothing (clients) and has none.
  void (*observe)(const void* value, NodeId self, const Group&, Observation&) = nullptr;
  std::uint64_t (*state_digest)(const void* value) = nullptr;
  /// By PayloadType::key; nullptr where the type is not this layer's. Indications are what this
  /// part may tell, with the handler of its owner.
  std::vector<const NamedType*> messages;
  std::vector<const NamedType*> timers;
  std::vector<IndicationHandler> indications;
  std::vector<std::unique_ptr<Layer>> parts;
  /// Type of this layer's options, and where they lie within those of the root; nullptr where none
  /// are declared.
  const PayloadType* options = nullptr;
  std::size_t options_offset = 0;

  [[nodiscard]] bool is_map() const { return find_key != nullptr; }
  /// The value of this layer inside the root's.
  [[nodiscard]] void* locate_in(void* root, const InstancePath& instance) const {
    if (keys.empty()) return static_cast<std::byte*>(root) + offset;
    return locate_instance_in(root, instance);
  }
  /// The same to be looked at; nullptr where there is no such instance.
  [[nodiscard]] const void* find_in(const void* root, const InstancePath& instance) const {
    if (keys.empty()) return static_cast<const std::byte*>(root) + offset;
    return find_instance_in(root, instance);
  }
  /// The members on the way from the root: `hall.front`, `instances[]`; empty for the root.
  [[nodiscard]] std::string members() const;
  /// `'House'`, or `'Door' (hall.front of 'House')`: for messages about mistakes.
  [[nodiscard]] std::string description() const;

 private:
  [[nodiscard]] void* locate_instance_in(void* root, const InstancePath& instance) const;
  [[nodiscard]] const void* find_instance_in(const void* root, const InstancePath& instance) const;
};

/// Who indicated something, seen from the owner.
class Source {
 public:
  Source(const Layer& part, const InstancePath& instance) : part_(part), instance_(instance) {}

  /// It is this part of the owner; of a map of parts, any.
  template <auto Member>
  [[nodiscard]] bool is() const {
    return part_.member == &member_identity<Member>;
  }
  /// Of a map of parts: which. AssertionFailed for any other part and any other type of keys.
  template <InstanceKey Key>
  [[nodiscard]] Key key() const {
    return key_from_word<Key>(word(key_type<Key>()));
  }

 private:
  [[nodiscard]] std::uint32_t word(const KeyType& wanted) const;

  const Layer& part_;
  const InstancePath& instance_;
};

}  // namespace stampede::engine
