// What a process declares, and the one table of functions that the engine makes of it. Authors read
// engine/process/process.hpp; this is what that file is made of.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

#include "engine/process/context.hpp"
#include "engine/process/observation.hpp"

namespace stampede::engine {

template <class... M>
struct Messages {};
template <class... T>
struct Timers {};
template <class... I>
struct Indications {
  template <class Wanted>
  static constexpr bool has = (std::is_same_v<I, Wanted> || ...);
};
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
  void (*disk_completed)(void*, const DiskCompleted&, Context&) = nullptr;
  void (*begin)(void*, const BeginOperation&, Context&) = nullptr;

  Layer root;
  std::uint32_t layer_count = 0;
  /// The layers that have a durable member (engine/process/durable.hpp).
  std::vector<const Layer*> durable;
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

}  // namespace stampede::engine
