// The event queue of timed simulation: a 4-ary implicit heap of 16-byte keys {time, sequence,
// slot}; the slot indexes a slab of events. Ties in time go by the sequence number given when
// scheduled.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"

namespace stampede::engine {

/// Something due at a virtual time.
struct TimedEvent {
  enum class Kind : std::uint32_t { message, timer, save, disk, client, nemesis, give_up };
  Kind kind = Kind::message;
  /// Message slot, or node.
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
  static constexpr std::uint64_t pending_max = 1ULL << 24;
  static constexpr std::uint64_t sequence_max = 1ULL << 40;

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] Time next_time() const { return {static_cast<std::int64_t>(heap_.front().time)}; }

  /// A fresh sequence number, for events that keep their place among equals when pushed again.
  std::uint64_t next_sequence() {
    if (sequence_ + 1 >= sequence_max) throw QueueLimit("more than 2^40 events in one run");
    return ++sequence_;
  }
  void push(Time time, const TimedEvent& event) { push(time, next_sequence(), event); }
  void push(Time time, std::uint64_t sequence, const TimedEvent& event) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
      if (events_.size() >= pending_max) throw QueueLimit("more than 2^24 pending events");
      slot = static_cast<std::uint32_t>(events_.size());
      events_.push_back(event);
    } else {
      slot = free_.back();
      free_.pop_back();
      events_[slot] = event;
    }
    insert({static_cast<std::uint64_t>(time.nanoseconds), (sequence << 24) | slot});
  }
  /// REQUIRES: not empty.
  TimedEvent pop() {
    const auto slot = static_cast<std::uint32_t>(heap_.front().order & (pending_max - 1));
    const TimedEvent event = events_[slot];
    free_.push_back(slot);
    const Key last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(last);
    return event;
  }

 private:
  struct Key {
    std::uint64_t time;
    std::uint64_t order;
    friend bool operator<(const Key& left, const Key& right) {
      __extension__ using Wide = unsigned __int128;
      return ((static_cast<Wide>(left.time) << 64) | left.order) <
             ((static_cast<Wide>(right.time) << 64) | right.order);
    }
  };

  void insert(Key key) {
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
    // A plain pointer: a checked subscript would be a third of this loop.
    Key* const heap = heap_.data();
    const std::size_t count = heap_.size();
    std::size_t at = 0;
    for (;;) {
      const std::size_t first = 4 * at + 1;
      if (first >= count) break;
      std::size_t best = first;
      const std::size_t end = first + 4 < count ? first + 4 : count;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (heap[child] < heap[best]) best = child;
      }
      if (!(heap[best] < key)) break;
      heap[at] = heap[best];
      at = best;
    }
    heap[at] = key;
  }

  std::vector<Key> heap_;
  std::vector<TimedEvent> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace stampede::engine
