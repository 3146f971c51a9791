#include "checkers/linearizability/specialists/register_part.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "checkers/text_pool.hpp"

namespace stampede::checkers {
namespace {

using engine::Shape;
using Kind = RegisterOperation::Kind;

/// What the shape is to a register; nothing if registers have no such operation.
std::optional<Kind> kind_of(const Shape& shape, bool open) {
  switch (shape.kind) {
    case Shape::Kind::read:
      return Kind::read;
    case Shape::Kind::write:
      return Kind::write;
    case Shape::Kind::cas:
      return Kind::cas;
    case Shape::Kind::failed_cas:
      // An open cas is one that may yet succeed, wherever it was tried.
      return open ? Kind::cas : Kind::failed_cas;
    default:
      return std::nullopt;
  }
}

template <class Values>
RegisterOperation numbered(Kind kind, bool open, std::string_view reads, std::string_view writes,
                           Values& values) {
  RegisterOperation operation;
  operation.kind = kind;
  operation.open = open;
  if (kind != Kind::write) operation.reads = values.intern(reads);
  if (kind == Kind::write || kind == Kind::cas) operation.writes = values.intern(writes);
  return operation;
}

/// By asking the service: any read tells it, a cas that succeeds does too. If neither occurs, no
/// operation of the part can tell it from a value that never occurs.
std::optional<std::string> initial_value(const engine::ServiceType& type, Kind kind,
                                         const engine::Operation& operation) {
  if (kind == Kind::write) return std::nullopt;
  const Shape first = open_shape(type, operation);
  if (first.kind != Shape::Kind::read && first.kind != Shape::Kind::cas) return std::nullopt;
  return first.reads;
}

template <class Values>
void set_initial(RegisterPart& part, const std::optional<std::string>& initial, Values& values) {
  const auto count = static_cast<std::uint32_t>(values.size());
  part.initial = initial ? values.intern(*initial) : count;
  part.value_count = std::max(count, part.initial + 1);
}

/// Operations and results are spread over memory: fetched early, their latencies overlap.
void prefetch(const engine::History& history, const Part& part, std::size_t index) {
  constexpr std::size_t distance = 8;
  if (index + 2 * distance >= part.operations.size()) return;
  const engine::HistoryOperation* operations = history.operations().data();
  __builtin_prefetch(operations + part.operations[index + 2 * distance].position);
  const engine::HistoryOperation& next = operations[part.operations[index + distance].position];
  __builtin_prefetch(next.operation.content());
  __builtin_prefetch(static_cast<const char*>(next.operation.content()) + 64);
  if (next.result) __builtin_prefetch(next.result.content());
}

}  // namespace

void RegisterPartBuilder::add(const engine::HistoryOperation& seen, bool open) {
  if (!fits_) return;
  const Shape shape =
      open ? open_shape(*type_, seen.operation) : type_->shape(seen.operation, seen.result);
  const std::optional<Kind> kind = kind_of(shape, open);
  fits_ = kind.has_value();
  if (!fits_) return;
  entries_.push_back({*kind, open, static_cast<std::uint32_t>(shape.reads.size()),
                      static_cast<std::uint32_t>(shape.writes.size())});
  if (!shape.reads.empty()) texts_ += shape.reads;
  if (!shape.writes.empty()) texts_ += shape.writes;
  if (!initial_) initial_ = initial_value(*type_, *kind, seen.operation);
}

std::optional<RegisterPart> RegisterPartBuilder::take() {
  if (!fits_) return std::nullopt;
  RegisterPart part;
  part.operations.reserve(entries_.size());
  BasicTextPool<std::string_view> values;
  std::string_view left = texts_;
  for (const Entry& entry : entries_) {
    part.operations.push_back(numbered(entry.kind, entry.open, left.substr(0, entry.reads),
                                       left.substr(entry.reads, entry.writes), values));
    left.remove_prefix(entry.reads + entry.writes);
  }
  set_initial(part, initial_, values);
  return part;
}

std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part) {
  if (type.shape == nullptr) return std::nullopt;
  RegisterPart result;
  result.operations.reserve(part.operations.size());
  TextPool values;
  std::optional<std::string> initial;
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    prefetch(history, part, index);
    const PartOperation& entry = part.operations[index];
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    const bool open = entry.is_open();
    const Shape shape =
        open ? open_shape(type, seen.operation) : type.shape(seen.operation, seen.result);
    const std::optional<Kind> kind = kind_of(shape, open);
    if (!kind) return std::nullopt;
    result.operations.push_back(numbered(*kind, open, shape.reads, shape.writes, values));
    if (!initial) initial = initial_value(type, *kind, seen.operation);
  }
  set_initial(result, initial, values);
  return result;
}

}  // namespace stampede::checkers
