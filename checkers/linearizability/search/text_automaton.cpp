#include "checkers/linearizability/search/text_automaton.hpp"

#include <algorithm>
#include <tuple>

#include "checkers/linearizability/search/operation_kinds.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {

using engine::Shape;

std::optional<TextAutomaton> TextAutomaton::make(const engine::History& history,
                                                 const engine::ServiceType& type, const Part& part,
                                                 Patience& patience) {
  if (type.shape == nullptr) return std::nullopt;
  TextAutomaton automaton;
  std::vector<KeptShape> shapes;
  shapes.reserve(part.operations.size());
  bool extends = false;
  for (const PartOperation& entry : part.operations) {
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    patience.spend();
    const KeptShape& kept = shapes.emplace_back(shape_of(type, seen, entry.is_open()));
    const Shape& shape = kept.shape;
    switch (shape.kind) {
      case Shape::Kind::read:
        if (!entry.is_open() && shape.reads.is_text()) {
          automaton.observed_.emplace_back(shape.reads.text());
        }
        break;
      case Shape::Kind::cas:
      case Shape::Kind::failed_cas:
        // A failed one needs to know whether its text is there, too.
        if (shape.reads.is_text()) automaton.observed_.emplace_back(shape.reads.text());
        break;
      case Shape::Kind::extend_text:
        extends = true;
        break;
      case Shape::Kind::write:
        break;
      default:
        return std::nullopt;
    }
  }
  if (!extends) return std::nullopt;
  std::sort(automaton.observed_.begin(), automaton.observed_.end(),
            [&](const std::string& left, const std::string& right) {
              patience.spend(1 + left.size() / 64);
              return left < right;
            });
  automaton.observed_.erase(std::unique(automaton.observed_.begin(), automaton.observed_.end()),
                            automaton.observed_.end());
  automaton.texts_.resize(2);
  std::map<std::string, std::uint32_t> suffixes;
  OperationKinds<std::tuple<Kind, std::uint32_t, std::uint32_t, std::uint32_t>> kinds;
  automaton.is_ignored_.assign(shapes.size(), false);
  for (std::uint32_t index = 0; index < shapes.size(); ++index) {
    patience.spend(8);
    const Shape& shape = shapes[index].shape;
    Operation& operation = automaton.operations_.emplace_back();
    operation.responded_at = part.operations[index].responded_at;
    operation.open = part.operations[index].is_open();
    switch (shape.kind) {
      case Shape::Kind::read:
        operation.kind = Kind::read;
        automaton.is_ignored_[index] = operation.open;
        if (!operation.open) operation.reads = automaton.state_of(shape.reads);
        break;
      case Shape::Kind::write:
        operation.kind = Kind::write;
        operation.writes = automaton.state_of(shape.writes);
        break;
      case Shape::Kind::extend_text: {
        operation.kind = Kind::extend;
        const auto [found, inserted] = suffixes.emplace(
            shape.writes.text(), static_cast<std::uint32_t>(automaton.suffixes_.size()));
        if (inserted) automaton.suffixes_.push_back(found->first);
        operation.suffix = found->second;
        break;
      }
      default:
        operation.kind =
            shape.kind == Shape::Kind::cas || operation.open ? Kind::cas : Kind::failed_cas;
        operation.reads = automaton.state_of(shape.reads);
        operation.writes = automaton.state_of(shape.writes);
        break;
    }
    automaton.count(index, +1);
    if (operation.kind == Kind::read || operation.kind == Kind::failed_cas) {
      kinds.skip();
    } else {
      kinds.add({operation.kind, operation.reads, operation.writes, operation.suffix});
    }
  }
  automaton.kind_count_ = kinds.count();
  automaton.kinds_ = kinds.take();
  automaton.bytes_ += sizeof(Operation) * automaton.operations_.size();
  return automaton;
}

std::uint32_t TextAutomaton::state_of(const engine::ShapeValue& value) {
  return value.is_nothing() ? absent : intern(std::string(value.text()));
}

std::uint32_t TextAutomaton::intern(std::string text) {
  if (!is_beginning(text)) return lost;
  const auto [found, inserted] =
      states_.emplace(std::move(text), static_cast<std::uint32_t>(texts_.size()));
  if (inserted) {
    texts_.push_back(found->first);
    bytes_ += 192 + 2 * found->first.size();
  }
  return found->second;
}

bool TextAutomaton::is_beginning(const std::string& text) const {
  const auto found = std::lower_bound(observed_.begin(), observed_.end(), text);
  return found != observed_.end() && found->compare(0, text.size(), text) == 0;
}

std::uint32_t TextAutomaton::extended(std::uint32_t state, std::uint32_t suffix) {
  if (state == lost) return lost;
  const std::uint64_t key = (static_cast<std::uint64_t>(state) << 32) | suffix;
  const auto found = extensions_.find(key);
  if (found != extensions_.end()) return found->second;
  const std::uint32_t next = intern(texts_[state] + suffixes_[suffix]);
  extensions_.emplace(key, next);
  bytes_ += 64;
  return next;
}

void TextAutomaton::count(std::uint32_t operation, std::int32_t change) {
  const Operation& counted = operations_[operation];
  if (counted.kind == Kind::write) writers_ += change;
  const bool observes = counted.kind == Kind::read || counted.kind == Kind::cas;
  if (observes && !counted.open) observers_ += change;
}

std::uint32_t TextAutomaton::force(std::uint32_t operation, std::uint32_t state) const {
  const Operation& candidate = operations_[operation];
  if (candidate.kind == Kind::read) return candidate.reads == state ? state : no_state;
  if (candidate.kind == Kind::failed_cas) return candidate.reads != state ? state : no_state;
  return no_state;
}

bool TextAutomaton::may_choose(std::uint32_t operation, std::uint32_t state, std::uint32_t) {
  const Operation& candidate = operations_[operation];
  switch (candidate.kind) {
    case Kind::write:
      return true;
    case Kind::cas:
      return candidate.reads == state;
    case Kind::extend:
      // Argument 2.
      if (extended(state, candidate.suffix) == lost) return observers_ == 0 || writers_ > 0;
      return true;
    default:
      return false;
  }
}

std::uint32_t TextAutomaton::choose(std::uint32_t operation, std::uint32_t state) {
  const Operation& candidate = operations_[operation];
  return candidate.kind == Kind::extend ? extended(state, candidate.suffix) : candidate.writes;
}

}  // namespace stampede::checkers
