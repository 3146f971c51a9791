// What may be asked of a moment of a run, as people write it. A small, total, typed language:
// whatever can be read has an answer everywhere, and what could never hold cannot be read.
//
//   PREDICATE  FACT, not PREDICATE, PREDICATE and PREDICATE, PREDICATE or PREDICATE, (PREDICATE)
//   FACT       [NODES] delivers MESSAGE     also ignores, sends, drops; fires TIMER; reaches PROBE;
//              [NODES] crashes              also restarts
//              violates [PROPERTY]          in this step, for the first time
//              NODES leads                  also is up, is down, is paused, is recovering
//              VALUE == VALUE               also !=; < <= > >= between numbers
//              VALUE                        of a field that is true or false
//              VALUE changes                it is another one than before the step
//   VALUE      NODES.FIELD, leader, step, time, or a constant: 3, normal, 'two words', 1.5s
//   FIELD      members of the state: view_number, log.size, log[2].view, answered.r1; `size` counts
//   NODES      r1; r*, any replica, any node: one of them; every replica: each
//
// A field that is not there (its node is down, an option is empty, a list is shorter) differs from
// every value and is in no order with any.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/facts.hpp"

namespace stampede::explain {

struct Changing;

class Predicate {
 public:
  /// InputError with the column in `place`, which says where the text comes from, and a hint.
  static Predicate parse(std::string_view text, const Vocabulary& vocabulary,
                         const std::string& place);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Whether it holds at this moment. To be asked of moments in their order: what `changes` is
  /// compared with the moment before; at the first one nothing does.
  [[nodiscard]] bool holds(Moment& moment) const;

 private:
  friend class Watch;
  Predicate(std::string_view text, Test test, std::vector<std::shared_ptr<Changing>> changing)
      : text_(text), test_(std::move(test)), changing_(std::move(changing)) {}

  std::string text_;
  Test test_;
  /// What is asked whether it changes; part of `test_`.
  std::vector<std::shared_ptr<Changing>> changing_;
};

/// The first step from `first` to `last` behind which it holds; nothing if there is none.
std::optional<std::uint64_t> first_step(Tape& tape, const Predicate& predicate, std::uint64_t first,
                                        std::uint64_t last);

/// Prints as a value where it changes: a VALUE, or a predicate.
class Watch {
 public:
  /// As Predicate::parse.
  static Watch parse(std::string_view text, const Vocabulary& vocabulary, const std::string& place);

  struct Change {
    /// `r1.view_number`: of a VALUE of several nodes, which.
    std::string name;
    /// Nothing: it is not there.
    std::optional<engine::Document> before;
    std::optional<engine::Document> after;
  };
  /// What is different from the moment it was asked before; at the first one, everything.
  std::vector<Change> changes(Moment& moment);

 private:
  struct Watched {
    std::string name;
    std::function<std::optional<engine::Document>(Moment&)> value;
    std::optional<std::optional<engine::Document>> last{};
  };
  std::vector<Watched> watched_;
};

}  // namespace stampede::explain
