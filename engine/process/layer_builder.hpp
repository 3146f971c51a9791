// Builds the tree of layers of a process type and the tables of its messages and timers. What is
// declared wrongly is found here, when the type is first used, and named.
//
// 1. Nothing is declared twice: two messages, or two timers, of one name are an error.
// 2. A part's options are a member of its owner's options that has the part's name, or, for an
//    inlined part, the owner's options themselves; a part that takes options gets some.
// 3. What a part indicates, its owner lists and handles.
// 4. Maps of parts are nested InstancePath::depth_max deep at most.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/process/process_type.hpp"

namespace stampede::engine::detail {

/// A part of `owner` that is its member `name`; `key` for a map of parts.
Layer& add_layer(Layer& owner, const PayloadType& value, const std::string& name, bool inlined,
                 const KeyType* key);
/// The name of a message or timer of this layer, from now on taken.
const NamedType& declare_message(ProcessType& type, Layer& layer, const PayloadType& message);
const NamedType& declare_timer(ProcessType& type, Layer& layer, const PayloadType& timer);
[[noreturn]] void fail_without_options(const Layer& part);
[[noreturn]] void fail_unlisted(const Layer& part, const PayloadType& indication);

template <class Table, class Value>
void put(Table& table, std::size_t index, Value value) {
  if (table.size() <= index) table.resize(index + 1);
  table[index] = value;
}

template <class P>
void build_layer(ProcessType& type, Layer& layer);

template <class P, class M>
void add_message(ProcessType& type, Layer& layer) {
  const NamedType& named = declare_message(type, layer, payload_type<M>());
  put(type.messages, named.index,
      ProcessType::MessageEntry{
          &layer, [](void* value, const void* message, NodeId from, Context& context) {
            static_cast<P*>(value)->on(*static_cast<const M*>(message), from, context);
          }});
}

template <class P, class... M>
void add_messages(ProcessType& type, Layer& layer, Messages<M...>) {
  (add_message<P, M>(type, layer), ...);
}

template <class... M>
void add_sends(ProcessType& type, Layer& layer, Messages<M...>) {
  (declare_message(type, layer, payload_type<M>()), ...);
}

template <class P, class T>
void add_timer(ProcessType& type, Layer& layer) {
  const NamedType& named = declare_timer(type, layer, payload_type<T>());
  put(type.timers, named.index,
      ProcessType::TimerEntry{&layer, [](void* value, const void* timer, Context& context) {
                                static_cast<P*>(value)->on(*static_cast<const T*>(timer), context);
                              }});
}

template <class P, class... T>
void add_timers(ProcessType& type, Layer& layer, Timers<T...>) {
  (add_timer<P, T>(type, layer), ...);
}

template <class Owner, class I>
constexpr bool lists_indication() {
  if constexpr (requires { typename Owner::Indications; }) {
    return Owner::Indications::template has<I>;
  } else {
    return false;
  }
}

/// Lets the owner hear `I` of this part.
template <class Owner, class I>
void bind_indication(Layer& part) {
  if constexpr (lists_indication<Owner, I>()) {
    constexpr bool plain = requires(Owner & owner, const I& indication, Context& context) {
      owner.on(indication, context);
    };
    constexpr bool sourced =
        requires(Owner & owner, const I& indication, const Source& source, Context& context) {
      owner.on(indication, source, context);
    };
    static_assert(plain || sourced,
                  "give the owner a handler for this indication of its part: "
                  "void on(const Indication& indication, Context& context);");
    static_assert(!(plain && sourced),
                  "keep one of the two handlers for this indication: with its source or without");
    put(part.indications, payload_type<I>().key,
        Layer::IndicationHandler{[](void* owner, const void* indication,
                                    [[maybe_unused]] const Source& source, Context& context) {
          if constexpr (sourced) {
            static_cast<Owner*>(owner)->on(*static_cast<const I*>(indication), source, context);
          } else {
            static_cast<Owner*>(owner)->on(*static_cast<const I*>(indication), context);
          }
        }});
  } else {
    fail_unlisted(part, payload_type<I>());
  }
}

template <class Owner, class... I>
void bind_indications(Layer& part, Indications<I...>) {
  (bind_indication<Owner, I>(part), ...);
}

template <class Owner, class Part>
void find_options(const Layer& owner, Layer& part) {
  if constexpr (requires { typename Owner::Options; }) {
    using Options = typename Owner::Options;
    const Options sample{};
    for_each_member<Options>([&](const char* name, auto pointer) {
      using Found = std::remove_cvref_t<decltype(sample.*pointer)>;
      if constexpr (std::is_same_v<Found, typename Part::Options>) {
        if (part.member_name != name) return;
        const auto* begin = reinterpret_cast<const std::byte*>(&sample);
        const auto* place = reinterpret_cast<const std::byte*>(&(sample.*pointer));
        part.options = &payload_type<Found>();
        part.options_offset = owner.options_offset + static_cast<std::size_t>(place - begin);
      }
    });
    if constexpr (std::is_same_v<Options, typename Part::Options>) {
      if (part.options == nullptr && part.path == owner.path) {
        part.options = owner.options;
        part.options_offset = owner.options_offset;
      }
    }
  }
  if (part.options == nullptr) fail_without_options(part);
}

template <class P, auto Member>
std::string member_name() {
  std::string found;
  for_each_member<P>([&](const char* name, auto pointer) {
    if constexpr (std::is_same_v<decltype(pointer), decltype(Member)>) {
      if (pointer == Member) found = name;
    }
  });
  return found;
}

template <class P>
void add_durable(ProcessType& type, Layer& layer) {
  static_assert(std::is_member_object_pointer_v<decltype(P::durable)>,
                "say which member is durable: static constexpr auto durable = &Process::member;");
  using Cell = typename MemberPointer<std::remove_const_t<decltype(P::durable)>>::part;
  layer.save = [](const void* value) {
    return Payload::of(Cell(static_cast<const P*>(value)->*P::durable));
  };
  layer.restore = [](void* value, const Payload& cell) {
    static_cast<P*>(value)->*P::durable = cell.as<Cell>();
  };
  type.durable.push_back(&layer);
}

/// How the engine finds the instances of a map of parts.
template <class P, auto Member>
void reach_instances(Layer& part) {
  using Map = typename MemberPointer<decltype(Member)>::part;
  using Key = typename Map::key_type;
  part.locate = [](void* owner, std::uint32_t key) -> void* {
    return &(static_cast<P*>(owner)->*Member)[key_from_word<Key>(key)];
  };
  part.find_key = [](void* owner, const void* wanted, std::uint32_t& key) {
    for (auto& [candidate, value] : static_cast<P*>(owner)->*Member) {
      if (&value != wanted) continue;
      key = key_to_word(candidate);
      return true;
    }
    return false;
  };
  part.has_instance = [](const void* owner, std::uint32_t key) {
    return (static_cast<const P*>(owner)->*Member).contains(key_from_word<Key>(key));
  };
  part.instances = [](const void* owner) {
    std::vector<std::uint32_t> keys;
    for (const auto& [key, value] : static_cast<const P*>(owner)->*Member)
      keys.push_back(key_to_word(key));
    return keys;
  };
  part.erase_instance = [](void* owner, std::uint32_t key) {
    (static_cast<P*>(owner)->*Member).erase(key_from_word<Key>(key));
  };
}

template <class P, auto Member, class Part>
void build_part(ProcessType& type, const Layer& owner, Layer& part) {
  part.member = &member_identity<Member>;
  if constexpr (requires { typename Part::Options; }) find_options<P, Part>(owner, part);
  if constexpr (requires { typename Part::Indicates; })
    bind_indications<P>(part, typename Part::Indicates{});
  build_layer<Part>(type, part);
}

template <class P, auto Member>
void add_part(ProcessType& type, Layer& owner) {
  using Declared = typename MemberPointer<decltype(Member)>::part;
  constexpr bool inlined = is_inlined<P, Member>();
  if constexpr (IsMap<Declared>::value) {
    static_assert(!inlined, "the instances of a map of parts need their names");
    using Key = typename Declared::key_type;
    using Part = typename Declared::mapped_type;
    Layer& part =
        add_layer(owner, payload_type<Part>(), member_name<P, Member>(), inlined, &key_type<Key>());
    reach_instances<P, Member>(part);
    build_part<P, Member, Part>(type, owner, part);
  } else {
    Layer& part =
        add_layer(owner, payload_type<Declared>(), member_name<P, Member>(), inlined, nullptr);
    part.locate = [](void* value, std::uint32_t) -> void* {
      return &(static_cast<P*>(value)->*Member);
    };
    const P sample{};
    const auto* begin = reinterpret_cast<const std::byte*>(&sample);
    const auto* place = reinterpret_cast<const std::byte*>(&(sample.*Member));
    part.offset = owner.offset + static_cast<std::size_t>(place - begin);
    build_part<P, Member, Declared>(type, owner, part);
  }
}

template <class P, auto... Member>
void add_parts(ProcessType& type, Layer& layer, Parts<Member...>) {
  (add_part<P, Member>(type, layer), ...);
}

template <class P>
void add_observation(Layer& layer) {
  if constexpr (requires(const P& value, const Group& group, Observation& shown) {
                  observe(value, NodeId{}, group, shown);
                }) {
    layer.observe = [](const void* value, NodeId self, const Group& group, Observation& shown) {
      observe(*static_cast<const P*>(value), self, group, shown);
    };
  }
  if constexpr (requires(const P& value) { state_digest(value); }) {
    layer.state_digest = [](const void* value) -> std::uint64_t {
      return state_digest(*static_cast<const P*>(value));
    };
  }
}

template <class P>
void build_layer(ProcessType& type, Layer& layer) {
  static_assert(Process<P>);
  layer.index = type.layer_count++;
  add_messages<P>(type, layer, typename P::Messages{});
  if constexpr (requires { typename P::Sends; }) add_sends(type, layer, typename P::Sends{});
  add_timers<P>(type, layer, typename P::Timers{});
  add_observation<P>(layer);
  if constexpr (requires { P::durable; }) add_durable<P>(type, layer);
  if constexpr (requires { typename P::Parts; }) add_parts<P>(type, layer, typename P::Parts{});
}

}  // namespace stampede::engine::detail
