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
/// projection to OperationId.
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
    if (!mine.shares_all(log)) mine = log;
  }

  ObservedLog(const ObservedLog& other) : methods_(other.methods_), identify_(other.identify_) {
    if (methods_ != nullptr) methods_->copy(&storage_, &other.storage_);
  }
  ObservedLog(ObservedLog&& other) noexcept : methods_(other.methods_), identify_(other.identify_) {
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
  }
  ObservedLog& operator=(const ObservedLog& other) {
    if (this == &other) return *this;
    if (methods_ == other.methods_ && methods_ != nullptr) {
      methods_->assign(&storage_, &other.storage_);
      identify_ = other.identify_;
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
    if (methods_ != nullptr) methods_->move(&storage_, &other.storage_);
    return *this;
  }
  ~ObservedLog() { reset(); }

  [[nodiscard]] std::size_t size() const {
    return methods_ == nullptr ? 0 : methods_->size(&storage_);
  }
  /// Operation at `position`, from 1.
  [[nodiscard]] OperationId at(std::size_t position) const {
    ASSERT(methods_ != nullptr);
    return methods_->at(&storage_, position, identify_);
  }
  /// Hash of the entries 1 .. position; comparable between logs of the same model.
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t position) const {
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
    if (left.methods_ != nullptr && left.methods_ == right.methods_ &&
        left.methods_->same(&left.storage_, &right.storage_)) {
      return true;  // the same entries in the same place: the usual case, a step that did not touch
                    // the log
    }
    return left.size() == right.size() &&
           left.prefix_hash(left.size()) == right.prefix_hash(right.size());
  }
  friend bool operator<(const ObservedLog& left, const ObservedLog& right) {
    if (left.size() != right.size()) return left.size() < right.size();
    return left.prefix_hash(left.size()) < right.prefix_hash(right.size());
  }
  void append_hash(Hasher& hasher) const {
    hasher.add(size());
    hasher.add(prefix_hash(size()));
  }

 private:
  struct Methods {
    std::size_t (*size)(const void*);
    OperationId (*at)(const void*, std::size_t, void (*)());
    std::uint64_t (*prefix_hash)(const void*, std::size_t);
    bool (*same)(const void*, const void*);
    void (*copy)(void*, const void*);
    void (*move)(void*, void*);
    void (*assign)(void*, const void*);
    void (*destroy)(void*);
  };
  template <class Entry>
  static inline const Methods methods{
      [](const void* log) { return static_cast<const SharedLog<Entry>*>(log)->size(); },
      [](const void* log, std::size_t position, void (*identify)()) {
        return reinterpret_cast<OperationId (*)(const Entry&)>(identify)(
            static_cast<const SharedLog<Entry>*>(log)->at(position));
      },
      [](const void* log, std::size_t position) {
        return static_cast<const SharedLog<Entry>*>(log)->prefix_hash(position);
      },
      [](const void* left, const void* right) {
        return static_cast<const SharedLog<Entry>*>(left)->shares_all(
            *static_cast<const SharedLog<Entry>*>(right));
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
  }

  // All SharedLog<Entry> have the same layout: a shared pointer and a size.
  struct Storage {
    alignas(SharedLog<int>) unsigned char bytes[sizeof(SharedLog<int>)];
  };
  const Methods* methods_ = nullptr;
  void (*identify_)() = nullptr;
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

}  // namespace stampede::engine
