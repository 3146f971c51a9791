// Signatures and trusted counters, ideal ones: who holds a value signed by an identity knows that
// this identity signed it.
//
// 1. Only a Seal makes a Signed or a Certified value, and only the engine makes a Seal: for one
//    step of one node, with the identity of that node.
// 2. A copy is as good as the original: whoever holds one may show it to anybody, at any time.
// 3. The trusted counter of a node goes up by one with each value that is certified there, and
//    survives crashes and lost disks: no two values of one identity have the same number. It is a
//    device that cannot be copied: of several instances of an identity only the first has it.
#pragma once

#include <cstdint>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/core/renaming.hpp"

namespace stampede::engine {

/// A value and who signed it. One made by default is signed by nobody: there is nothing to look at.
template <class T>
class Signed {
 public:
  Signed() = default;

  /// AssertionFailed if nobody signed it.
  [[nodiscard]] const T& value() const {
    ASSERT(signer_ != no_node);
    return value_;
  }
  /// no_node if nobody did.
  [[nodiscard]] NodeId signer() const { return signer_; }

  void append_hash(Hasher& hasher) const {
    hasher.add(signer_.value);
    engine::append_hash(hasher, value_);
  }
  friend bool operator==(const Signed& left, const Signed& right) {
    return left.signer_ == right.signer_ && left.value_ == right.value_;
  }
  friend bool operator<(const Signed& left, const Signed& right) {
    if (left.signer_ != right.signer_) return left.signer_ < right.signer_;
    return left.value_ < right.value_;
  }
  friend void write_value(JsonWriter& writer, const Signed& one) {
    writer.begin_object();
    writer.key("signer");
    write(writer, one.signer_);
    writer.key("value");
    write(writer, one.value_);
    writer.end_object();
  }
  friend void rename_value(Signed& one, const Renaming& renaming) {
    one.signer_ = renaming.of(one.signer_);
    rename_ids(one.value_, renaming);
  }

 private:
  friend class Seal;
  Signed(T value, NodeId signer) : value_(std::move(value)), signer_(signer) {}

  T value_{};
  NodeId signer_ = no_node;
};

/// A value to which a trusted counter gave a number (USIG: Veronese and others, Efficient Byzantine
/// Fault-Tolerance, 2013). One made by default has none.
template <class T>
class Certified {
 public:
  Certified() = default;

  /// AssertionFailed if nobody certified it.
  [[nodiscard]] const T& value() const { return content_.value(); }
  [[nodiscard]] NodeId signer() const { return content_.signer(); }
  /// From 1, without gaps.
  [[nodiscard]] std::uint64_t number() const { return number_; }

  void append_hash(Hasher& hasher) const {
    hasher.add(number_);
    content_.append_hash(hasher);
  }
  friend bool operator==(const Certified& left, const Certified& right) {
    return left.number_ == right.number_ && left.content_ == right.content_;
  }
  friend bool operator<(const Certified& left, const Certified& right) {
    if (left.number_ != right.number_) return left.number_ < right.number_;
    return left.content_ < right.content_;
  }
  friend void write_value(JsonWriter& writer, const Certified& one) {
    writer.begin_object();
    writer.key("number").unsigned_integer(one.number_);
    writer.key("content");
    write(writer, one.content_);
    writer.end_object();
  }
  friend void rename_value(Certified& one, const Renaming& renaming) {
    rename_value(one.content_, renaming);
  }

 private:
  friend class Seal;
  Certified(Signed<T> content, std::uint64_t number)
      : content_(std::move(content)), number_(number) {}

  Signed<T> content_{};
  std::uint64_t number_ = 0;
};

/// The key and the trusted counter of one node, for the time of one step.
class Seal {
 public:
  template <class T>
  [[nodiscard]] Signed<T> sign(T value) const {
    return Signed<T>(std::move(value), signer_);
  }
  /// The next number of this node is spent. AssertionFailed at an instance without a counter.
  template <class T>
  [[nodiscard]] Certified<T> certify(T value) const {
    ASSERT(counter_ != nullptr);
    return Certified<T>(sign(std::move(value)), ++*counter_);
  }

 private:
  friend class Context;
  friend class Outgoing;
  Seal(NodeId signer, std::uint64_t* counter) : signer_(signer), counter_(counter) {}

  NodeId signer_{};
  std::uint64_t* counter_ = nullptr;
};

}  // namespace stampede::engine
