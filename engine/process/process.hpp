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
//   using Inlined = engine::Inlined<&P::a, ...>;    parts without a name of their own: what they
//                                                   hold, send, arm and take as options is called
//                                                   as if it were P's
//   using Indications = engine::Indications<I...>;  what its parts tell it: all of it
//   void on(const I&, Context&);                    for each of them; or, to know who says so,
//   void on(const I&, const engine::Source&, Context&);
//   using Options = O;                              the type behind context.options<O>(); needed
//                                                   where parts have options of their own
//   static constexpr auto durable = &P::m;          the durable member; context.persist() saves it
//                                                   together with those of the whole process
// and, as a part of another,
//   using Indicates = engine::Indications<I...>;    what it tells its owner
// and, where it is the whole process of a node and no part of another,
//   void start(Context&);                           first boot
//   void recover(Context&);                         restart: the boot value with the durable member
//                                                   as the disk kept it (without recover: start)
//   void on(const DiskCompleted&, Context&);        the end of a disk request
//   void on(const BeginOperation&, Context&);       clients: the workload asks for an operation
// and, as free functions that argument-dependent lookup finds, what it shows to checkers of the
// group it belongs to (the outermost layer of a group that shows something; of a map of parts, only
// instances that are bound to a group of their own):
//   void observe(const P&, NodeId self, const Group&, Observation&)
//   std::uint64_t state_digest(const P&)            of the service's state: replicas converge on it
#pragma once

#include <memory>
#include <utility>

#include "engine/core/edit.hpp"
#include "engine/core/value.hpp"
#include "engine/process/declarations.hpp"
#include "engine/process/layer_builder.hpp"
#include "engine/process/process_type.hpp"

namespace stampede::engine {

namespace detail {

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
  type.write_edit = [](JsonWriter& json, const void* before, const void* after) {
    write_edit(json, *static_cast<const P*>(before), *static_cast<const P*>(after));
  };
  if constexpr (requires(P & process, Context & context) { process.start(context); }) {
    type.start = [](void* value, Context& context) { static_cast<P*>(value)->start(context); };
  }
  if constexpr (requires(P & process, Context & context) { process.recover(context); }) {
    type.recover = [](void* value, Context& context) { static_cast<P*>(value)->recover(context); };
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
  type.root.value_type = &payload_type<P>();
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
