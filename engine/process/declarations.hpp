// What a process lists of itself, and the rules for it. Authors read engine/process/process.hpp.
//
// What is declared wrongly is told by structures of their own: compilers name the process and the
// message that they are made of, and say the cure.
#pragma once

#include <type_traits>

#include "engine/core/value.hpp"

namespace stampede::engine {

class Context;

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

namespace detail {
template <class P, class M>
concept HandlesMessage = requires(P& process, const M& message, Context& context) {
  process.on(message, NodeId{}, context);
};
template <class P, class T>
concept HandlesTimer = requires(P& process, const T& timer, Context& context) {
  process.on(timer, context);
};

template <class P, class M>
struct MessageOf {
  static_assert(Described<M>, "put a line STAMPEDE_VALUE(Message, members...) after this message");
  static constexpr bool is_handled = HandlesMessage<P, M>;
  static_assert(is_handled,
                "give this process a handler for this message, or list it in Sends if it is only "
                "sent: void on(const Message& message, NodeId from, Context& context);");
};
template <class P, class T>
struct TimerOf {
  static_assert(Described<T>, "put a line STAMPEDE_VALUE(Timer, members...) after this timer");
  static constexpr bool is_handled = HandlesTimer<P, T>;
  static_assert(is_handled,
                "give this process a handler for this timer: "
                "void on(const Timer& timer, Context& context);");
};
template <class P, class M>
struct SentBy {
  static_assert(Described<M>, "put a line STAMPEDE_VALUE(Message, members...) after this message");
};

template <class P, class... M>
constexpr bool handles_messages(Messages<M...>) {
  return ((sizeof(MessageOf<P, M>) != 0) && ... && true);
}
template <class P, class... M>
constexpr bool describes_messages(Messages<M...>) {
  return ((sizeof(SentBy<P, M>) != 0) && ... && true);
}
template <class P, class... T>
constexpr bool handles_timers(Timers<T...>) {
  return ((sizeof(TimerOf<P, T>) != 0) && ... && true);
}

template <class P>
struct ProcessRules {
  static_assert(Described<P>, "put a line STAMPEDE_VALUE(Process, members...) after this process");
  static constexpr bool lists_messages = requires { typename P::Messages; };
  static_assert(lists_messages,
                "say what this process receives: using Messages = engine::Messages<Ping, Pong>;");
  static constexpr bool lists_timers = requires { typename P::Timers; };
  static_assert(lists_timers,
                "say what this process arms: using Timers = engine::Timers<Timeout>; or Timers<>");
  static constexpr bool check() {
    if constexpr (lists_messages) handles_messages<P>(typename P::Messages{});
    if constexpr (requires { typename P::Sends; }) describes_messages<P>(typename P::Sends{});
    if constexpr (lists_timers) handles_timers<P>(typename P::Timers{});
    return true;
  }
};

template <class Member>
struct MemberPointer;
template <class Owner, class Part>
struct MemberPointer<Part Owner::*> {
  using owner = Owner;
  using part = Part;
};
}  // namespace detail

/// A value with a handler for every message and timer it declares. What is no process does not
/// compile: this is a check, not a question.
template <class P>
concept Process = detail::ProcessRules<P>::check();

}  // namespace stampede::engine
