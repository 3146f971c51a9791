#include "checkers/register_part.hpp"

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
  texts_ += shape.reads;
  texts_ += shape.writes;
  if (!initial_ && *kind != Kind::write) find_initial(seen);
}

/// By asking the service: any read tells it, a cas that succeeds does too. If neither occurs, no
/// operation of the part can tell it from a value that never occurs.
void RegisterPartBuilder::find_initial(const engine::HistoryOperation& seen) {
  const Shape first = open_shape(*type_, seen.operation);
  if (first.kind == Shape::Kind::read || first.kind == Shape::Kind::cas) initial_ = first.reads;
}

std::optional<RegisterPart> RegisterPartBuilder::take() {
  if (!fits_) return std::nullopt;
  RegisterPart part;
  part.operations.reserve(entries_.size());
  BasicTextPool<std::string_view> values;
  std::string_view left = texts_;
  for (const Entry& entry : entries_) {
    RegisterOperation& operation = part.operations.emplace_back();
    operation.kind = entry.kind;
    operation.open = entry.open;
    const std::string_view reads = left.substr(0, entry.reads);
    const std::string_view writes = left.substr(entry.reads, entry.writes);
    left.remove_prefix(entry.reads + entry.writes);
    if (entry.kind != Kind::write) operation.reads = values.intern(reads);
    const bool changes = entry.kind == Kind::write || entry.kind == Kind::cas;
    if (changes) operation.writes = values.intern(writes);
  }
  const auto count = static_cast<std::uint32_t>(values.size());
  part.initial = initial_ ? values.intern(*initial_) : count;
  part.value_count = std::max(count, part.initial + 1);
  return part;
}

std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part) {
  RegisterPartBuilder builder(type);
  for (const PartOperation& entry : part.operations) {
    builder.add(history.operations()[entry.position], entry.is_open());
  }
  return builder.take();
}

}  // namespace stampede::checkers
