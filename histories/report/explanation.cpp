#include "histories/report/explanation.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "histories/import/bank_import.hpp"

namespace stampede::histories {
namespace {

using checkers::Finding;
using checkers::open_shape;
using checkers::Sentence;
using checkers::shape_of;
using engine::HistoryOperation;
using engine::Shape;

class Explanation {
 public:
  Explanation(const ImportedHistory& imported, const Finding& result)
      : imported_(imported), operations_(imported.history.operations()), result_(result) {
    last_ = result.core.front();
    for (const std::size_t position : result.core) {
      if (ends(position) && (!ends(last_) || end_of(position) > end_of(last_))) last_ = position;
    }
  }

  Sentence tell() {
    if (is_bank(imported_.model)) {
      return Sentence("%", {last_})
          .say(" does not see the total of all accounts, which is " +
               imported_.initial.value_or("0"));
    }
    const auto [result, seen] = shape_of(*imported_.type, operations_[last_]);
    if (seen.kind != Shape::Kind::read && seen.kind != Shape::Kind::cas) return tell_all();
    std::vector<std::size_t> writers;
    for (const std::size_t position : result_.core) {
      if (position == last_ || !writes(operations_[position], seen.reads)) continue;
      writers.push_back(position);
    }
    const bool is_initial =
        open_shape(*imported_.type, operations_[last_].operation).shape.reads == seen.reads;
    if (writers.empty() && !is_initial) return tell_out_of_nowhere(seen.reads);
    if (writers.size() != 1) return tell_all();
    const std::size_t writer = writers.front();
    std::vector<std::size_t> mentioned{last_, writer};
    const std::string text = "% saw what % wrote" + with_others(mentioned);
    return {text, mentioned};
  }
  /// It saw what nobody had written.
  [[nodiscard]] bool unwritten_value() const { return unwritten_value_; }

 private:
  [[nodiscard]] bool ends(std::size_t position) const {
    const bool opened = std::find(result_.core_open.begin(), result_.core_open.end(), position) !=
                        result_.core_open.end();
    return !opened && !operations_[position].is_open();
  }
  [[nodiscard]] std::uint64_t end_of(std::size_t position) const {
    return operations_[position].responded_at;
  }
  [[nodiscard]] bool writes(const HistoryOperation& operation,
                            const engine::ShapeValue& value) const {
    const auto [result, shape] = shape_of(*imported_.type, operation);
    return (shape.kind == Shape::Kind::write || shape.kind == Shape::Kind::cas) &&
           shape.writes == value;
  }

  /// It wrote the value, or what it leaves depends on what was there.
  [[nodiscard]] bool may_leave(const HistoryOperation& operation,
                               const engine::ShapeValue& value) const {
    if (writes(operation, value)) return true;
    const auto [result, shape] = shape_of(*imported_.type, operation);
    // One that would fail at first may have succeeded where nobody saw it.
    if (shape.kind == Shape::Kind::failed_cas) return operation.is_open() && shape.writes == value;
    return shape.kind != Shape::Kind::read && shape.kind != Shape::Kind::write &&
           shape.kind != Shape::Kind::cas;
  }

  Sentence tell_out_of_nowhere(const engine::ShapeValue& value) {
    const auto key_of = [&](const engine::Operation& operation) -> std::string_view {
      return imported_.type->key == nullptr ? "" : imported_.type->key(operation);
    };
    const std::string_view key = key_of(operations_[last_].operation);
    for (const HistoryOperation& operation : operations_) {
      if (operation.invoked_at >= end_of(last_) || key_of(operation.operation) != key) continue;
      if (may_leave(operation, value)) return tell_all();
    }
    for (std::size_t position = 0; position < operations_.size(); ++position) {
      const HistoryOperation& later = operations_[position];
      if (later.invoked_at < end_of(last_) || key_of(later.operation) != key) continue;
      if (writes(later, value)) return {"% saw what % wrote only later", {last_, position}};
    }
    for (const FailedOperation& failed : imported_.failed) {
      const auto [result, shape] = open_shape(*imported_.type, failed.operation);
      const bool could = shape.kind == Shape::Kind::write || shape.kind == Shape::Kind::cas ||
                         shape.kind == Shape::Kind::failed_cas;
      if (!could || shape.writes != value || failed.invoked_at > end_of(last_)) continue;
      if (key_of(failed.operation) != key) continue;
      Sentence sentence("% saw a value that only a failed operation wrote: ", {last_});
      sentence.say(failed.operation.to_json() + " of " + imported_.clients.at(failed.client));
      return sentence.say(", failed at " + std::to_string(failed.failed_at));
    }
    unwritten_value_ = true;
    return {"% saw a value that nobody had written", {last_}};
  }

  /// Adds the rest of the core to `mentioned`.
  std::string with_others(std::vector<std::size_t>& mentioned) const {
    constexpr std::size_t listed_max = 6;
    std::string text;
    std::size_t others = 0;
    for (const std::size_t position : result_.core) {
      if (std::find(mentioned.begin(), mentioned.end(), position) != mentioned.end()) continue;
      if (++others > listed_max) continue;
      text += text.empty() ? ", which no order explains together with %" : ", %";
      mentioned.push_back(position);
    }
    if (others > listed_max) text += " and " + std::to_string(others - listed_max) + " more";
    return text.empty() ? ", which no order explains" : text;
  }

  [[nodiscard]] Sentence tell_all() const {
    std::vector<std::size_t> mentioned{last_};
    std::string text = "%" + with_others(mentioned);
    return {text, mentioned};
  }

  const ImportedHistory& imported_;
  const std::vector<HistoryOperation>& operations_;
  const Finding& result_;
  std::size_t last_ = 0;
  bool unwritten_value_ = false;
};

}  // namespace

void explain(const ImportedHistory& imported, Finding& finding) {
  if (finding.core.empty()) return;
  Explanation explanation(imported, finding);
  finding.reason = explanation.tell();
  finding.unwritten_value = explanation.unwritten_value();
}

}  // namespace stampede::histories
