// What a protocol author declares, and the seam through which the engine runs it: one table of
// functions per process type, made by one template. Engine code never sees the type again.
//
// A process P is a described value (STAMPEDE_VALUE) with
//   using Messages = engine::Messages<M...>;        what it receives, and may send
//   void on(const M&, NodeId from, Context&);       for each of them
//   using Timers = engine::Timers<T...>;            what it arms
//   void on(const T&, Context&);                    for each of them
// and optionally
//   using Sends = engine::Messages<M...>;           what it sends and never receives
//   using Parts = engine::Parts<&P::a, ...>;        members that are components: processes
//                                                   themselves, or std::map<key, component>
//   using Indications = engine::Indications<I...>;  what its parts tell it: all of it
//   void on(const I&, Context&);                    for each of them
//   using Options = O;                              the type behind context.options<O>(); needed
//                                                   where parts have options of their own
// and, where it is the whole process of a node and no part of another,
//   void start(Context&);                           first boot
//   void recover(Context&);                         restart: the boot value with the durable member
//                                                   as the disk kept it (without recover: start)
//   static constexpr auto durable = &P::m;          the durable member, saved by context.persist()
//   void on(const DiskCompleted&, Context&);        the end of a disk request
//   void on(const BeginOperation&, Context&);       clients: the workload asks for an operation
// and, as free functions that argument-dependent lookup finds, what it shows to checkers:
//   void observe(const P&, NodeId self, const Membership&, Observation&)
//   std::uint64_t state_digest(const P&)            of the service's state: replicas converge on it
#pragma once

#include <concepts>
#include <cstddef>
#include <map>
#include <string>
#include <type_traits>

#include "engine/process/context.hpp"
#include "engine/process/observation.hpp"

namespace stampede::engine {

template <class... M>
struct Messages {};
template <class... T>
struct Timers {};
template <class... I>
struct Indications {};
template <auto... Member>
struct Parts {};

/// Input of a client process: begin the operation `id` of your plan. `to` overrides the node it
/// would ask first.
struct BeginOperation {
  OperationId id{};
  Operation operation{};
  std::optional<NodeId> to{};
};
STAMPEDE_VALUE(BeginOperation, id, operation, to);

namespace detail {
template <class P, class M>
concept HandlesMessage = requires(P& process, const M& message, Context& context) {
  process.on(message, NodeId{}, context);
};
template <class P, class T>
concept HandlesTimer = requires(P& process, const T& timer, Context& context) {
  process.on(timer, context);
};

template <class P, class List>
struct HandlesMessages : std::false_type {};
template <class P, class... M>
struct HandlesMessages<P, Messages<M...>> : std::bool_constant<(HandlesMessage<P, M> && ...)> {};
template <class P, class List>
struct HandlesTimers : std::false_type {};
template <class P, class... T>
struct HandlesTimers<P, Timers<T...>> : std::bool_constant<(HandlesTimer<P, T> && ...)> {};

template <class Member>
struct MemberPointer;
template <class Owner, class Part>
struct MemberPointer<Part Owner::*> {
  using owner = Owner;
  using part = Part;
};
}  // namespace detail

/// A value with a handler for every message and timer it declares.
template <class P>
concept Process = Described<P> && detail::HandlesMessages<P, typename P::Messages>::value &&
    detail::HandlesTimers<P, typename P::Timers>::value;

/// A process type as the engine knows it.
struct ProcessType {
  using MessageHandler = void (*)(void* value, const void* message, NodeId from, Context&);
  using TimerHandler = void (*)(void* value, const void* timer, Context&);

  std::string_view name;
  std::uint32_t key = 0;
  void* (*clone)(const void*) = nullptr;
  void (*destroy)(void*) = nullptr;
  bool (*equal)(const void*, const void*) = nullptr;
  std::uint64_t (*hash)(const void*) = nullptr;
  void (*write)(JsonWriter&, const void*) = nullptr;
  void (*start)(void*, Context&) = nullptr;
  void (*recover)(void*, Context&) = nullptr;
  /// nullptr without a durable member.
  Payload (*durable_snapshot)(const void*) = nullptr;
  void (*durable_restore)(void*, const Payload&) = nullptr;
  void (*disk_completed)(void*, const DiskCompleted&, Context&) = nullptr;
  void (*begin)(void*, const BeginOperation&, Context&) = nullptr;
  /// nullptr where the model shows nothing (clients).
  void (*observe)(const void*, NodeId self, const Membership&, Observation&) = nullptr;
  std::uint64_t (*state_digest)(const void*) = nullptr;

  Layer root;
  struct MessageEntry {
    const Layer* layer = nullptr;
    MessageHandler handle = nullptr;
  };
  struct TimerEntry {
    const Layer* layer = nullptr;
    TimerHandler handle = nullptr;
  };
  /// By NamedType::index.
  std::vector<MessageEntry> messages;
  std::vector<TimerEntry> timers;
  /// All names, for scripts and schemas.
  std::vector<const NamedType*> message_types;
  std::vector<const NamedType*> timer_types;
};

namespace detail {

template <class Table, class Value>
void put(Table& table, std::size_t index, Value value) {
  if (table.size() <= index) table.resize(index + 1);
  table[index] = value;
}

template <class P>
void build_layer(ProcessType& type, Layer& layer);

template <class P, class M>
void add_message(ProcessType& type, Layer& layer) {
  const NamedType& named = named_type(payload_type<M>(), layer.path, layer.keyed);
  put(layer.messages, payload_type<M>().key, &named);
  put(type.messages, named.index,
      ProcessType::MessageEntry{
          &layer, [](void* value, const void* message, NodeId from, Context& context) {
            static_cast<P*>(value)->on(*static_cast<const M*>(message), from, context);
          }});
  type.message_types.push_back(&named);
}

template <class P, class... M>
void add_messages(ProcessType& type, Layer& layer, Messages<M...>) {
  (add_message<P, M>(type, layer), ...);
}

template <class... M>
void add_sends(ProcessType& type, Layer& layer, Messages<M...>) {
  const auto add = [&]<class One>(const One*) {
    const NamedType& named = named_type(payload_type<One>(), layer.path, layer.keyed);
    put(layer.messages, payload_type<One>().key, &named);
    type.message_types.push_back(&named);
  };
  (add(static_cast<const M*>(nullptr)), ...);
}

template <class P, class T>
void add_timer(ProcessType& type, Layer& layer) {
  const NamedType& named = named_type(payload_type<T>(), layer.path, layer.keyed);
  put(layer.timers, payload_type<T>().key, &named);
  put(type.timers, named.index,
      ProcessType::TimerEntry{&layer, [](void* value, const void* timer, Context& context) {
                                static_cast<P*>(value)->on(*static_cast<const T*>(timer), context);
                              }});
  type.timer_types.push_back(&named);
}

template <class P, class... T>
void add_timers(ProcessType& type, Layer& layer, Timers<T...>) {
  (add_timer<P, T>(type, layer), ...);
}

template <class P, class... I>
void add_indications(Layer& layer, Indications<I...>) {
  const auto add = [&]<class One>(const One*) {
    put(layer.indications, payload_type<One>().key,
        Layer::IndicationHandler{[](void* value, const Payload& indication, Context& context) {
          static_cast<P*>(value)->on(indication.as<One>(), context);
        }});
  };
  (add(static_cast<const I*>(nullptr)), ...);
}

/// The options of part `member` are the member of the same name of its owner's options.
template <class P, class Part>
void find_options(const Layer& owner, Layer& layer, const std::string& member) {
  if constexpr (requires {
                  typename P::Options;
                  typename Part::Options;
                }) {
    const typename P::Options sample{};
    for_each_member<typename P::Options>([&](const char* name, auto pointer) {
      using Found = std::remove_cvref_t<decltype(sample.*pointer)>;
      if constexpr (std::is_same_v<Found, typename Part::Options>) {
        if (member != name) return;
        const auto* begin = reinterpret_cast<const std::byte*>(&sample);
        const auto* place = reinterpret_cast<const std::byte*>(&(sample.*pointer));
        layer.options = &payload_type<Found>();
        layer.options_offset = owner.options_offset + static_cast<std::size_t>(place - begin);
      }
    });
  }
}

template <class P, auto Member>
void add_part(ProcessType& type, Layer& owner) {
  using Part = typename MemberPointer<decltype(Member)>::part;
  std::string member;
  for_each_member<P>([&](const char* name, auto pointer) {
    if constexpr (std::is_same_v<decltype(pointer), decltype(Member)>) {
      if (pointer == Member) member = name;
    }
  });
  auto layer = std::make_unique<Layer>();
  layer->parent = &owner;
  if constexpr (IsMap<Part>::value) {
    ASSERT(!owner.keyed);  // one level of instances
    using Component = typename Part::mapped_type;
    layer->keyed = true;
    layer->path = owner.path + member + "[].";
    find_options<P, Component>(owner, *layer, member);
    layer->locate = [](void* value, std::uint64_t instance) -> void* {
      return &(static_cast<P*>(value)->*Member)[static_cast<typename Part::key_type>(instance)];
    };
    layer->find_instance = [](void* value, const void* part, std::uint64_t& instance) {
      for (auto& [key, component] : static_cast<P*>(value)->*Member) {
        if (&component == part) {
          instance = static_cast<std::uint64_t>(key);
          return true;
        }
      }
      return false;
    };
    layer->has_instance = [](const void* value, std::uint64_t instance) {
      return (static_cast<const P*>(value)->*Member)
          .contains(static_cast<typename Part::key_type>(instance));
    };
    layer->erase_instance = [](void* value, std::uint64_t instance) {
      (static_cast<P*>(value)->*Member).erase(static_cast<typename Part::key_type>(instance));
    };
    build_layer<Component>(type, *layer);
  } else {
    layer->keyed = owner.keyed;
    layer->path = owner.path + member + ".";
    find_options<P, Part>(owner, *layer, member);
    layer->locate = [](void* value, std::uint64_t) -> void* {
      return &(static_cast<P*>(value)->*Member);
    };
    build_layer<Part>(type, *layer);
  }
  owner.parts.push_back(std::move(layer));
}

template <class P, auto... Member>
void add_parts(ProcessType& type, Layer& layer, Parts<Member...>) {
  (add_part<P, Member>(type, layer), ...);
}

template <class P>
void build_layer(ProcessType& type, Layer& layer) {
  static_assert(Process<P>,
                "a process needs STAMPEDE_VALUE and a handler for every message and timer");
  add_messages<P>(type, layer, typename P::Messages{});
  if constexpr (requires { typename P::Sends; }) add_sends(type, layer, typename P::Sends{});
  add_timers<P>(type, layer, typename P::Timers{});
  if constexpr (requires { typename P::Indications; }) {
    add_indications<P>(layer, typename P::Indications{});
  }
  if constexpr (requires { typename P::Parts; }) add_parts<P>(type, layer, typename P::Parts{});
}

template <class P>
std::unique_ptr<ProcessType> make_process_type() {
  auto made = std::make_unique<ProcessType>();
  ProcessType& type = *made;
  type.name = type_name<P>();
  type.key = payload_type<P>().key;
  type.clone = [](const void* value) -> void* { return new P(*static_cast<const P*>(value)); };
  type.destroy = [](void* value) { delete static_cast<P*>(value); };
  type.equal = payload_type<P>().equal;
  type.hash = [](const void* value) { return hash_of(*static_cast<const P*>(value)); };
  type.write = payload_type<P>().write;
  if constexpr (requires(P & process, Context & context) { process.start(context); }) {
    type.start = [](void* value, Context& context) { static_cast<P*>(value)->start(context); };
  }
  if constexpr (requires(P & process, Context & context) { process.recover(context); }) {
    type.recover = [](void* value, Context& context) { static_cast<P*>(value)->recover(context); };
  }
  if constexpr (requires { P::durable; }) {
    using Cell = typename MemberPointer<std::remove_const_t<decltype(P::durable)>>::part;
    type.durable_snapshot = [](const void* value) {
      return Payload::of(Cell(static_cast<const P*>(value)->*P::durable));
    };
    type.durable_restore = [](void* value, const Payload& cell) {
      static_cast<P*>(value)->*P::durable = cell.as<Cell>();
    };
  }
  if constexpr (requires(P & process, const DiskCompleted& done, Context& context) {
                  process.on(done, context);
                }) {
    type.disk_completed = [](void* value, const DiskCompleted& done, Context& context) {
      static_cast<P*>(value)->on(done, context);
    };
  }
  if constexpr (requires(P & process, const BeginOperation& begin, Context& context) {
                  process.on(begin, context);
                }) {
    type.begin = [](void* value, const BeginOperation& begin, Context& context) {
      static_cast<P*>(value)->on(begin, context);
    };
  }
  if constexpr (requires(const P& process, const Membership& members, Observation& shown) {
                  observe(process, NodeId{}, members, shown);
                }) {
    type.observe = [](const void* value, NodeId self, const Membership& members,
                      Observation& shown) {
      observe(*static_cast<const P*>(value), self, members, shown);
    };
  }
  if constexpr (requires(const P& process) { state_digest(process); }) {
    type.state_digest = [](const void* value) -> std::uint64_t {
      return state_digest(*static_cast<const P*>(value));
    };
  }
  if constexpr (requires { typename P::Options; })
    type.root.options = &payload_type<typename P::Options>();
  build_layer<P>(type, type.root);
  return made;
}

}  // namespace detail

/// The erased form of process P; made once.
template <class P>
const ProcessType& process_type() {
  static const std::unique_ptr<ProcessType> type = detail::make_process_type<P>();
  return *type;
}

/// A boot value for the engine.
template <class P>
ProcessValue make_process(P boot) {
  return ProcessValue(process_type<P>(), new P(std::move(boot)));
}

/// The process inside as a P, or nullptr if it is of another type.
template <class P>
const P* process_as(const ProcessValue& value) {
  return value.type().key == payload_type<P>().key ? static_cast<const P*>(value.get()) : nullptr;
}

}  // namespace stampede::engine
