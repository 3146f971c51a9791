// How decisions are written and read, with the names of nodes. Nothing else does either: scripts,
// recorded schedules, counterexamples, traces and reports say the same words, so what one of them
// writes another reads back.
//
// A decision is an item of a script, one action with `at` and `choices` beside it:
//   deliver, duplicate, corrupt: MESSAGE
//   drop: MESSAGE, or { message: MESSAGE, cause: loss }
//   fire: TIMER
//   invoke: { client: c0, id: c0.1, operation: { get: x }, to: r0 }   without id: the client's next
//   crash: r0, which loses what was not synced, or { node: r0, disk: keep | tear | OUTCOME }
//   restart, pause, resume, wipe: r0
//   complete: { node: r0, file: durable }
//   clock: { node: r0, advance: -5ms, monotonic: false }
//   begin_fault: NAME or { name: NAME, about: TEXT }; end_fault: NAME
//
//   MESSAGE  Prepare r0->r2 [nth 3 [copy 1]]
//   TIMER    SilenceTimeout v0 [{node: r1}] [nth 2]
//
// Types of a map of parts name the instance: `instances[3].Prepare`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/names.hpp"
#include "engine/process/reconfigure.hpp"
#include "engine/world/decision.hpp"
#include "engine/world/event.hpp"

namespace stampede::engine {

/// `instances[3].Promise` for the type `instances[].Promise`.
std::string type_text(const std::string& type, const InstanceName& instance,
                      const NodeNames& names);
/// MESSAGE and TIMER as above.
std::string message_text(const MessageName& name, const NodeNames& names);
std::string timer_text(const TimerName& name, const NodeNames& names);
/// The members of a timer's value that count, as `{node: r1}`; empty if there are none.
std::string timer_value_text(const TimerName& name, const NodeNames& names);
/// An event in one line: `deliver Prepare r0->r2 nth 1 {..}`.
std::string event_text(const Event& event, const NodeNames& names);

/// A decision as an item of a script. Nothing is left out: reading it gives the same decision.
Document decision_document(const Decision& decision, const NodeNames& names);
/// The same as the lines of an item in a file, without the dash.
std::vector<std::string> decision_lines(const Document& item);

/// Reads the decisions of one script, in their order.
class DecisionReader {
 public:
  /// `types` by node. `service`: of the operations; nullptr = there are no clients.
  DecisionReader(NodeNames names, std::vector<const ProcessType*> types, Membership membership,
                 const ServiceType* service);
  /// InputError with place and hint where it is none, or names what there is not.
  Decision read(const Document& item);
  [[nodiscard]] const NodeNames& names() const { return names_; }

 private:
  void read_action(const Document::Entry& entry, Decision& decision);
  /// Takes `instances[3].Promise` apart.
  void read_type(const Document& document, const std::string& written,
                 const std::vector<const NamedType*>& known, const char* what, std::string& type,
                 InstanceName& instance) const;
  [[nodiscard]] MessageName read_message(const Document& document) const;
  [[nodiscard]] TimerName read_timer(const Document& document) const;
  void read_timer_value(const Document& document, const std::string& text, TimerName& name) const;
  void read_invoke(const Document& value, Decision& decision);
  void read_clock(const Document& value, Decision& decision) const;
  [[nodiscard]] NodeId node(const Document& document) const;

  NodeNames names_;
  std::vector<const ProcessType*> types_;
  Membership membership_;
  const ServiceType* service_;
  /// All message and timer types, one of each name.
  std::vector<const NamedType*> messages_;
  std::vector<const NamedType*> timers_;
  /// By node: operations begun so far.
  std::vector<std::uint32_t> begun_;
};

}  // namespace stampede::engine
