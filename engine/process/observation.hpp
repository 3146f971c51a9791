// What a model shows of a node to everything that must not know the model: roles, triggers,
// budgets, generic checkers, the viewer.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "engine/core/ids.hpp"
#include "engine/core/json.hpp"
#include "engine/core/shared_log.hpp"

namespace stampede::engine {

/// A log of operations as any model keeps it: an owning O(1) view of a SharedLog<Entry> with a
/// projection to OperationId. Operations count from 1 per client: number 0 stands for none, a no-op
/// or a position not known yet.
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
        hash_(other.hash_) {
    if (methods_ != nullptr) methods_->copy(&storage_, &other.storage_);
  }
  ObservedLog(ObservedLog&& other) noexcept
      : methods_(other.methods_),
        identify_(other.identify_),
        size_(other.size_),
        hash_(other.hash_) {
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
  }
  ObservedLog& operator=(const ObservedLog& other) {
    if (this == &other) return *this;
    if (methods_ == other.methods_ && methods_ != nullptr) {
      methods_->assign(&storage_, &other.storage_);
      identify_ = other.identify_;
      size_ = other.size_;
      hash_ = other.hash_;
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
    hash_ = other.hash_;
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
    return *this;
  }
  ~ObservedLog() { reset(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Operation at `position`, from 1.
  [[nodiscard]] OperationId at(std::size_t position) const {
    ASSERT(methods_ != nullptr);
    return methods_->at(&storage_, position, identify_);
  }
  /// Hash of the entries 1 .. position; comparable between logs of the same model.
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t position) const {
    if (position == size_) return hash_;
    if (position == 0) return hash_seed;
    ASSERT(methods_ != nullptr);
    return methods_->prefix_hash(&storage_, position);
  }
  /// True if both logs agree on positions 1 .. length (both at least that long).
  [[nodiscard]] bool agrees(const ObservedLog& other, std::size_t length) const {
    if (length == 0) return true;
    return prefix_hash(length) == other.prefix_hash(length);
  }
  /// The first position where the logs differ within both, or 0.
  [[nodiscard]] std::size_t first_difference(const ObservedLog& other) const;

  friend bool operator==(const ObservedLog& left, const ObservedLog& right) {
    return left.size_ == right.size_ && left.hash_ == right.hash_;
  }
  friend bool operator<(const ObservedLog& left, const ObservedLog& right) {
    return left.size_ != right.size_ ? left.size_ < right.size_ : left.hash_ < right.hash_;
  }
  void append_hash(Hasher& hasher) const {
    hasher.add(size_);
    hasher.add(hash_);
  }

 private:
  struct Methods {
    OperationId (*at)(const void*, std::size_t, void (*)());
    std::uint64_t (*prefix_hash)(const void*, std::size_t);
    void (*copy)(void*, const void*);
    void (*move)(void*, void*);
    void (*assign)(void*, const void*);
    void (*destroy)(void*);
  };
  template <class Entry>
  static inline const Methods methods{
      [](const void* log, std::size_t position, void (*identify)()) {
        return reinterpret_cast<OperationId (*)(const Entry&)>(identify)(
            static_cast<const SharedLog<Entry>*>(log)->at(position));
      },
      [](const void* log, std::size_t position) {
        return static_cast<const SharedLog<Entry>*>(log)->prefix_hash(position);
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
      [](void* log) { static_cast<SharedLog<Entry>*>(log)->~SharedLog<Entry>(); }};

  void reset() {
    if (methods_ != nullptr) methods_->destroy(&storage_);
    methods_ = nullptr;
    size_ = 0;
    hash_ = hash_seed;
  }
  template <class Entry>
  void measure(const SharedLog<Entry>& log) {
    size_ = log.size();
    hash_ = log.prefix_hash(size_);
  }

  // All SharedLog<Entry> have the same layout: a shared pointer and a size.
  struct Storage {
    alignas(SharedLog<int>) unsigned char bytes[sizeof(SharedLog<int>)];
  };
  const Methods* methods_ = nullptr;
  void (*identify_)() = nullptr;
  /// Of the whole log: kept, because everybody asks for these.
  std::size_t size_ = 0;
  std::uint64_t hash_ = hash_seed;
  Storage storage_;
};

/// The operations in order.
void write_value(JsonWriter& writer, const ObservedLog& log);

/// A cheap snapshot of one node. Nodes that keep no log leave the log fields alone.
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
  observed_up = 64,  // the node went down or came up, whatever it shows
  observed_anything = 127,
};

}  // namespace stampede::engine
