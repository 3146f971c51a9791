// All that one node owns, and all that one step of it does. The local step
// (engine/process/local_step.hpp) maps (local state, input, choices) to (local state', effects);
// worlds do the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/process/disk.hpp"
#include "engine/process/named_type.hpp"
#include "engine/process/payload.hpp"

namespace stampede::engine {

struct ProcessType;
struct Layer;

/// A process value of some ProcessType, owned. Copying clones.
class ProcessValue {
 public:
  ProcessValue() = default;
  ProcessValue(const ProcessType& type, void* owned) : type_(&type), value_(owned) {}
  ProcessValue(const ProcessValue& other);
  ProcessValue(ProcessValue&& other) noexcept
      : type_(other.type_), value_(std::exchange(other.value_, nullptr)) {}
  ProcessValue& operator=(ProcessValue other) noexcept {
    std::swap(type_, other.type_);
    std::swap(value_, other.value_);
    return *this;
  }
  ~ProcessValue();

  [[nodiscard]] const ProcessType& type() const { return *type_; }
  [[nodiscard]] void* get() { return value_; }
  [[nodiscard]] const void* get() const { return value_; }
  friend bool operator==(const ProcessValue& left, const ProcessValue& right);
  void append_hash(Hasher& hasher) const;

 private:
  const ProcessType* type_ = nullptr;
  void* value_ = nullptr;
};

/// An armed timer, or a free slot for one. `deadline` and `nth` name and schedule it; they are not
/// part of the state.
struct TimerSlot {
  const NamedType* type = nullptr;
  Payload value;
  InstancePath instance{};
  std::uint32_t nth = 0;
  bool armed = false;
  Time deadline{};
  /// Bookkeeping of a timed scheduler: when and under which ticket its queue looks at this slot
  /// next; no entry = 0.
  std::uint64_t ticket = 0;
  Time queued{};
};

struct Send {
  const NamedType* type = nullptr;
  Payload payload;
  NodeId to{};
  InstancePath instance{};
};

struct Response {
  OperationId id{};
  Result result;
};

/// An output that waits for the save before it, or that save itself.
struct HeldOutput {
  enum class Kind { save, send, response };
  Kind kind = Kind::save;
  Payload cell;
  Send send;
  Response response;
};

/// What a restarted node finds of its durable member.
enum class CellState { empty, saved, wiped, unreadable };
STAMPEDE_ENUM(CellState, empty, saved, wiped, unreadable);

struct LocalState {
  ProcessValue process;
  CellState cell_state = CellState::empty;
  Payload cell;
  Disk disk;
  std::vector<TimerSlot> timers;
  /// Non-empty exactly while a save is under way; the first is that save.
  std::vector<HeldOutput> held;
  bool up = false;
  bool paused = false;
  /// Counts starts and restarts, from 1.
  std::uint32_t incarnation = 0;
  std::uint32_t unique_counter = 0;
  /// How far `clock` decisions have moved the wall clock alone, and both clocks.
  Duration clock_offset{};
  Duration elapsed{};
  /// What the interposer of a faulty node remembers (engine/process/adversary.hpp); empty without.
  Payload interposer;
  /// Values that were certified here (engine/process/seal.hpp).
  std::uint64_t trusted_counter = 0;

  /// Forgets what is not part of the state (free timer slots, deadlines, ordinals) and sorts the
  /// armed timers: equal states become alike in every member.
  void canonicalise();

  /// The order of timer slots, their deadlines and ordinals do not count.
  friend bool operator==(const LocalState& left, const LocalState& right);
  void append_hash(Hasher& hasher) const;
};

/// A timer set or cleared in this step, by slot.
struct TimerChange {
  std::uint32_t slot = 0;
  bool armed = false;
  Duration after{};
};

/// How much later than it says a timer of this step may be due.
struct Spread {
  /// Position among the changes of timers.
  std::uint32_t change = 0;
  Duration at_most{};
};

struct Choice {
  std::string label;
  std::uint32_t arity = 0;
  std::uint32_t taken = 0;
};

/// What a part told its owner.
struct Indication {
  const Layer* part;
  InstancePath instance;
  /// PayloadType::key of what it told.
  std::uint32_t key;
  Parcel parcel;
};

/// What a handler threw.
struct Thrown {
  /// For people: it may end with a place in the sources.
  std::string text;
  /// How much of it precedes that place. Digests cover this: a run stays the same run when a line
  /// is written above an ASSERT.
  std::size_t message_size = text.size();
};

/// What one local step did to the outside. Reused from step to step. Most steps send, move timers
/// and tell owners of parts, and do nothing else: whoever records anything else does it through
/// `rare()`, and the rest is only looked at after that.
struct Effects {
  std::vector<Send> sends;
  std::vector<TimerChange> timers;
  /// All handled, and gone, before the step ends; part of it, and of nothing else.
  std::vector<Indication> indications;
  /// A handler looked at a clock: the step depends on time as well.
  bool reads_clock = false;
  bool has_rare = false;

  // ----- rare -----
  std::vector<std::pair<OperationId, Operation>> invocations;
  std::vector<Response> responses;
  std::vector<Choice> choices;
  /// Timers whose durations are to be drawn by whoever lets time pass.
  std::vector<Spread> spreads;
  std::vector<const char*> probes;
  std::vector<std::string> notes;
  /// Saves that completed within this step, and whether one is now under way that was not before.
  std::uint32_t saves_completed = 0;
  bool save_started = false;
  /// Files with disk requests issued in this step.
  std::vector<std::string> disk_requests;
  bool ignored = false;
  /// An output was kept back behind a save.
  bool held = false;
  std::optional<Thrown> exception;

  Effects& rare() {
    has_rare = true;
    return *this;
  }
  void clear() {
    sends.clear();
    timers.clear();
    reads_clock = false;
    if (has_rare) clear_rare();
  }
  /// An operation begun before ended in this step, and another one began: in this order.
  [[nodiscard]] bool answers_first() const;
  /// Something beyond sends and timers that makes this step another one: notes and probes do not.
  [[nodiscard]] bool has_more() const;
  /// Covers what `has_more` is about.
  void append_more(Hasher& hasher) const;

 private:
  void clear_rare();
};

}  // namespace stampede::engine
