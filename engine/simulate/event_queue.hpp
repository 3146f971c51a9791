// The event queue of timed simulation: a 4-ary implicit heap of 16-byte keys {time, sequence,
// place}. The place of a message is its slot in the world's table; all other events lie in a slab
// of their own. Ties in time go by the sequence number given when scheduled.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

/// Something due at a virtual time, other than the arrival of a message.
struct TimedEvent {
  enum class Kind : std::uint32_t { timer, save, disk, client, fault, give_up, reconfigure };
  Kind kind = Kind::timer;
  /// Node, or whatever the kind needs.
  std::uint32_t a = 0;
  /// Timer slot, or whatever the kind needs.
  std::uint32_t b = 0;
  /// Makes stale entries recognisable.
  std::uint64_t ticket = 0;
};

/// More events pending at once, or over a run, than the packed keys can tell apart. A limit, not a
/// bug: the run is undecided.
class QueueLimit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class EventQueue {
 public:
  /// Pending events besides messages, and slots of messages.
  static constexpr std::uint64_t pending_max = 1ULL << 23;
  static constexpr std::uint64_t sequence_max = 1ULL << 40;

  [[nodiscard]] std::size_t size() const { return heap_.size() - (hole_ ? 1 : 0); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// REQUIRES: not empty.
  [[nodiscard]] Time next_time() {
    fill_hole();
    return {static_cast<std::int64_t>(heap_.front() >> 64)};
  }

  /// The arrival of the message in this slot.
  void push_message(Time time, std::uint32_t slot) {
    if (slot >= pending_max) throw QueueLimit("more than 2^23 messages in flight");
    insert(time, slot | message_bit);
  }
  void push(Time time, const TimedEvent& event) {
    std::uint32_t place = 0;
    if (free_.empty()) {
      if (events_.size() >= pending_max) throw QueueLimit("more than 2^23 pending events");
      place = static_cast<std::uint32_t>(events_.size());
      events_.push_back(event);
    } else {
      place = free_.back();
      free_.pop_back();
      events_[place] = event;
    }
    insert(time, place);
  }
  /// When the message in this slot arrives. Looks through the whole queue, as the next one does.
  [[nodiscard]] std::optional<Time> arrival(std::uint32_t slot) {
    fill_hole();
    const auto found = find_message(slot);
    if (found == heap_.end()) return std::nullopt;
    return Time{static_cast<std::int64_t>(*found >> 64)};
  }
  /// Takes the arrival of the message in this slot out, if it is there.
  void remove_message(std::uint32_t slot) {
    fill_hole();
    const auto found = find_message(slot);
    if (found == heap_.end()) return;
    heap_.erase(found);
    std::sort(heap_.begin(), heap_.end());
  }
  /// What is due next: a message, or an event to be taken out.
  struct Due {
    bool message = false;
    /// Slot of the message, or place of the event.
    std::uint32_t place = 0;
  };
  /// REQUIRES: not empty.
  Due pop() {
    fill_hole();
    const auto tag = static_cast<std::uint32_t>(heap_.front()) & tag_mask;
    hole_ = true;
    return {(tag & message_bit) != 0, tag & ~message_bit};
  }
  /// The event of a Due that is no message; once.
  TimedEvent take(Due due) {
    free_.push_back(due.place);
    return events_[due.place];
  }

 private:
  /// Time above, then the sequence number, then the place: one number, so that comparing two is two
  /// instructions.
  __extension__ using Key = unsigned __int128;

  static constexpr std::uint32_t message_bit = 1U << 23;
  static constexpr std::uint32_t tag_mask = (1U << 24) - 1;

  std::vector<Key>::iterator find_message(std::uint32_t slot) {
    return std::find_if(heap_.begin(), heap_.end(), [&](Key key) {
      return (static_cast<std::uint32_t>(key) & tag_mask) == (slot | message_bit);
    });
  }
  void insert(Time time, std::uint32_t tag) {
    if (sequence_ + 1 >= sequence_max) throw QueueLimit("more than 2^40 events in one run");
    const Key key = (static_cast<Key>(static_cast<std::uint64_t>(time.nanoseconds)) << 64) |
                    (++sequence_ << 24) | tag;
    if (hole_) {
      hole_ = false;
      sink(key);
    } else {
      rise(key);
    }
  }
  /// What was popped is still in front: most events bring another, which can take its place.
  void fill_hole() {
    if (!hole_) return;
    hole_ = false;
    const Key last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(last);
  }
  // Plain pointers below: a checked subscript would be a third of these loops.
  void rise(Key key) {
    heap_.push_back(key);
    Key* const heap = heap_.data();
    std::size_t at = heap_.size() - 1;
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!(key < heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = key;
  }
  void sink(Key key) {
    Key* const heap = heap_.data();
    const std::size_t count = heap_.size();
    std::size_t at = 0;
    std::size_t first = 1;
    for (; first + 4 <= count; first = 4 * at + 1) {
      Key least = heap[first];
      std::size_t best = first;
      const auto meet = [&](std::size_t child) {
        best = heap[child] < least ? child : best;
        least = heap[best];
      };
      meet(first + 1);
      meet(first + 2);
      meet(first + 3);
      if (key < least) {
        heap[at] = key;
        return;
      }
      heap[at] = least;
      at = best;
    }
    // The last group may have fewer than four, and nobody below it.
    std::size_t best = first;
    for (std::size_t child = first + 1; child < count; ++child) {
      if (heap[child] < heap[best]) best = child;
    }
    if (first < count && heap[best] < key) {
      heap[at] = heap[best];
      at = best;
    }
    heap[at] = key;
  }

  std::vector<Key> heap_;
  bool hole_ = false;
  std::vector<TimedEvent> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace stampede::engine
