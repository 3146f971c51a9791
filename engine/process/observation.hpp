// What a model shows of a node to everything that must not know the model: roles, triggers,
// budgets, generic checkers, the viewer.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "engine/core/ids.hpp"
#include "engine/core/json.hpp"
#include "engine/core/per_node.hpp"
#include "engine/core/shared_log.hpp"

namespace stampede::engine {

/// A log of operations as any model keeps it: an owning O(1) view of a SharedLog<Entry> with a
/// projection to OperationId. Operations count from 1 per client: number 0 stands for none, a no-op
/// or a position not known yet. The log may stand on a base, as after a snapshot: entries at and
/// below it cannot be asked for, and prefixes that end below it cannot be compared.
class ObservedLog {
 public:
  ObservedLog() = default;

  /// `identify` must be a captureless function of an entry.
  template <class Entry>
  static ObservedLog of(const SharedLog<Entry>& log, OperationId (*identify)(const Entry&)) {
    ObservedLog observed;
    observed.methods_ = &methods<Entry>;
    observed.identify_ = reinterpret_cast<void (*)()>(identify);
    new (&observed.storage_) SharedLog<Entry>(log);
    observed.measure(log);
    return observed;
  }

  /// Becomes a view of `log`; nothing happens if it is that already.
  template <class Entry>
  void show(const SharedLog<Entry>& log, OperationId (*identify)(const Entry&)) {
    if (methods_ != &methods<Entry>) {
      *this = of(log, identify);
      return;
    }
    identify_ = reinterpret_cast<void (*)()>(identify);
    auto& mine = *std::launder(reinterpret_cast<SharedLog<Entry>*>(&storage_));
    if (mine.shares_all(log)) return;
    mine = log;
    measure(log);
  }

  ObservedLog(const ObservedLog& other)
      : methods_(other.methods_),
        identify_(other.identify_),
        size_(other.size_),
        base_(other.base_),
        hash_(other.hash_),
        tip_(other.tip_) {
    if (methods_ != nullptr) methods_->copy(&storage_, &other.storage_);
  }
  ObservedLog(ObservedLog&& other) noexcept
      : methods_(other.methods_),
        identify_(other.identify_),
        size_(other.size_),
        base_(other.base_),
        hash_(other.hash_),
        tip_(other.tip_) {
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
    other.reset();
  }
  ObservedLog& operator=(const ObservedLog& other) {
    if (this == &other) return *this;
    if (methods_ == other.methods_ && methods_ != nullptr) {
      methods_->assign(&storage_, &other.storage_);
      identify_ = other.identify_;
      size_ = other.size_;
      base_ = other.base_;
      hash_ = other.hash_;
      tip_ = other.tip_;
    } else {
      ObservedLog copy(other);
      *this = std::move(copy);
    }
    return *this;
  }
  ObservedLog& operator=(ObservedLog&& other) noexcept {
    if (this == &other) return *this;
    reset();
    methods_ = other.methods_;
    identify_ = other.identify_;
    size_ = other.size_;
    base_ = other.base_;
    hash_ = other.hash_;
    tip_ = other.tip_;
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
    other.reset();
    return *this;
  }
  ~ObservedLog() { reset(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Entries are here for positions above this one.
  [[nodiscard]] std::size_t base() const { return base_; }
  /// Operation at `position`, base() + 1 .. size().
  [[nodiscard]] OperationId at(std::size_t position) const {
    ASSERT(methods_ != nullptr);
    return methods_->at(&storage_, position, identify_);
  }
  /// Hash of the entries 1 .. position; comparable between logs of the same model. REQUIRES: base()
  /// <= position <= size().
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t position) const {
    if (position == size_) return hash_;
    ASSERT(position >= base_ && position < size_);
    return position == 0 ? hash_seed : tip_->prefix_hash(position);
  }
  /// True if both logs agree on positions 1 .. length (both at least that long). False as well
  /// where that cannot be told, because `length` is below a base.
  [[nodiscard]] bool agrees(const ObservedLog& other, std::size_t length) const {
    if (length == 0) return true;
    if (!can_compare(other, length)) return false;
    if (tip_ == other.tip_ && length <= size_ && length <= other.size_) return true;
    return prefix_hash(length) == other.prefix_hash(length);
  }
  /// Whether both agree on positions 1 .. length can be told (both at least that long).
  [[nodiscard]] bool can_compare(const ObservedLog& other, std::size_t length) const {
    return length >= base_ && length >= other.base_;
  }
  /// The same entries up to the same end, forgotten ones included.
  [[nodiscard]] bool ends_as(const ObservedLog& other) const {
    return size_ == other.size_ && hash_ == other.hash_;
  }
  /// The first position where the logs differ within both, or 0. Where they differ in what one has
  /// forgotten, the higher base. REQUIRES: each ends no earlier than the other's base.
  [[nodiscard]] std::size_t first_difference(const ObservedLog& other) const;
  /// Keeps the first `length` entries and goes on as `other` does, up to `size`. Entries that are
  /// here already stay, forgotten by `other` or not. REQUIRES: both are of the same model, and
  /// other .base() <= length <= size <= other.size().
  void continue_as(const ObservedLog& other, std::size_t length, std::size_t size);

  friend bool operator==(const ObservedLog& left, const ObservedLog& right) {
    return left.size_ == right.size_ && left.base_ == right.base_ && left.hash_ == right.hash_;
  }
  friend bool operator<(const ObservedLog& left, const ObservedLog& right) {
    if (left.size_ != right.size_) return left.size_ < right.size_;
    return left.base_ != right.base_ ? left.base_ < right.base_ : left.hash_ < right.hash_;
  }
  void append_hash(Hasher& hasher) const {
    hasher.add(size_);
    hasher.add(hash_);
    if (base_ != 0) hasher.add(base_);
  }

 private:
  struct Methods {
    OperationId (*at)(const void*, std::size_t, void (*)());
    void (*copy)(void*, const void*);
    void (*move)(void*, void*);
    void (*assign)(void*, const void*);
    void (*destroy)(void*);
    /// Truncates the log to `length` and appends the entries of `other` up to `size`. Its tip then.
    const LogChunk* (*continue_as)(void* log, const void* other, std::size_t length,
                                   std::size_t size);
  };
  template <class Entry>
  static inline const Methods methods{
      [](const void* log, std::size_t position, void (*identify)()) {
        return reinterpret_cast<OperationId (*)(const Entry&)>(identify)(
            static_cast<const SharedLog<Entry>*>(log)->at(position));
      },
      [](void* to, const void* from) {
        new (to) SharedLog<Entry>(*static_cast<const SharedLog<Entry>*>(from));
      },
      [](void* to, void* from) {
        new (to) SharedLog<Entry>(std::move(*static_cast<SharedLog<Entry>*>(from)));
      },
      [](void* to, const void* from) {
        *static_cast<SharedLog<Entry>*>(to) = *static_cast<const SharedLog<Entry>*>(from);
      },
      [](void* log) { static_cast<SharedLog<Entry>*>(log)->~SharedLog<Entry>(); },
      [](void* log, const void* other, std::size_t length, std::size_t size) {
        auto& mine = *static_cast<SharedLog<Entry>*>(log);
        mine.truncate(length);
        for (std::size_t position = length + 1; position <= size; ++position)
          mine.push_back(static_cast<const SharedLog<Entry>*>(other)->at(position));
        return mine.tip();
      }};

  void reset() {
    if (methods_ != nullptr) methods_->destroy(&storage_);
    methods_ = nullptr;
    size_ = 0;
    base_ = 0;
    hash_ = hash_seed;
    tip_ = nullptr;
  }
  template <class Entry>
  void measure(const SharedLog<Entry>& log) {
    size_ = log.size();
    base_ = log.base();
    hash_ = log.hash();
    tip_ = log.tip();
  }

  // All SharedLog<Entry> have the same layout: a shared pointer and a size. Their hashes lie in
  // what their chunks have in common, and are looked up without knowing Entry.
  struct Storage {
    alignas(SharedLog<int>) unsigned char bytes[sizeof(SharedLog<int>)];
  };
  const Methods* methods_ = nullptr;
  void (*identify_)() = nullptr;
  /// Of the whole log: kept, because everybody asks for these.
  std::size_t size_ = 0;
  std::size_t base_ = 0;
  std::uint64_t hash_ = hash_seed;
  const LogChunk* tip_ = nullptr;
  Storage storage_;
};

/// The operations in order; of a log that stands on a base, `{ "after": base, "entries": [..] }`.
void write_value(JsonWriter& writer, const ObservedLog& log);

/// A cheap snapshot of what one node shows of one group. Nodes that keep no log leave the log
/// fields alone.
struct Observation {
  /// Takes part in the protocol: up, and not recovering or transferring.
  bool operational = false;
  /// Believes itself the leader (primary) of `epoch` and serves.
  bool leading = false;
  /// Recovering: counts as failed for budgets.
  bool recovering = false;
  /// View, term, ballot: what rises when leadership changes.
  std::uint64_t epoch = 0;
  ObservedLog log;
  std::uint64_t committed = 0;
  std::uint64_t executed = 0;
  /// The members of the group as far as this node knows; empty = those it began with.
  NodeSet configuration;

  friend bool operator==(const Observation&, const Observation&) = default;
};

/// What of an observation changed; a set of them in one number.
enum ObservedField : unsigned {
  observed_roles = 1,  // operational, leading or recovering
  observed_epoch = 2,
  observed_log_longer = 4,  // the log before is the beginning of the log now
  observed_log_other = 8,   // it is not
  observed_committed = 16,
  observed_executed = 32,
  observed_up = 64,         // the node went down or came up, whatever it shows
  observed_log_base = 128,  // entries were forgotten, or a snapshot took their place
  observed_configuration = 256,
  observed_anything = 511,
};

}  // namespace stampede::engine
